/** The ends of edges, numbered: a workload of a namespace, or an address where nobody knows the workload. */
export type Named = { readonly workload: string | null; readonly namespace: string | null; readonly ip: string | null };

export class EdgeEnds {
  /** By namespace, then by name: strings carry their hash with them. */
  readonly #numbers = new Map<string | null, Map<string, number>>();
  /** By number: workload or address, and the namespace as it was told; for an address `IS_ADDRESS`. */
  readonly #names: string[] = [];
  readonly #namespaces: (string | null | typeof IS_ADDRESS)[] = [];

  /** -1 where it has none. */
  find(end: Named): number {
    return this.#numbers.get(namespaceOf(end))?.get(nameOf(end)) ?? -1;
  }

  number(end: Named): number {
    let names = this.#numbers.get(namespaceOf(end));
    if (names === undefined) {
      names = new Map();
      this.#numbers.set(namespaceOf(end), names);
    }
    const known = names.get(nameOf(end));
    if (known !== undefined) return known;
    names.set(nameOf(end), this.#names.length);
    this.#namespaces.push(end.workload === null ? IS_ADDRESS : end.namespace);
    return this.#names.push(nameOf(end)) - 1;
  }

  /** As the edge tells it. */
  end(number: number): Named {
    const namespace = this.#namespaces[number] ?? null;
    const name = this.#names[number] ?? null;
    return namespace === IS_ADDRESS ? { workload: null, namespace: null, ip: name } : { workload: name, namespace, ip: null };
  }

  /** Their places in the order of namespace, workload and address, by number. */
  ranks(): Int32Array {
    const texts = this.#names.map((_, number) => order(this.end(number)));
    const sorted = Int32Array.from(texts.keys()).sort((a, b) => compare(texts[a] ?? '', texts[b] ?? ''));
    const ranks = new Int32Array(sorted.length);
    sorted.forEach((number, rank) => {
      ranks[number] = rank;
    });
    return ranks;
  }
}

const IS_ADDRESS = Symbol('address');

/** Addresses stand under null, workloads without a namespace under '': a workload that calls itself `10.0.0.1` is no address. */
const namespaceOf = (end: Named): string | null => (end.workload === null ? null : (end.namespace ?? ''));
const nameOf = (end: Named): string => end.workload ?? end.ip ?? '';

const order = (end: Named): string => `${end.namespace ?? ''}\n${end.workload ?? ''}\n${end.ip ?? ''}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
