/**
 * A decided flow out of its parts, field by field as the contract says. What costs (hashes, evidence) is worked out when
 * first read: a report over a million flows reads neither.
 *
 * Fields are `declare`d and assigned once: class fields that are defined before they are assigned made this half the run time.
 */
import { HBONE_PORT } from '../mesh/ports.ts';
import type { Ip } from '../model/address.ts';
import type { Bytes, Carrier, Evidence, Flow, FlowEnd, FlowKind, Joined, LineWitness, TlsFacts, WireWitness } from '../model/flow.ts';
import { Direction, isUnended } from '../model/line-event.ts';
import type { Addresses } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';
import { Seen } from '../model/wire-rows.ts';
import { communityId, type Tuple } from './community-id.ts';
import type { Ends } from './ends.ts';
import { flowId, socketText } from './flow-id.ts';
import type { Judge } from './judge.ts';
import type { Naming } from './naming.ts';
import type { LineFacts, WireFacts } from './witness.ts';

export type Parts = Joined & {
  readonly wire: WireFacts | null;
  readonly tunnel: WireFacts | null;
  readonly leg: WireFacts | null;
  readonly outbound: LineFacts | null;
  readonly inbound: LineFacts | null;
  /** Lines of the other event that belong to those: `opened` beside `complete`. */
  readonly opened: readonly LineFacts[];
  readonly sourceIp: Ip;
  readonly destinationIp: Ip;
  readonly sourcePort: number | null;
  /** Number of the route that it goes, -1 for none; without ends `made` for it, they are the route's. */
  readonly route: number;
  readonly made: Ends | null;
};

export type Telling = { readonly revision: number; readonly replaces: Flow | null };
export const FIRST: Telling = { revision: 1, replaces: null };

export function compose(naming: Naming, parts: Parts, judge: Judge, telling: Telling): Flow {
  return new ComposedFlow(naming, parts, judge, telling);
}

const NONE: readonly string[] = [];
const NOBODY: FlowEnd = {
  ip: '',
  port: null,
  pod: null,
  workload: null,
  namespace: null,
  service: null,
  cluster: null,
  identity: null,
  identityFrom: null,
};
const BY_LOG: Flow['witnesses'] = ['log'];
const BY_WIRE: Flow['witnesses'] = ['wire'];
const BY_BOTH: Flow['witnesses'] = ['log', 'wire'];

class ComposedFlow implements Flow {
  declare readonly type: 'flow';
  declare readonly revision: number;
  declare readonly supersededBy: null;
  declare readonly replaces: Flow | null;
  declare readonly kind: FlowKind;
  declare readonly start: Micros;
  declare readonly end: Micros | null;
  declare readonly open: boolean;
  declare readonly verdict: Flow['verdict'];
  declare readonly reason: Flow['reason'];
  declare readonly exempt: Flow['exempt'];
  declare readonly bytes: Bytes;
  declare readonly exposedBytes: number | null;
  declare readonly witnesses: Flow['witnesses'];
  declare readonly wireSeen: number;
  declare readonly edge: number;
  declare readonly sourceIp: Ip;
  declare readonly destinationIp: Ip;
  declare findings: readonly string[];
  declare private readonly naming: Naming;
  declare private readonly parts: Parts;
  declare private readonly judge: Judge;
  declare private hash: string | undefined;
  declare private client: FlowEnd | undefined;

  constructor(naming: Naming, parts: Parts, judge: Judge, { revision, replaces }: Telling) {
    this.naming = naming;
    this.parts = parts;
    this.judge = judge;
    this.hash = undefined;
    this.client = parts.made?.source;
    this.sourceIp = parts.sourceIp;
    this.destinationIp = parts.destinationIp;
    const { verdict, reason, exempt } = judge.judge(parts, this);
    const open = verdict !== 'failed' && verdict !== 'denied' && isOpen(parts);
    this.type = 'flow';
    this.revision = revision;
    this.supersededBy = null;
    this.replaces = replaces;
    this.kind = parts.kind;
    this.start = startOf(parts);
    this.end = open ? null : endOf(parts);
    this.open = open;
    this.verdict = verdict;
    this.reason = reason;
    this.exempt = exempt;
    this.bytes = bytesOf(parts);
    this.exposedBytes = parts.wire?.exposed ?? parts.tunnel?.exposed ?? null;
    this.witnesses = witnessesOf(parts);
    this.wireSeen = (parts.wire ?? parts.tunnel)?.seen ?? 0;
    this.findings = NONE;
    // Packets may say another port or transport.
    this.edge = parts.wire === null ? parts.route : -1;
  }

