/** A decided flow out of its parts, field by field as the contract says. */
import { HBONE_PORT } from '../mesh/ports.ts';
import type { Ip } from '../model/address.ts';
import { Direction, LineEvent } from '../model/batch.ts';
import type { Bytes, Carrier, Decision, Evidence, Exemption, Flow, FlowEnd, FlowKind, Joined, LineWitness, TlsFacts, WireWitness } from '../model/flow.ts';
import type { Addresses } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';
import { Seen } from '../model/wire-rows.ts';
import { communityId, type Tuple } from './community-id.ts';
import type { Ends, LinePair } from './ends.ts';
import { flowId, socketText } from './flow-id.ts';
import type { Naming, WireFacts } from './witness.ts';

export type Judgement = Decision & { readonly exempt: Exemption | null };
/** What the verdict's rules say; `says` is what one witness alone would lead to. */
export type Judge = { judge(joined: Joined, ends: JudgedEnds): Judgement; says(joined: Joined): string };
export type JudgedEnds = { readonly sourceIp: Ip; readonly destinationIp: Ip; readonly source: FlowEnd; readonly destination: FlowEnd };

export type Parts = Joined & {
  readonly wire: WireFacts | null;
  readonly tunnel: WireFacts | null;
  readonly leg: WireFacts | null;
  readonly rows: LinePair;
  /** `opened` lines of lines that completed: cited beside them. */
  readonly opened: readonly LineWitness[];
  readonly ends: Ends;
};

export type Telling = { readonly revision: number; readonly replaces: Flow | null };
export const FIRST: Telling = { revision: 1, replaces: null };

export function compose(naming: Naming, parts: Parts, judge: Judge, telling: Telling): Flow {
  const { verdict, reason, exempt } = judge.judge(parts, parts.ends);
  const open = isOpen(parts) && verdict !== 'failed' && verdict !== 'denied';
  const told = toldBy(parts);
  return new ComposedFlow(naming.stores.tables.addresses, parts, {
    ...telling,
    start: startOf(parts),
    end: open ? null : endOf(parts),
    open,
    verdict,
    reason,
    exempt,
    exposedBytes: exposedBytes(parts),
    carrier: carrierOf(naming, parts),
    judge,
    witnesses: told.has('log') ? (told.has('wire') ? ['log', 'wire'] : ['log']) : ['wire'],
  });
}

type Computed = Pick<Flow, 'revision' | 'replaces' | 'start' | 'end' | 'open' | 'verdict' | 'reason' | 'exempt' | 'exposedBytes' | 'carrier' | 'witnesses'> & { readonly judge: Judge };

/** Ids are hashed and evidence is listed when first read: a report over a million flows shows neither. */
class ComposedFlow implements Flow {
  readonly type = 'flow';
  readonly revision: number;
  readonly supersededBy = null;
  readonly replaces: Flow | null;
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
  readonly verdict: Flow['verdict'];
  readonly reason: Flow['reason'];
  readonly exempt: Flow['exempt'];
  readonly bytes: Bytes;
  readonly exposedBytes: number | null;
  readonly carrier: Carrier | null;
  readonly witnesses: Flow['witnesses'];
  findings: readonly string[] = [];
  readonly wireSeen: number;
  readonly #judge: Judge;
  readonly #addresses: Addresses;
  readonly #parts: Parts;
  readonly #first: Micros;
  #id: string | undefined;

  constructor(addresses: Addresses, parts: Parts, computed: Computed) {
    const wire = parts.wire;
    this.#addresses = addresses;
    this.#parts = parts;
    this.#judge = computed.judge;
    this.#first = firstTime(parts);
    this.kind = parts.kind;
    this.source = parts.ends.source;
    this.destination = parts.ends.destination;
    this.transport = wire?.protocol === 17 ? 'udp' : 'tcp';
    this.application = wire?.application ?? null;
    this.tls = wire?.tls ?? null;
    this.underlay = (wire ?? parts.tunnel)?.underlay ?? null;
    this.bytes = bytesOf(parts);
    this.wireSeen = (wire ?? parts.tunnel)?.seen ?? 0;
    this.revision = computed.revision;
    this.replaces = computed.replaces;
    this.start = computed.start;
    this.end = computed.end;
    this.open = computed.open;
    this.verdict = computed.verdict;
    this.reason = computed.reason;
    this.exempt = computed.exempt;
    this.exposedBytes = computed.exposedBytes;
    this.carrier = computed.carrier;
    this.witnesses = computed.witnesses;
  }

  get id(): string {
    const wire = this.#parts.wire;
    const [source, destination] = wire === null ? [this.source, this.destination] : [{ ip: wire.clientIp, port: wire.clientPort }, { ip: wire.serverIp, port: wire.serverPort }];
    this.#id ??= flowId({ transport: this.transport, source: socketText(source.ip, source.port ?? 0), destination: socketText(destination.ip, destination.port ?? 0), first: this.#first });
    return this.#id;
  }

