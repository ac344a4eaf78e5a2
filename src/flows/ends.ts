/** The two ends of a flow: whose sockets, whose names, whose identities (contract, `source, destination`). */
import { HBONE_PORT } from '../mesh/ports.ts';
import { identityNamespace } from '../mesh/spiffe.ts';
import { workloadName } from '../mesh/workload-name.ts';
import { type Ip, NO_IP } from '../model/address.ts';
import type { FlowEnd, IdentitySource } from '../model/flow.ts';
import { L } from '../model/line-rows.ts';
import type { Shape, ShapeEnd } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';
import type { Naming, WireFacts } from './witness.ts';

/** Rows of a flow's lines, -1 for none. */
export type LinePair = { readonly outbound: number; readonly inbound: number };
export type Ends = { readonly source: FlowEnd; readonly destination: FlowEnd; readonly sourceIp: Ip; readonly destinationIp: Ip };

const NOBODY: ShapeEnd = { workload: null, namespace: null, identity: null, cluster: null };

export function endsOfLines(naming: Naming, { outbound, inbound }: LinePair, time: Micros): Ends {
  const { lines, tables } = naming.stores;
  const leading = outbound >= 0 ? outbound : inbound;
  const shape = tables.shapes.shape(lines.word(leading, L.shape));
  const served = inbound >= 0 ? tables.shapes.shape(lines.word(inbound, L.shape)) : null;
  const sourceIp = lines.sourceIp(leading);
  const { ip, port } = applicationAddress(naming, { outbound, inbound });
  const host = lines.word(leading, L.hboneHost);
  const tunnelled = mutual(shape) || (served !== null && mutual(served));
  const source = described(naming, { ip: sourceIp, time, named: shape.source, identity: sourceIdentity(shape, served) });
  const destination = described(naming, { ip, time, named: shape.destination, identity: destinationIdentity(shape, served, outbound >= 0) });
  return {
    sourceIp,
    destinationIp: ip,
    // The client's own socket is unknown to the server's ztunnel: its line names the tunnel's.
    source: { ...source, port: outbound < 0 && tunnelled ? null : lines.sourcePort(leading) },
    destination: { ...destination, port, service: shape.service ?? served?.service ?? (host === 0 ? null : tables.names.text(host - 1)) },
  };
}

export function endsOfWire(naming: Naming, wire: WireFacts): Ends {
  return {
    sourceIp: wire.clientAddress,
    destinationIp: wire.serverAddress,
    source: { ...described(naming, { ip: wire.clientAddress, time: wire.start, named: NOBODY, identity: UNKNOWN }), port: wire.clientPort },
    destination: { ...described(naming, { ip: wire.serverAddress, time: wire.start, named: NOBODY, identity: UNKNOWN }), port: wire.serverPort },
  };
}

/** The server as the application's peer has it: `hbone_addr`; 1.22 outbound lines lack it, then the other line's, else the port is unknown. */
function applicationAddress({ stores: { lines, tables } }: Naming, { outbound, inbound }: LinePair): { ip: Ip; port: number | null } {
  for (const row of [outbound, inbound]) {
    if (row >= 0 && lines.hbonePort(row) !== 0) return { ip: lines.hboneIp(row) === NO_IP ? lines.destinationIp(row) : lines.hboneIp(row), port: lines.hbonePort(row) };
  }
  const row = inbound >= 0 ? inbound : outbound;
  const port = lines.destinationPort(row);
  const tunnelled = mutual(tables.shapes.shape(lines.word(row, L.shape)));
  return { ip: lines.destinationIp(row), port: tunnelled && port === HBONE_PORT ? null : port };
}

type Identity = { readonly identity: string | null; readonly identityFrom: IdentitySource | null };
const UNKNOWN: Identity = { identity: null, identityFrom: null };

const mutual = (shape: Shape): boolean => shape.source.identity !== null || shape.destination.identity !== null;

/** The server's ztunnel read it from the client's certificate; the client's own ztunnel presented that certificate. */
function sourceIdentity(shape: Shape, served: Shape | null): Identity {
  const identity = served?.source.identity ?? shape.source.identity;
  return identity === null ? UNKNOWN : { identity, identityFrom: 'certificate' };
}

/** The client's ztunnel prints whom it expects; the server's prints its own certificate's name. */
function destinationIdentity(shape: Shape, served: Shape | null, outbound: boolean): Identity {
  if (served !== null && served.destination.identity !== null) return { identity: served.destination.identity, identityFrom: 'certificate' };
  if (shape.destination.identity === null) return UNKNOWN;
  return { identity: shape.destination.identity, identityFrom: outbound ? 'expected' : 'certificate' };
}

type Described = { readonly ip: Ip; readonly time: Micros; readonly named: ShapeEnd; readonly identity: Identity };

function described({ stores: { tables }, podAt }: Naming, { ip, time, named, identity }: Described): Omit<FlowEnd, 'port'> {
  const known = named.workload !== null ? named : (podAt(ip, time) ?? named);
  return {
    ip: tables.addresses.format(ip),
    pod: known.workload,
    workload: known.workload === null ? null : workloadName(known.workload),
    // 1.22 prints the service's name as an inbound line's `dst.namespace`; a SPIFFE id has the right one.
    namespace: (identity.identity === null ? null : identityNamespace(identity.identity)) ?? known.namespace,
    service: null,
    cluster: known.cluster,
    ...identity,
  };
}
