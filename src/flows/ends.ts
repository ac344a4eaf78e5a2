/** The two ends of a flow: whose sockets, whose names, whose identities (contract, `source, destination`). */
import type { Configuration } from '../mesh/configuration.ts';
import { HBONE_PORT } from '../mesh/ports.ts';
import { identityNamespace } from '../mesh/spiffe.ts';
import { workloadName } from '../mesh/workload-name.ts';
import { type Ip, NO_IP } from '../model/address.ts';
import type { FlowEnd } from '../model/flow.ts';
import { L } from '../model/line-rows.ts';
import type { ShapeEnd } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';
import { configuredEnd } from './configured-ends.ts';
import type { Claim, EndNames, Naming, ShapeNames } from './naming.ts';
import type { RouteKey } from './routes.ts';
import type { WireFacts } from './witness.ts';

export type Ends = { readonly source: FlowEnd; readonly destination: FlowEnd; readonly sourceIp: Ip; readonly destinationIp: Ip };

/** Ends, or where to find them: `made` is null where the flow goes a route that another has gone before. */
export type FoundEnds = {
  readonly made: Ends | null;
  /** -1 for none: such ends are made. */
  readonly route: number;
  readonly sourceIp: Ip;
  readonly destinationIp: Ip;
  readonly sourcePort: number | null;
  /** -1: not known. */
  readonly destinationPort: number;
};

/** `outbound`, `inbound`: rows of the flow's lines, -1 for none. */
export function endsOfLines(naming: Naming, outbound: number, inbound: number): FoundEnds {
  const { lines } = naming.stores;
  const leading = outbound >= 0 ? outbound : inbound;
  const { key, sourcePort } = saidOfEnds(naming, outbound, inbound);
  const { sourceIp, destinationIp, destinationPort } = key;
  const known = naming.routes.find(key);
  if (known >= 0) return { made: null, route: known, sourceIp, destinationIp, sourcePort, destinationPort };
  const made = newEnds(naming, key, sourcePort, lines.start(leading));
  const route = isLasting(naming, key) ? naming.routes.learn(key, made.source, made.destination) : -1;
  return { made, route, sourceIp, destinationIp, sourcePort, destinationPort };
}

/** Number of the route that these lines' flow goes, -1 where none has gone it before. */
export function knownRoute(naming: Naming, outbound: number, inbound: number): number {
  return naming.routes.find(saidOfEnds(naming, outbound, inbound).key);
}

function saidOfEnds(naming: Naming, outbound: number, inbound: number): { readonly key: RouteKey; readonly sourcePort: number | null } {
  const { lines, tables } = naming.stores;
  const isOutbound = outbound >= 0;
  const leading = isOutbound ? outbound : inbound;
  const shape = lines.word(leading, L.shape);
  const served = inbound < 0 ? -1 : lines.word(inbound, L.shape);
  const isMutualShape = (id: number): boolean => tables.shapes.isMutual(id);
  const isMutual = lines.isTunnelled(leading, isMutualShape) || (served >= 0 && lines.isTunnelled(inbound, isMutualShape));
  const addressed = addressing(naming, outbound, inbound);
  const destinationIp =
    addressed < 0 ? lines.destinationIp(leading) : lines.hboneIp(addressed) === NO_IP ? lines.destinationIp(addressed) : lines.hboneIp(addressed);
  const destinationPort = addressed < 0 ? ownPort(naming, leading, isMutual) : lines.hbonePort(addressed);
  const sourceIp = lines.sourceIp(leading);
  // The client's own socket is unknown to the server's ztunnel: its line names the tunnel's.
  const sourcePort = !isOutbound && isMutual ? null : lines.sourcePort(leading);
  const version = naming.configuration?.version ?? 0;
  const host = lines.word(leading, L.hboneHost);
  return { key: { shape, served, isOutbound, sourceIp, destinationIp, destinationPort, host, version }, sourcePort };
}

function newEnds(naming: Naming, key: RouteKey, sourcePort: number | null, time: Micros): Ends {
  const { sourceIp, destinationIp } = key;
  const led = namesOf(naming, key.shape);
  const served = key.served < 0 ? null : namesOf(naming, key.served);
  // The server's ztunnel read it from the client's certificate; the client's own ztunnel presented that certificate.
  const sourceIdentity = served?.source.identity ?? led.source.identity;
  // The client's ztunnel prints whom it expects; the server's prints its own certificate's name.
  const proven = served?.destination.identity ?? null;
  const identity = proven ?? led.destination.identity;
  const source = flowEnd(naming, led.source, sourceIp, sourcePort, time, claim(sourceIdentity));
  const host = key.host === 0 ? null : naming.stores.tables.names.text(key.host - 1);
  const from = proven === null ? 'expected' : 'certificate';
  const said = { service: led.service ?? served?.service ?? host, identity, identityFrom: identity === null ? null : from } as const;
  const destination = flowEnd(naming, led.destination, destinationIp, key.destinationPort < 0 ? null : key.destinationPort, time, said);
  return { source, destination, sourceIp, destinationIp };
}

