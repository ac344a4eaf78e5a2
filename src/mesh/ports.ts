/** Ports with a meaning in an ambient mesh. istio/ztunnel ARCHITECTURE.md, istio/istio pkg/config/constants. */
export const HBONE_PORT = 15008;
/** Redirection target inside the pod's network namespace. */
export const OUTBOUND_PORT = 15001;
export const DNS_PROXY_PORT = 15053;
export const XDS_TLS_PORT = 15012;
export const DNS_PORT = 53;
