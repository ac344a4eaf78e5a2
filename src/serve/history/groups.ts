/**
 * Flows that differ only in time, bytes and the client's port are one group. Filters ask what a group has (all but time), so they are
 * asked once a group and not once a flow; sums of edges are sums of their groups.
 */
import { EXEMPTIONS, type Exemption, type Flow, type FlowKind, REASONS, type Reason, VERDICTS, type Verdict } from '../../model/flow.ts';
import { type End, Ends } from './ends.ts';
import { type Edge, Graph } from './graph.ts';

const KINDS: readonly FlowKind[] = ['connection', 'tunnel', 'leg'];
const HBONE_PORT = 15008;

export type Group = {
  readonly source: End;
  readonly destination: End;
  readonly port: number | null;
  readonly transport: 'tcp' | 'udp';
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly exempt: Exemption | null;
  readonly kind: FlowKind;
  readonly edge: Edge;
};
type Place = { readonly pair: number; readonly code: number; readonly sourceEnd: number; readonly destinationEnd: number };

export class Groups {
  readonly graph: Graph;
  readonly #ends = new Ends();
  readonly #groups: (Group | undefined)[] = [];
  readonly #places: Place[] = [];
  readonly #free: number[] = [];
  /** By pair of ends, then by everything else. */
  readonly #byPair = new Map<number, Map<number, number>>();
  /** Rises whenever a number stands for another group than before. */
  version = 0;

  constructor(revision: number) {
    this.graph = new Graph(revision);
  }

  /** Numbers given out so far are below this. */
  get size(): number {
    return this.#groups.length;
  }

  group(id: number): Group | undefined {
    return this.#groups[id];
  }

  /** The number of a flow's group; `isNew` where nothing was counted in it before. */
  of(flow: Flow): { readonly id: number; readonly isNew: boolean } {
    const sourceEnd = this.#ends.hold(flow.source);
    const destinationEnd = this.#ends.hold(flow.destination);
    const pair = sourceEnd * 2 ** 26 + destinationEnd;
    const code = codeOf(flow);
    const known = this.#byPair.get(pair)?.get(code);
    if (known === undefined) return { id: this.#add(flow, { pair, code, sourceEnd, destinationEnd }), isNew: true };
    this.#ends.release(sourceEnd);
    this.#ends.release(destinationEnd);
    return { id: known, isNew: false };
  }

  /** After its last flow was taken off. */
  remove(id: number, revision: number): void {
    const group = this.#groups[id];
    const place = this.#places[id];
    if (group === undefined || place === undefined) return;
    const codes = this.#byPair.get(place.pair);
    codes?.delete(place.code);
    if (codes?.size === 0) this.#byPair.delete(place.pair);
    this.#ends.release(place.sourceEnd);
    this.#ends.release(place.destinationEnd);
    this.#groups[id] = undefined;
    this.#free.push(id);
    this.version++;
    group.edge.groups.delete(id);
    if (group.edge.groups.size === 0) this.graph.remove(group.edge, revision);
  }

  #add(flow: Flow, place: Place): number {
    const source = this.#ends.value(place.sourceEnd);
    const destination = this.#ends.value(place.destinationEnd);
    const { verdict, reason, exempt, kind, transport } = flow;
    const port = kind === 'tunnel' ? HBONE_PORT : flow.destination.port;
    const edge = this.graph.edge({ source, destination, port, transport });
    const id = this.#free.pop() ?? this.#groups.length;
    this.#groups[id] = { source, destination, port: flow.destination.port, transport, verdict, reason, exempt, kind, edge };
    this.#places[id] = place;
    edge.groups.add(id);
    const codes = this.#byPair.get(place.pair) ?? new Map<number, number>();
    this.#byPair.set(place.pair, codes);
    codes.set(place.code, id);
    this.version++;
    return id;
  }
}

/** All of a flow that makes a group but its ends, as one number. */
function codeOf({ destination, transport, verdict, reason, exempt, kind }: Flow): number {
  let code = (destination.port ?? -1) + 1;
  code = code * 2 + (transport === 'tcp' ? 0 : 1);
  code = code * 8 + VERDICTS.indexOf(verdict);
  code = code * 32 + REASONS.indexOf(reason);
  code = code * 8 + (exempt === null ? 7 : EXEMPTIONS.indexOf(exempt));
  return code * 4 + KINDS.indexOf(kind);
}
