/** SPIFFE ids as Istio writes them: `spiffe://TRUST_DOMAIN/ns/NAMESPACE/sa/SERVICE_ACCOUNT` (istio/istio pkg/spiffe/spiffe.go). */
const ISTIO_ID = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/;

export const identityNamespace = (id: string): string | null => ISTIO_ID.exec(id)?.[2] ?? null;
