/** Ends of flows, their port left out, ↔ small numbers. No key is put together for a flow: an address has few names. */
import type { FlowEnd } from '../../model/flow.ts';

export type End = Omit<FlowEnd, 'port'>;
type Entry = { readonly end: End; readonly id: number; names: number };

export class Ends {
  readonly #byIp = new Map<string, Entry[]>();
  readonly #entries: (Entry | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#entries.length;
  }

  value(id: number): End {
    return this.#entries[id]?.end ?? NOBODY;
  }

  hold(end: FlowEnd): number {
    const entry = this.#byIp.get(end.ip)?.find((known) => isSame(known.end, end)) ?? this.#add(end);
    entry.names++;
    return entry.id;
  }

  release(id: number): void {
    const entry = this.#entries[id];
    if (entry === undefined || --entry.names > 0) return;
    const named = (this.#byIp.get(entry.end.ip) ?? []).filter((other) => other !== entry);
    if (named.length === 0) this.#byIp.delete(entry.end.ip);
    else this.#byIp.set(entry.end.ip, named);
    this.#entries[id] = undefined;
    this.#free.push(id);
  }

  #add({ ip, pod, workload, namespace, service, cluster, identity, identityFrom }: FlowEnd): Entry {
    const id = this.#free.pop() ?? this.#entries.length;
    const entry = { end: { ip, pod, workload, namespace, service, cluster, identity, identityFrom }, id, names: 0 };
    this.#entries[id] = entry;
    const named = this.#byIp.get(ip);
    if (named === undefined) this.#byIp.set(ip, [entry]);
    else named.push(entry);
    return entry;
  }
}

const isSame = (a: End, b: End): boolean =>
  a.workload === b.workload &&
  a.namespace === b.namespace &&
  a.identity === b.identity &&
  a.identityFrom === b.identityFrom &&
  a.pod === b.pod &&
  a.service === b.service &&
  a.cluster === b.cluster;

const NOBODY: End = {
  ip: '',
  pod: null,
  workload: null,
  namespace: null,
  service: null,
  cluster: null,
  identity: null,
  identityFrom: null,
};
