/** Where flows were read, in columns: a chain of cells a flow, in the order told. */
import { f64At, i32At, u8At, u32At } from '../../model/column.ts';
import { type Evidence, WITNESSES } from '../../model/flow.ts';
import { Dictionary } from './dictionary.ts';

const NONE = -1;

export class EvidenceCells {
  /** Inputs and sayings are few; they are never given back. */
  readonly #inputs = new Dictionary<string>(String);
  readonly #sayings = new Dictionary<string>(String);
  #witness = new Uint8Array(1024);
  #input = new Uint32Array(1024);
  #says = new Uint32Array(1024);
  #record = new Float64Array(1024);
  #next = new Int32Array(1024);
  #count = 0;
  #free = NONE;

  /** The first cell of the chain, -1 for none. */
  add(evidence: readonly Evidence[]): number {
    let first = NONE;
    for (let index = evidence.length - 1; index >= 0; index--) {
      const one = evidence[index];
      if (one !== undefined) first = this.#cell(one, first);
    }
    return first;
  }

  remove(first: number): void {
    let cell = first;
    while (cell !== NONE) {
      const next = i32At(this.#next, cell);
      this.#next[cell] = this.#free;
      this.#free = cell;
      cell = next;
    }
  }

  read(first: number): readonly Evidence[] {
    const evidence: Evidence[] = [];
    for (let cell = first; cell !== NONE; cell = i32At(this.#next, cell)) {
      evidence.push({
        witness: WITNESSES[u8At(this.#witness, cell)] ?? 'log',
        input: this.#inputs.value(u32At(this.#input, cell)) ?? '',
        record: f64At(this.#record, cell),
        says: this.#sayings.value(u32At(this.#says, cell)) ?? '',
      });
    }
    return evidence;
  }

  #cell({ witness, input, record, says }: Evidence, next: number): number {
    const cell = this.#take();
    this.#witness[cell] = WITNESSES.indexOf(witness);
    this.#input[cell] = this.#inputs.hold(input);
    this.#says[cell] = this.#sayings.hold(says);
    this.#record[cell] = record;
    this.#next[cell] = next;
    return cell;
  }

  #take(): number {
    const cell = this.#free;
    if (cell !== NONE) {
      this.#free = i32At(this.#next, cell);
      return cell;
    }
    if (this.#count === this.#next.length) this.#grow();
    return this.#count++;
  }

  #grow(): void {
    const length = this.#next.length * 2;
    this.#witness = larger(this.#witness, new Uint8Array(length));
    this.#input = larger(this.#input, new Uint32Array(length));
    this.#says = larger(this.#says, new Uint32Array(length));
    this.#record = larger(this.#record, new Float64Array(length));
    this.#next = larger(this.#next, new Int32Array(length));
  }
}

type Column = { set(other: ArrayLike<number>): void } & ArrayLike<number>;

/** `grown` with everything of `column` in it. */
export function larger<C extends Column>(column: Column, grown: C): C {
  grown.set(column);
  return grown;
}
