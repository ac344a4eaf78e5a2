/** What may be told before its flow is decided: fragments alone, in the order they came. */
import type { Flow } from '../model/flow.ts';
import type { Naming } from './naming.ts';
import { Rows } from './row-list.ts';
import { partsAlone } from './row-parts.ts';
import type { Telling } from './telling.ts';

export class Early {
  readonly #naming: Naming;
  readonly #telling: Telling;
  /** Keys of rows as in `Telling`. */
  #keys = new Rows();
  #at = 0;

  constructor(naming: Naming, telling: Telling) {
    this.#naming = naming;
    this.#telling = telling;
  }

  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  push(key: number): void {
    this.#keys.push(key);
  }

  /** A chunk of some `most` flows; none when all has been told. */
  tell(most: number): Flow[] {
    const told: Flow[] = [];
    while (this.#at < this.#keys.length && told.length < most) {
      const key = this.#keys.at(this.#at++);
      const parts = partsAlone(this.#naming, key);
      if (parts !== undefined) told.push(...this.#telling.early(key, parts));
    }
    if (this.#at === this.#keys.length && this.#at > 0) {
      this.#keys = new Rows();
      this.#at = 0;
    }
    return told;
  }
}
