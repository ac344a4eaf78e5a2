/** Of each edge the name said most often, the first by alphabet among equals: of an end's identity, say. */
export class EdgeNames {
  /** By row. Mostly there is one name or none, so a single name makes no map. */
  readonly #firsts: (string | null)[] = [];
  readonly #counts: number[] = [];
  readonly #others = new Map<number, Map<string, number>>();

  count(row: number, name: string, flows: number): void {
    // In the order of rows: a hole would make it slow.
    while (this.#firsts.length <= row) {
      this.#firsts.push(null);
      this.#counts.push(0);
    }
    const first = this.#firsts[row] ?? null;
    if (first === null) this.#firsts[row] = name;
    if (first === null || first === name) this.#counts[row] = (this.#counts[row] ?? 0) + flows;
    else this.#countOther(row, name, flows);
  }

  text(row: number): string | null {
    const count = this.#counts[row] ?? 0;
    let best = count > 0 ? (this.#firsts[row] ?? null) : null;
    let most = best === null ? 0 : count;
    for (const [name, flows] of this.#others.get(row) ?? []) {
      if (flows > most || (flows === most && flows > 0 && best !== null && name < best)) [best, most] = [name, flows];
    }
    return best;
  }

  #countOther(row: number, name: string, flows: number): void {
    const others = this.#others.get(row) ?? new Map<string, number>();
    if (others.size === 0) this.#others.set(row, others);
    // A workload has one identity; a hundred on one edge is an attack, and then any is as good.
    if (others.size < 100 || others.has(name)) others.set(name, (others.get(name) ?? 0) + flows);
  }
}
