/** The ends of edges, numbered: a workload of a namespace, or an address where nobody knows the workload. */
export type Named = { readonly workload: string | null; readonly namespace: string | null; readonly ip: string | null };

export class EdgeEnds {
  /** By namespace, then by name: strings carry their hash with them. */
  readonly #numbers = new Map<string | null, Map<string, number>>();
  readonly #ends: Named[] = [];

  /** -1 where it has none. */
  find(end: Named): number {
    return this.#numbers.get(namespaceOf(end))?.get(nameOf(end)) ?? -1;
  }

  number(end: Named): number {
    const { workload, namespace, ip } = end;
    let names = this.#numbers.get(namespaceOf(end));
    if (names === undefined) {
      names = new Map();
      this.#numbers.set(namespaceOf(end), names);
    }
    const known = names.get(nameOf(end));
    if (known !== undefined) return known;
    names.set(nameOf(end), this.#ends.length);
    return this.#ends.push(workload === null ? { workload, namespace: null, ip } : { workload, namespace, ip: null }) - 1;
  }

  /** As the edge tells it. */
  end(number: number): Named {
    return this.#ends[number] ?? NOBODY;
  }
}

const NOBODY: Named = { workload: null, namespace: null, ip: null };

/** Addresses stand under null, workloads without a namespace under '': a workload that calls itself `10.0.0.1` is no address. */
const namespaceOf = (end: Named): string | null => (end.workload === null ? null : (end.namespace ?? ''));
const nameOf = (end: Named): string => end.workload ?? end.ip ?? '';