  get source(): FlowEnd {
    this.client ??= this.naming.routes.source(this.parts.route, this.parts.sourcePort) ?? NOBODY;
    return this.client;
  }

  get destination(): FlowEnd {
    return this.parts.made?.destination ?? this.naming.routes.destination(this.parts.route) ?? NOBODY;
  }

  get transport(): 'tcp' | 'udp' {
    return this.parts.wire?.protocol === 17 ? 'udp' : 'tcp';
  }

  get application(): string | null {
    return this.parts.wire?.application ?? null;
  }

  get tls(): TlsFacts | null {
    return this.parts.wire?.tls ?? null;
  }

  get underlay(): string | null {
    return (this.parts.wire ?? this.parts.tunnel)?.underlay ?? null;
  }

  get id(): string {
    this.hash ??= hashOf(this.parts, this);
    return this.hash;
  }

  get communityId(): string | null {
    const { addresses } = this.naming.stores.tables;
    const { wire, inbound, outbound, sourceIp, destinationIp } = this.parts;
    if (wire !== null) return communityId(addresses, tupleOf(wire));
    // Without packets only a plaintext inbound line has the tuple of the wire.
    if (inbound === null || outbound !== null || inbound.identities || this.source.port === null || this.destination.port === null) return null;
    return communityId(addresses, {
      protocol: 6,
      sourceIp,
      sourcePort: this.source.port,
      destinationIp,
      destinationPort: this.destination.port,
    });
  }

  get carrier(): Carrier | null {
    const { tunnel, wire } = this.parts;
    // Its own packets are on the network: whatever a line claims, nothing carried them.
    const claimed = wire === null ? tunnelOf(this.parts) : null;
    const tuple = tunnel === null ? claimed : tupleOf(tunnel);
    return tuple === null ? null : new Tunnel(this.naming.stores.tables.addresses, tuple);
  }

  get lines(): readonly LineWitness[] {
    const { outbound, inbound } = this.parts;
    return outbound === null ? (inbound === null ? [] : [inbound]) : inbound === null ? [outbound] : [outbound, inbound];
  }

  get evidence(): readonly Evidence[] {
    return evidenceOf(this.parts, this.judge);
  }
}

class Tunnel implements Carrier {
  declare readonly source: Carrier['source'];
  declare readonly destination: Carrier['destination'];
  declare private readonly addresses: Addresses;
  declare private readonly tuple: Tuple;

  constructor(addresses: Addresses, tuple: Tuple) {
    this.source = { ip: addresses.format(tuple.sourceIp), port: tuple.sourcePort };
    this.destination = { ip: addresses.format(tuple.destinationIp), port: tuple.destinationPort };
    this.addresses = addresses;
    this.tuple = tuple;
  }

  get communityId(): string {
    return communityId(this.addresses, this.tuple);
  }
}

/** Getters do not survive a spread: those of a flow, named one by one. */
export function spread(flow: Flow): Flow {
  const { id, communityId: community, carrier, evidence, source, destination, transport, application, tls, underlay, lines = [] } = flow;
  return { ...flow, id, communityId: community, carrier, evidence, source, destination, transport, application, tls, underlay, lines };
}

const tupleOf = (wire: WireFacts): Tuple => ({
  protocol: wire.protocol,
  sourceIp: wire.clientAddress,
  sourcePort: wire.clientPort,
  destinationIp: wire.serverAddress,
  destinationPort: wire.serverPort,
});

/** The tunnel's tuple as an inbound line names it; the client's own line names the application's socket. */
function tunnelOf({ inbound, sourceIp }: Parts): Tuple | null {
  if (inbound?.identities !== true || sourceIp < 0 || inbound.destinationIp < 0) return null;
  return { protocol: 6, sourceIp, sourcePort: inbound.sourcePort, destinationIp: inbound.destinationIp, destinationPort: HBONE_PORT };
}

