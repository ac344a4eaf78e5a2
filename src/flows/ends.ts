/** The two ends of a flow: whose sockets, whose names, whose identities (contract, `source, destination`). */
import { HBONE_PORT } from '../mesh/ports.ts';
import { identityNamespace } from '../mesh/spiffe.ts';
import { workloadName } from '../mesh/workload-name.ts';
import { type Ip, NO_IP } from '../model/address.ts';
import type { FlowEnd, IdentitySource } from '../model/flow.ts';
import { L } from '../model/line-rows.ts';
import type { Shape, ShapeEnd, Shapes } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';
import type { Naming, WireFacts } from './witness.ts';

export type Ends = { readonly source: FlowEnd; readonly destination: FlowEnd; readonly sourceIp: Ip; readonly destinationIp: Ip };

/** `outbound`, `inbound`: rows of the flow's lines, -1 for none. */
export function endsOfLines(naming: Naming, outbound: number, inbound: number): Ends {
  const { lines, tables } = naming.stores;
  const leading = outbound >= 0 ? outbound : inbound;
  const led = namesOf(tables.shapes, lines.word(leading, L.shape));
  const served = inbound >= 0 ? (inbound === leading ? led : namesOf(tables.shapes, lines.word(inbound, L.shape))) : null;
  const mutual = led.mutual || served?.mutual === true;
  const addressed = addressing(naming, outbound, inbound);
  const destinationIp = addressed < 0 ? lines.destinationIp(leading) : lines.hboneIp(addressed) === NO_IP ? lines.destinationIp(addressed) : lines.hboneIp(addressed);
  const destinationPort = addressed < 0 ? ownPort(naming, leading, mutual) : lines.hbonePort(addressed);
  const sourceIp = lines.sourceIp(leading);
  const time = lines.start(leading);
  // The server's ztunnel read it from the client's certificate; the client's own ztunnel presented that certificate.
  const sourceIdentity = served?.source.identity ?? led.source.identity;
  // The client's ztunnel prints whom it expects; the server's prints its own certificate's name.
  const proven = served?.destination.identity ?? null;
  const identity = proven ?? led.destination.identity;
  return {
    sourceIp,
    destinationIp,
    // The client's own socket is unknown to the server's ztunnel: its line names the tunnel's.
    source: flowEnd(naming, { ip: sourceIp, port: outbound < 0 && mutual ? null : lines.sourcePort(leading), time, service: null }, named(led.source, sourceIdentity, 'certificate')),
    destination: flowEnd(naming, { ip: destinationIp, port: destinationPort, time, service: led.service ?? served?.service ?? hostOf(naming, leading) }, named(led.destination, identity, proven === null ? 'expected' : 'certificate')),
  };
}

export function endsOfWire(naming: Naming, wire: WireFacts): Ends {
  return {
    sourceIp: wire.clientAddress,
    destinationIp: wire.serverAddress,
    source: flowEnd(naming, { ip: wire.clientAddress, port: wire.clientPort, time: wire.start, service: null }, NOBODY),
    destination: flowEnd(naming, { ip: wire.serverAddress, port: wire.serverPort, time: wire.start, service: null }, NOBODY),
  };
}

/** The line that has the server as the application's peer does: `hbone_addr`; 1.22 outbound lines lack it. -1: none has. */
function addressing({ stores: { lines } }: Naming, outbound: number, inbound: number): number {
  if (outbound >= 0 && lines.hbonePort(outbound) !== 0) return outbound;
  return inbound >= 0 && lines.hbonePort(inbound) !== 0 ? inbound : -1;
}

/** A tunnelled line without `hbone_addr` does not say the application's port, unless `dst.addr` is not the tunnel's. */
function ownPort({ stores: { lines } }: Naming, row: number, mutual: boolean): number | null {
  const port = lines.destinationPort(row);
  return mutual && port === HBONE_PORT ? null : port;
}

function hostOf({ stores: { lines, tables } }: Naming, row: number): string | null {
  const host = lines.word(row, L.hboneHost);
  return host === 0 ? null : tables.names.text(host - 1);
}

type EndNames = { readonly pod: string | null; readonly workload: string | null; readonly namespace: string | null; readonly cluster: string | null; readonly identity: string | null };
type ShapeNames = { readonly source: EndNames; readonly destination: EndNames; readonly service: string | null; readonly mutual: boolean };
type Named = EndNames & { readonly identityFrom: IdentitySource | null };

const NOBODY: Named = { pod: null, workload: null, namespace: null, cluster: null, identity: null, identityFrom: null };

/** What a shape's names come to is worked out once: most flows are like one before. */
const known = new WeakMap<Shape, ShapeNames>();

function namesOf(shapes: Shapes, id: number): ShapeNames {
  const shape = shapes.shape(id);
  let names = known.get(shape);
  if (names === undefined) {
    const { source, destination, service } = shape;
    names = { source: endNames(source), destination: endNames(destination), service, mutual: source.identity !== null || destination.identity !== null };
    known.set(shape, names);
  }
  return names;
}

function endNames({ workload, namespace, cluster, identity }: ShapeEnd): EndNames {
  return {
    pod: workload,
    workload: workload === null ? null : workloadName(workload),
    // 1.22 prints the service's name as an inbound line's `dst.namespace`; a SPIFFE id has the right one.
    namespace: (identity === null ? null : identityNamespace(identity)) ?? namespace,
    cluster,
    identity,
  };
}

function named(end: EndNames, identity: string | null, from: IdentitySource): Named {
  return { pod: end.pod, workload: end.workload, namespace: end.namespace, cluster: end.cluster, identity, identityFrom: identity === null ? null : from };
}

type Place = { readonly ip: Ip; readonly port: number | null; readonly time: Micros; readonly service: string | null };

function flowEnd({ stores, podAt }: Naming, { ip, port, time, service }: Place, line: Named): FlowEnd {
  const pod = line.workload === null ? podAt(ip, time) : null;
  const names = pod === null ? line : endNames(pod);
  return {
    ip: stores.tables.addresses.format(ip),
    port,
    pod: names.pod,
    workload: names.workload,
    namespace: names.namespace,
    service,
    cluster: names.cluster,
    identity: line.identity,
    identityFrom: line.identityFrom,
  };
}