/** What the address book and configuration say of an end is true at one time only: of a route's ends the lines say all. */
function isLasting(naming: Naming, { shape, version }: RouteKey): boolean {
  const { source, destination } = namesOf(naming, shape);
  if (source.workload === null || destination.workload === null) return false;
  return version === 0 || (source.identity !== null && destination.identity !== null);
}

export function endsOfWire(naming: Naming, wire: WireFacts): Ends {
  return {
    sourceIp: wire.clientAddress,
    destinationIp: wire.serverAddress,
    source: flowEnd(naming, NOBODY, wire.clientAddress, wire.clientPort, wire.start, NOTHING),
    destination: flowEnd(naming, NOBODY, wire.serverAddress, wire.serverPort, wire.start, NOTHING),
  };
}

/** The line that has the server as the application's peer does: `hbone_addr`; 1.22 outbound lines lack it. -1: none has. */
function addressing({ stores: { lines } }: Naming, outbound: number, inbound: number): number {
  if (outbound >= 0 && lines.hbonePort(outbound) !== 0) return outbound;
  return inbound >= 0 && lines.hbonePort(inbound) !== 0 ? inbound : -1;
}

/** A tunnelled line without `hbone_addr` does not say the application's port (-1), unless `dst.addr` is not the tunnel's. */
function ownPort({ stores: { lines } }: Naming, row: number, isMutual: boolean): number {
  const port = lines.destinationPort(row);
  return isMutual && port === HBONE_PORT ? -1 : port;
}

const NOBODY: EndNames = { pod: null, workload: null, namespace: null, cluster: null, identity: null };

/** What a shape's names come to is worked out once: most flows are like one before. */
function namesOf({ stores, shapeNames, configuration }: Naming, id: number): ShapeNames {
  let names = shapeNames[id];
  const version = configuration?.version ?? 0;
  if (names === undefined || names.version !== version) {
    const { source, destination, service } = stores.tables.shapes.shape(id);
    names = {
      source: endNames(source, configuration),
      destination: endNames(destination, configuration),
      service,
      version,
    };
    shapeNames[id] = names;
  }
  return names;
}

function endNames({ workload, namespace: printed, cluster, identity }: ShapeEnd, configuration: Configuration | null): EndNames {
  // 1.22 prints the service's name as an inbound line's `dst.namespace`; a SPIFFE id has the right one.
  const namespace = (identity === null ? null : identityNamespace(identity)) ?? printed;
  const owner = workload === null || configuration === null ? null : configuration.pod(namespace ?? '', workload);
  return {
    pod: workload,
    workload: workload === null ? null : (owner?.workload ?? workloadName(workload)),
    namespace,
    cluster,
    identity,
  };
}

const NOTHING: Claim = { service: null, identity: null, identityFrom: null };

const claim = (identity: string | null): Claim => (identity === null ? NOTHING : { service: null, identity, identityFrom: 'certificate' });

function flowEnd({ stores, podAt, configuration }: Naming, line: EndNames, ip: Ip, port: number | null, time: Micros, said: Claim): FlowEnd {
  const { service, identity, identityFrom: from } = said;
  const pod = line.workload === null ? podAt(ip, time) : null;
  const learnt = pod === null ? line : endNames(pod, configuration);
  const configured = configuration === null || (learnt.workload !== null && identity !== null) ? null : configuredEnd(configuration, ip, time);
  const names = learnt.workload === null && configured !== null ? configured : learnt;
  // A name that was proven is never completed by one that was not.
  const isHim = configured !== null && configured.workload === names.workload && configured.namespace === names.namespace;
  const told = identity ?? (isHim ? configured.identity : null);
  return {
    ip: stores.tables.addresses.format(ip),
    port,
    pod: names.pod,
    workload: names.workload,
    namespace: names.namespace,
    service: service ?? configured?.service ?? null,
    cluster: names.cluster,
    identity: told,
    identityFrom: told === null ? null : identity === null ? 'configured' : from,
  };
}