/** The first fragment in the order plaintext wire > outbound line > inbound line > tunnel: its ends, its first record. */
function hashOf({ wire, outbound, inbound }: Parts, flow: Flow): string {
  const [source, destination] =
    wire === null
      ? [flow.source, flow.destination]
      : [
          { ip: wire.clientIp, port: wire.clientPort },
          { ip: wire.serverIp, port: wire.serverPort },
        ];
  const first = (wire ?? outbound ?? inbound)?.start ?? (0 as Micros);
  return flowId({
    transport: flow.transport,
    source: socketText(source.ip, source.port ?? 0),
    destination: socketText(destination.ip, destination.port ?? 0),
    first,
  });
}

function startOf({ wire, outbound, inbound }: Parts): Micros {
  return Math.min(wire?.start ?? Infinity, outbound?.start ?? Infinity, inbound?.start ?? Infinity) as Micros;
}

function endOf({ wire, outbound, inbound }: Parts): Micros {
  return Math.max(wire?.end ?? -Infinity, outbound?.time ?? -Infinity, inbound?.time ?? -Infinity) as Micros;
}

/** No witness saw it end: `opened` lines alone, or TCP without FIN and RST. UDP has no end: it goes idle. */
function isOpen({ wire, outbound, inbound }: Parts): boolean {
  if ((outbound !== null && !isUnended(outbound.event)) || (inbound !== null && !isUnended(inbound.event))) return false;
  if (wire === null) return true;
  if (wire.protocol !== 6 || (wire.seen & (Seen.ended | Seen.refused | Seen.unreachable)) !== 0) return false;
  return (wire.seen & (Seen.synAck | Seen.midStream)) !== 0;
}

/** Log before wire. A tunnel's TLS bytes are no flow's (contract, `kind`). */
function bytesOf({ kind, wire, outbound, inbound }: Parts): Bytes {
  const line = outbound !== null && outbound.sent >= 0 ? outbound : inbound !== null && inbound.sent >= 0 ? inbound : null;
  if (line !== null) return { sent: line.sent, received: line.received };
  if (wire === null || (kind === 'tunnel' && (wire.seen & (Seen.clientHello | Seen.established)) !== 0)) return { sent: null, received: null };
  return { sent: wire.sent, received: wire.received };
}

function witnessesOf({ wire, tunnel, leg, outbound, inbound }: Parts): Flow['witnesses'] {
  if (outbound === null && inbound === null) return BY_WIRE;
  return wire === null && tunnel === null && leg === null ? BY_LOG : BY_BOTH;
}

/** Lines first, the client's before the server's; then packets. */
function evidenceOf({ wire, tunnel, leg, outbound, inbound, opened }: Parts, judge: Judge): readonly Evidence[] {
  const evidence: Evidence[] = [];
  const alone = { kind: 'connection', wire: null, tunnel: null, outbound: null, inbound: null } as const;
  for (const line of [...opened, outbound, inbound]) {
    if (line === null) continue;
    const joined = line.direction === Direction.outbound ? { ...alone, outbound: line } : { ...alone, inbound: line };
    evidence.push({ witness: 'log', input: line.input, record: line.record, says: judge.says(joined) });
  }
  for (const origin of wire?.evidence ?? []) evidence.push({ ...origin, says: judge.says({ ...alone, kind: kindOfWire(wire), wire }) });
  for (const origin of tunnel?.evidence ?? []) evidence.push({ ...origin, says: judge.says({ ...alone, kind: 'tunnel', wire: tunnel }) });
  for (const origin of leg?.evidence ?? []) evidence.push({ ...origin, says: 'loopback leg' });
  return evidence;
}

export function kindOfWire(wire: WireWitness | null): FlowKind {
  if (wire?.serverPort === HBONE_PORT) return 'tunnel';
  return wire !== null && (wire.seen & Seen.loopback) !== 0 ? 'leg' : 'connection';
}

/** Writes down to which findings a flow belongs, which only the audit knows. */
export function markFindings(flow: Flow, ids: readonly string[]): void {
  if (flow instanceof ComposedFlow) flow.findings = ids;
}
