/** Values ↔ small numbers while something names them: what nobody names any more gives its number to the next, so that days do not fill the memory. */

export class Dictionary<T> {
  readonly #keyOf: (value: T) => string;
  readonly #ids = new Map<string, number>();
  readonly #values: (T | undefined)[] = [];
  readonly #names: number[] = [];
  readonly #free: number[] = [];

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf;
  }

  /** Numbers given out so far are below this. */
  get size(): number {
    return this.#values.length;
  }

  value(id: number): T | undefined {
    return this.#values[id];
  }

  /** Names `value` once more. */
  hold(value: T): number {
    const key = this.#keyOf(value);
    const known = this.#ids.get(key);
    if (known !== undefined) {
      this.#names[known] = (this.#names[known] ?? 0) + 1;
      return known;
    }
    const id = this.#free.pop() ?? this.#values.length;
    this.#ids.set(key, id);
    this.#values[id] = value;
    this.#names[id] = 1;
    return id;
  }

  release(id: number): void {
    const names = (this.#names[id] ?? 0) - 1;
    this.#names[id] = names;
    const value = this.#values[id];
    if (names > 0 || value === undefined) return;
    this.#ids.delete(this.#keyOf(value));
    this.#values[id] = undefined;
    this.#free.push(id);
  }
}
