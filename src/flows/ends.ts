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
import type { WireFacts } from './witness.ts';

export type Ends = { readonly source: FlowEnd; readonly destination: FlowEnd; readonly sourceIp: Ip; readonly destinationIp: Ip };

/** `outbound`, `inbound`: rows of the flow's lines, -1 for none. */
export function endsOfLines(naming: Naming, outbound: number, inbound: number): Ends {
  const { lines } = naming.stores;
  const leading = outbound >= 0 ? outbound : inbound;
  const led = namesOf(naming, lines.word(leading, L.shape));
  const served = inbound >= 0 ? (inbound === leading ? led : namesOf(naming, lines.word(inbound, L.shape))) : null;
  const mutual = led.mutual || served?.mutual === true;
  const addressed = addressing(naming, outbound, inbound);
  const destinationIp =
    addressed < 0 ? lines.destinationIp(leading) : lines.hboneIp(addressed) === NO_IP ? lines.destinationIp(addressed) : lines.hboneIp(addressed);
  const destinationPort = addressed < 0 ? ownPort(naming, leading, mutual) : lines.hbonePort(addressed);
  const sourceIp = lines.sourceIp(leading);
  const time = lines.start(leading);
  // The server's ztunnel read it from the client's certificate; the client's own ztunnel presented that certificate.
  const sourceIdentity = served?.source.identity ?? led.source.identity;
  // The client's ztunnel prints whom it expects; the server's prints its own certificate's name.
  const proven = served?.destination.identity ?? null;
  const identity = proven ?? led.destination.identity;
  // The client's own socket is unknown to the server's ztunnel: its line names the tunnel's.
  const sourcePort = outbound < 0 && mutual ? null : lines.sourcePort(leading);
  const source = flowEnd(
    naming,
    led.source,
    sourceIp,
    sourcePort,
    time,
    sourceIdentity === led.source.identity ? led.certified : claim(sourceIdentity),
  );
  const service = led.service ?? served?.service ?? hostOf(naming, leading);
  const from = proven === null ? 'expected' : 'certificate';
  // The server's end is the same object for all flows of an edge that follow each other.
  const last = led.last;
  const isSame =
    last !== null &&
    last.address === destinationIp &&
    last.end.port === destinationPort &&
    last.service === service &&
    last.identity === identity &&
    last.from === from;
  const said = { service, identity, identityFrom: identity === null ? null : from } as const;
  const destination = isSame ? last.end : flowEnd(naming, led.destination, destinationIp, destinationPort, time, said);
  if (!isSame && led.destination.workload !== null) led.last = { address: destinationIp, service, identity, from, end: destination };
  return { sourceIp, destinationIp, source, destination };
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

/** A tunnelled line without `hbone_addr` does not say the application's port, unless `dst.addr` is not the tunnel's. */
function ownPort({ stores: { lines } }: Naming, row: number, mutual: boolean): number | null {
  const port = lines.destinationPort(row);
  return mutual && port === HBONE_PORT ? null : port;
}

function hostOf({ stores: { lines, tables } }: Naming, row: number): string | null {
  const host = lines.word(row, L.hboneHost);
  return host === 0 ? null : tables.names.text(host - 1);
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
      mutual: source.identity !== null || destination.identity !== null,
      certified: claim(source.identity),
      last: null,
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

/** Words rather than an object: it is made twice a flow. */
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
