/**
 * What the flows between two pods have in common: everything about their ends but the client's port. Most flows go the way
 * of one before, and most reports ask for no names: so a flow is recognised by 64 bytes of numbers, and its ends are made when
 * somebody asks for them. (Memory far away costs more here than all that is computed.)
 */
import type { Ip } from '../model/address.ts';
import { f64At } from '../model/column.ts';
import type { FlowEnd } from '../model/flow.ts';

/** What lines say of a flow's ends. Flows for which all of it is equal have equal ends but for the client's port. */
export type RouteKey = {
  /** Shape of the leading line. */
  readonly shape: number;
  /** Shape of the server's line, -1 for none. */
  readonly served: number;
  readonly isOutbound: boolean;
  readonly sourceIp: Ip;
  readonly destinationIp: Ip;
  /** -1: not known. */
  readonly destinationPort: number;
  /** Number in `names` + 1. */
  readonly host: number;
  /** Of the configuration: it may come after the first lines of a live log. */
  readonly version: number;
};

/** Columns of the route that a shape's flows went last. `number` is that of the route + 1, 0 for none. */
const C = { served: 0, isOutbound: 1, sourceIp: 2, destinationIp: 3, destinationPort: 4, host: 5, version: 6, number: 7, width: 8 } as const;
/** Past this many, flows have their ends made one by one: hostile input may change its route with every line. */
const MAX_ROUTES = 1 << 16;

export class Routes {
  #last = new Float64Array(1024 * C.width);
  readonly #sources: FlowEnd[] = [];
  readonly #destinations: FlowEnd[] = [];

  /** Number of the route, -1 where it is none of those known. */
  find(key: RouteKey): number {
    const last = this.#last;
    const at = key.shape * C.width;
    const isSame =
      f64At(last, at + C.served) === key.served &&
      f64At(last, at + C.isOutbound) === (key.isOutbound ? 1 : 0) &&
      f64At(last, at + C.sourceIp) === key.sourceIp &&
      f64At(last, at + C.destinationIp) === key.destinationIp &&
      f64At(last, at + C.destinationPort) === key.destinationPort &&
      f64At(last, at + C.host) === key.host &&
      f64At(last, at + C.version) === key.version;
    return isSame ? f64At(last, at + C.number) - 1 : -1;
  }

  /** The number it gets; -1 when there are too many. */
  learn(key: RouteKey, source: FlowEnd, destination: FlowEnd): number {
    const number = this.#sources.length;
    if (number === MAX_ROUTES) return -1;
    this.#sources.push(source);
    this.#destinations.push(destination);
    const at = key.shape * C.width;
    if (at >= this.#last.length) this.#grow(at);
    const { served, isOutbound, sourceIp, destinationIp, destinationPort, host, version } = key;
    this.#last.set([served, isOutbound ? 1 : 0, sourceIp, destinationIp, destinationPort, host, version, number + 1], at);
    return number;
  }

  source(number: number, port: number | null): FlowEnd | undefined {
    const end = this.#sources[number];
    return end === undefined || end.port === port ? end : withPort(end, port);
  }

  destination(number: number): FlowEnd | undefined {
    return this.#destinations[number];
  }

  #grow(at: number): void {
    const larger = new Float64Array(Math.max(this.#last.length * 2, at + C.width));
    larger.set(this.#last);
    this.#last = larger;
  }
}

/** Field by field: a spread costs ten times as much. */
function withPort({ ip, pod, workload, namespace, service, cluster, identity, identityFrom }: FlowEnd, port: number | null): FlowEnd {
  return { ip, port, pod, workload, namespace, service, cluster, identity, identityFrom };
}
