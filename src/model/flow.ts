/** A decided flow, field by field as the contract has it; only times and lazily hashed ids differ from its JSON. */
import type { Direction, LineEvent } from './line-event.ts';
import type { Micros } from './time.ts';

export const VERDICTS = ['hbone', 'tls', 'plaintext', 'denied', 'failed', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const REASONS = [
  'hbone',
  'application-tls',
  'sidecar-mtls',
  'source-not-enrolled',
  'destination-not-enrolled',
  'neither-enrolled',
  'bypass',
  'host-network',
  'udp',
  'passthrough',
  'strict-policy',
  'authorization-policy',
  'refused',
  'timeout',
  'unreachable',
  'reset',
  'tls-handshake',
  'no-client-certificate',
  'plaintext-on-hbone-port',
  'upstream-unavailable',
  'no-payload',
  'mid-stream',
  'cut-short',
  'attempted',
  'loopback',
] as const;
export type Reason = (typeof REASONS)[number];

export const EXEMPTIONS = ['kubelet-probe', 'loopback', 'control-plane', 'dns'] as const;
export type Exemption = (typeof EXEMPTIONS)[number];

export const WITNESSES = ['log', 'wire', 'config', 'policy', 'metric', 'graph'] as const;
export type Witness = (typeof WITNESSES)[number];

export type IdentitySource = 'certificate' | 'expected' | 'configured' | 'metric';

export type FlowEnd = {
  readonly ip: string;
  readonly port: number | null;
  readonly pod: string | null;
  readonly workload: string | null;
  readonly namespace: string | null;
  readonly service: string | null;
  readonly cluster: string | null;
  readonly identity: string | null;
  readonly identityFrom: IdentitySource | null;
};

export type Socket = { readonly ip: string; readonly port: number };
export type Carrier = { readonly source: Socket; readonly destination: Socket; readonly communityId: string | null };
export type TlsFacts = { readonly version: string | null; readonly alpn: readonly string[]; readonly sni: string | null };
export type Bytes = { readonly sent: number | null; readonly received: number | null };

/** Where something was read: enough to find it again. `says` is a verdict or a short phrase of that witness alone. */
export type Evidence = { readonly witness: Witness; readonly input: string; readonly record: number; readonly says: string };

export type FlowKind = 'connection' | 'tunnel' | 'leg';

export type Flow = {
  readonly type: 'flow';
  /** Hashed when first read: reports that show no ids pay for none. */
  readonly id: string;
  readonly revision: number;
  readonly supersededBy: string | null;
  readonly kind: FlowKind;
  readonly start: Micros;
  readonly end: Micros | null;
  readonly open: boolean;
  readonly source: FlowEnd;
  readonly destination: FlowEnd;
  readonly transport: 'tcp' | 'udp';
  readonly application: string | null;
  readonly tls: TlsFacts | null;
  readonly underlay: string | null;
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly exempt: Exemption | null;
  readonly bytes: Bytes;
  readonly exposedBytes: number | null;
  /** Hashed when first read. */
  readonly communityId: string | null;
  readonly carrier: Carrier | null;
  readonly witnesses: readonly Witness[];
  /** Ids of the findings it belongs to. */
  readonly findings: readonly string[];
  readonly evidence: readonly Evidence[];
  /** `Seen` bits of its packets, 0 without any. For findings; not told. */
  readonly wireSeen: number;
  /** Flows with one number have equal ends but for the client's port; -1 where nobody knows. For running sums; not told. */
  readonly edge: number;
  /** What was told of it before, which this replaces; null the first time. For running sums; not told. */
  readonly replaces: Flow | null;
  /** Its access lines, those of `opened` left out. For findings; not told. */
  readonly lines?: readonly LineWitness[];
};

/** Takes flows that are like one told before but for the client's port, time and bytes: they are summed up and never made. */
export type CommonSink = {
  /** `edge` as in `Flow`; bytes client → server and back. False where none of that edge has been told yet: then the flow is made, and told. */
  add(edge: number, sent: number, received: number): boolean;
};

/** What the wire alone knows of one connection, over all the places it was seen at; made when its flow is decided. */
export type WireWitness = {
  /** `Seen` bits of wire-rows.ts, joined over its rows. */
  readonly seen: number;
  readonly start: Micros;
  readonly end: Micros;
  readonly sent: number;
  readonly received: number;
  readonly exposed: number;
  readonly clientIp: string;
  readonly clientPort: number;
  readonly serverIp: string;
  readonly serverPort: number;
  /** IP protocol number. */
  readonly protocol: number;
  readonly application: string | null;
  readonly tls: TlsFacts | null;
  readonly underlay: string | null;
  readonly evidence: readonly Omit<Evidence, 'says'>[];
};

/** What one access line says. */
export type LineWitness = {
  readonly event: LineEvent;
  readonly direction: Direction;
  readonly time: Micros;
  readonly start: Micros;
  /** Both identities are printed: ztunnel judged it mutual TLS. */
  readonly identities: boolean;
  readonly error: string | null;
  /** Client → server and back; -1 where the line has no counts. */
  readonly sent: number;
  readonly received: number;
  readonly input: string;
  readonly record: number;
};

/** One connection, all its fragments together, before it is judged. */
export type Joined = {
  readonly kind: FlowKind;
  readonly wire: WireWitness | null;
  /** The tunnel that carried it, when it is known. */
  readonly tunnel: WireWitness | null;
  readonly outbound: LineWitness | null;
  readonly inbound: LineWitness | null;
};

/** What a rule makes of a flow. */
export type Decision = { readonly verdict: Verdict; readonly reason: Reason };
