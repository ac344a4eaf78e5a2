/** What formats yield: batches, in columns. Owned by the format and reused: nothing may keep one past the next pull. */
import type { ConfigFact } from './configuration.ts';
import type { Flow } from './flow.ts';
import type { GraphFact } from './graph.ts';
import type { MetricFact } from './metric.ts';
import type { Finding } from './summary.ts';
import type { Micros } from './time.ts';

/** Where packets of one input were captured, as the capture file knows it: an interface of a pcapng, or the whole pcap. */
export type CapturePoint = {
  readonly name: string;
  /** LINKTYPE_ number, https://www.tcpdump.org/linktypes.html */
  readonly linkType: number;
};

/** Packets in columns: packet i is `bytes[offset[i] … + captured[i]]`. */
export type PacketBatch = {
  readonly kind: 'packets';
  readonly bytes: DataView;
  readonly count: number;
  readonly offset: Uint32Array;
  readonly captured: Uint32Array;
  /** Length on the wire, before a snapshot length cut it. */
  readonly original: Uint32Array;
  /** Whole µs since 1970; nanoseconds are cut. */
  readonly time: Float64Array;
  /** Index into `points`. */
  readonly point: Uint16Array;
  /** Only grows during one input. */
  readonly points: readonly CapturePoint[];
  /** Number of the first packet in its input, from 1, as tshark counts frames. */
  readonly firstRecord: number;
};

/** ztunnel's access lines in columns, text and JSON alike: what differs between them ends in formats/. */
export type AccessBatch = {
  readonly kind: 'access';
  readonly count: number;
  /** Number in `Tables.names` of the log prefix (`pod/NAME/istio-proxy`) each line stood under, -1 for none: lines of several pods in one pipe are several lanes. */
  readonly prefix: Int32Array;
  /** Line number, from 1, as an editor counts. */
  readonly record: Float64Array;
  /** Whole µs since 1970 of ztunnel's own time stamp. */
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly direction: Uint8Array;
  /** `Ip` numbers, -1 where the line has none. */
  readonly sourceIp: Float64Array;
  readonly sourcePort: Uint16Array;
  readonly destinationIp: Float64Array;
  readonly destinationPort: Uint16Array;
  /** `dst.hbone_addr`: -1 without one; with a host name instead of an address, `hboneIp` is -1 and `hboneHost` its number in `names`. */
  readonly hboneIp: Float64Array;
  readonly hbonePort: Uint16Array;
  readonly hboneHost: Int32Array;
  /** Numbers in `Tables.shapes`. */
  readonly shape: Int32Array;
  /** Numbers in `Tables.names`; -1 for none. `error` is the unescaped text; `extra` holds unknown keys as `key=value key=value`. */
  readonly error: Int32Array;
  readonly extra: Int32Array;
  /** As the line says them (from the point of view of its own direction); -1 where it has none. */
  readonly bytesSent: Float64Array;
  readonly bytesReceived: Float64Array;
  /** Whole µs; -1 where the line has none. ztunnel cuts to ms. */
  readonly duration: Float64Array;
};

/** What comes seldom enough to be an object. */
export type Fact =
  /** `records` of the input could not be used, for one reason (a slug). */
  | { readonly kind: 'skipped'; readonly why: string; readonly records: number; readonly firstRecord: number }
  /** Packets or lines that are known to be missing: kernel drops, a truncated tail, a gap. */
  | { readonly kind: 'lost'; readonly what: string; readonly records: number; readonly since: Micros | null }
  /** What plainsight itself told of an earlier run. */
  | { readonly kind: 'flow'; readonly flow: Flow }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | ConfigFact
  | MetricFact
  | GraphFact;
const OTHER_FACTS: ReadonlySet<Fact['kind']> = new Set(['skipped', 'lost', 'flow', 'finding', 'metric', 'graph']);
export const isConfiguration = (fact: Fact): fact is ConfigFact => !OTHER_FACTS.has(fact.kind);

export type FactBatch = { readonly kind: 'facts'; readonly facts: readonly Fact[] };

export type Batch = PacketBatch | AccessBatch | FactBatch;