  get communityId(): string | null {
    const { wire, inbound, outbound, ends } = this.#parts;
    if (wire !== null) return wireCommunityId(this.#addresses, wire);
    // Without packets only a plaintext inbound line has the tuple of the wire.
    if (inbound === null || outbound !== null || inbound.identities || this.source.port === null || this.destination.port === null) return null;
    return communityId(this.#addresses, { protocol: 6, sourceIp: ends.sourceIp, sourcePort: this.source.port, destinationIp: ends.destinationIp, destinationPort: this.destination.port });
  }

  get evidence(): readonly Evidence[] {
    return evidenceOf(this.#parts, this.#judge);
  }
}

function wireCommunityId(addresses: Addresses, wire: WireFacts): string {
  return communityId(addresses, { protocol: wire.protocol, sourceIp: wire.clientAddress, sourcePort: wire.clientPort, destinationIp: wire.serverAddress, destinationPort: wire.serverPort });
}

/** The first fragment in the order plaintext wire > outbound line > inbound line > tunnel: its first record. */
function firstTime({ wire, outbound, inbound }: Parts): Micros {
  return (wire ?? outbound ?? inbound)?.start ?? (0 as Micros);
}

function startOf({ wire, outbound, inbound }: Parts): Micros {
  return Math.min(wire?.start ?? Infinity, outbound?.start ?? Infinity, inbound?.start ?? Infinity) as Micros;
}

/** An `opened` line's time is no end. */
function endOf({ wire, outbound, inbound }: Parts): Micros {
  const ended = (line: LineWitness | null): number => (line === null ? -Infinity : line.time);
  return Math.max(wire?.end ?? -Infinity, ended(outbound), ended(inbound)) as Micros;
}

/** No witness saw it end. UDP has no end: it goes idle. */
function isOpen({ wire, outbound, inbound }: Parts): boolean {
  const lines = [outbound, inbound].filter((line) => line !== null);
  if (lines.some((line) => line.event !== LineEvent.opened)) return false;
  if (wire === null) return true;
  if (wire.protocol !== 6 || (wire.seen & (Seen.ended | Seen.refused | Seen.unreachable)) !== 0) return false;
  return (wire.seen & (Seen.synAck | Seen.midStream)) !== 0;
}

/** Log before wire. A tunnel's TLS bytes are no flow's (contract, `kind`). */
function bytesOf({ kind, wire, outbound, inbound }: Parts): Bytes {
  const line = outbound !== null && outbound.sent >= 0 ? outbound : inbound !== null && inbound.sent >= 0 ? inbound : null;
  if (line !== null) return { sent: line.sent, received: line.received };
  if (wire === null || (kind === 'tunnel' && (wire.seen & Seen.tls) !== 0)) return { sent: null, received: null };
  return { sent: wire.sent, received: wire.received };
}

function exposedBytes({ wire, tunnel }: Parts): number | null {
  return wire?.exposed ?? tunnel?.exposed ?? null;
}

/** The tunnel by the wire; without one the inbound line names it. */
function carrierOf({ stores: { tables, lines } }: Naming, { tunnel, inbound, rows }: Parts): Carrier | null {
  if (tunnel !== null) return new Tunnel(tables.addresses, { protocol: 6, sourceIp: tunnel.clientAddress, sourcePort: tunnel.clientPort, destinationIp: tunnel.serverAddress, destinationPort: tunnel.serverPort });
  if (inbound === null || !inbound.identities || rows.inbound < 0) return null;
  const [sourceIp, sourcePort, destinationIp] = [lines.sourceIp(rows.inbound), lines.sourcePort(rows.inbound), lines.destinationIp(rows.inbound)];
  if (sourceIp < 0 || destinationIp < 0) return null;
  return new Tunnel(tables.addresses, { protocol: 6, sourceIp, sourcePort, destinationIp, destinationPort: HBONE_PORT });
}

class Tunnel implements Carrier {
  readonly source: Carrier['source'];
  readonly destination: Carrier['destination'];
  readonly #addresses: Addresses;
  readonly #tuple: Tuple;

  constructor(addresses: Addresses, tuple: Tuple) {
    this.#addresses = addresses;
    this.#tuple = tuple;
    this.source = { ip: addresses.format(tuple.sourceIp), port: tuple.sourcePort };
    this.destination = { ip: addresses.format(tuple.destinationIp), port: tuple.destinationPort };
  }

  get communityId(): string {
    return communityId(this.#addresses, this.#tuple);
  }
}

function toldBy({ wire, tunnel, leg, outbound, inbound }: Parts): Set<'log' | 'wire'> {
  const told = new Set<'log' | 'wire'>();
  if (outbound !== null || inbound !== null) told.add('log');
  if (wire !== null || tunnel !== null || leg !== null) told.add('wire');
  return told;
}

/** Lines first, the client's before the server's; then packets. */
function evidenceOf({ wire, tunnel, leg, outbound, inbound, opened }: Parts, judge: Judge): readonly Evidence[] {
  const evidence: Evidence[] = [];
  const alone = { kind: 'connection', wire: null, tunnel: null, outbound: null, inbound: null } as const;
  for (const line of [...opened, outbound, inbound]) {
    if (line === null) continue;
    const joined = line.direction === Direction.outbound ? { ...alone, outbound: line } : { ...alone, inbound: line };
    evidence.push({ ...line.origin, says: judge.says(joined) });
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
