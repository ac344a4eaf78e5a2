/**
 * What configuration says: of pods, services, nodes, policies. Facts as their source has them, one an object or a row of a
 * table, null where it does not say; what they come to together, `mesh/` works out. None of them ever decides a flow.
 */
import type { Ip } from './address.ts';
import type { Micros } from './time.ts';

/** Number of the object or line within its input, from 1. */
type Numbered = { readonly record: number };

export type WorkloadFact = Numbered & {
  readonly kind: 'workload';
  readonly from: 'ztunnel' | 'kubernetes';
  /** As endpoints of the same source refer to it. */
  readonly uid: string | null;
  readonly pod: string;
  readonly namespace: string;
  /** The owner's name. */
  readonly workload: string | null;
  readonly ips: readonly Ip[];
  readonly node: string | null;
  readonly serviceAccount: string | null;
  readonly trustDomain: string | null;
  readonly cluster: string | null;
  /** ztunnel's table: HBONE or TCP. Kubernetes: redirected by istio-cni's own word, or kept out by label or sidecar. */
  readonly captured: boolean | null;
  readonly hostNetwork: boolean;
  /** A gateway's or a waypoint's own pod. */
  readonly gateway: boolean;
  readonly labels: { readonly [name: string]: string } | null;
  /** Ports the kubelet probes; null where the pod's spec was not told. */
  readonly probePorts: readonly number[] | null;
  /** Ports its containers declare. */
  readonly ports: readonly number[];
  /** Between these the addresses were this pod's. */
  readonly since: Micros | null;
  readonly until: Micros | null;
  /** Policies that ztunnel applies to it, `namespace/name`. */
  readonly policies: readonly string[] | null;
};

export type ServiceFact = Numbered & {
  readonly kind: 'service';
  readonly name: string;
  readonly namespace: string;
  readonly hostname: string | null;
  readonly vips: readonly Ip[];
  /** Service port → target port, where the target is a number. */
  readonly ports: readonly (readonly [number, number | null])[];
  /** Uids of workloads behind it. */
  readonly workloads: readonly string[];
  /** Labels of the pods behind it; null where others say which they are. */
  readonly selector: { readonly [name: string]: string } | null;
};

/** Addresses behind a service. */
export type EndpointsFact = Numbered & {
  readonly kind: 'endpoints';
  readonly service: string;
  readonly namespace: string;
  readonly ips: readonly Ip[];
  readonly ports: readonly number[];
};

export type NodeFact = Numbered & {
  readonly kind: 'node';
  readonly name: string;
  /** Its own, and the first of each range that its pods have: its bridge's. */
  readonly ips: readonly Ip[];
};

export type NamespaceFact = Numbered & { readonly kind: 'namespace'; readonly name: string; readonly dataplane: string | null };

export const MTLS_MODES = ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'] as const;
export type MtlsMode = (typeof MTLS_MODES)[number];

export type PeerAuthenticationFact = Numbered & {
  readonly kind: 'peer-authentication';
  readonly name: string;
  readonly namespace: string;
  /** Labels that a workload must have; null: no selector. */
  readonly selector: { readonly [name: string]: string } | null;
  readonly mode: MtlsMode;
  readonly ports: readonly (readonly [number, MtlsMode])[];
  readonly created: Micros | null;
};

/** An authorization policy as ztunnel has it, or as it was written. */
export type AuthorizationFact = Numbered & {
  readonly kind: 'authorization';
  readonly name: string;
  readonly namespace: string;
  readonly action: string;
  readonly scope: string | null;
};

export type CertificateFact = Numbered & {
  readonly kind: 'certificate';
  readonly identity: string;
  readonly role: 'leaf' | 'root';
  readonly serial: string | null;
  readonly notBefore: Micros | null;
  readonly notAfter: Micros | null;
  /** What its holder's tool said of it when it looked; null where nothing was said. */
  readonly valid: boolean | null;
};

/** `ip`: -1 where the list has a pod's name instead (`POD.NAMESPACE`). */
export type ConnectionEnd = { readonly ip: Ip; readonly pod: string | null; readonly port: number };

/** An entry of ztunnel's list of open connections: a statement of what is, as a log line's. */
export type ConnectionFact = Numbered & {
  readonly kind: 'connection';
  readonly direction: 'outbound' | 'inbound';
  /** Whose ztunnel lists it. */
  readonly pod: string;
  readonly namespace: string;
  /** The socket that it came from: outbound the application's own, inbound the tunnel's (the client's, where nothing is tunnelled). */
  readonly client: ConnectionEnd;
  /** Outbound where ztunnel dialled, inbound the application. */
  readonly server: ConnectionEnd;
  readonly hbone: boolean;
  readonly service: string | null;
};

export type ConfigFact =
  | WorkloadFact
  | ServiceFact
  | EndpointsFact
  | NodeFact
  | NamespaceFact
  | PeerAuthenticationFact
  | AuthorizationFact
  | CertificateFact
  | ConnectionFact;
