/** SPIFFE ids as Istio writes them: `spiffe://TRUST_DOMAIN/ns/NAMESPACE/sa/SERVICE_ACCOUNT` (istio/istio pkg/spiffe/spiffe.go). */
const ISTIO_ID = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/;

export const identityNamespace = (id: string): string | null => ISTIO_ID.exec(id)?.[2] ?? null;

export const identityAccount = (id: string): string | null => ISTIO_ID.exec(id)?.[3] ?? null;

/** Null where one of its parts is not known. */
export const spiffeId = (trustDomain: string | null, namespace: string, serviceAccount: string | null): string | null =>
  trustDomain === null || serviceAccount === null ? null : `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

export const trustDomainOf = (id: string): string | null => /^spiffe:\/\/([^/]+)\//.exec(id)?.[1] ?? null;
