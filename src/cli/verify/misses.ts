/** What went wrong, counted per pair of ends and reason: a line each, the most connections first. */
import type { Flow } from '../../model/flow.ts';
import { endName, withPort } from '../../report/text/ends.ts';
import { counted, REASON_WORDS } from '../../report/text/words.ts';

/** Past this many lines, failures are counted together: they fail all the same. */
const MAX_LINES = 10_000;
const OTHERS = '(more than can be listed)';

type Miss = { readonly what: string; readonly edge: string; readonly reason: string; flows: number };

const edgeText = ({ source, destination }: Flow): string => `${endName(source)} → ${withPort(destination)}`;

export class Misses {
  readonly #misses = new Map<string, Miss>();

  count(what: string, flow: Flow, sign: 1 | -1): void {
    const edge = edgeText(flow);
    const key = `${what}\n${edge}\n${flow.reason}`;
    let miss = this.#misses.get(key);
    if (miss === undefined && this.#misses.size >= MAX_LINES) {
      miss = this.#misses.get(OTHERS) ?? { what, edge: OTHERS, reason: '', flows: 0 };
      this.#misses.set(OTHERS, miss);
    }
    miss ??= { what, edge, reason: REASON_WORDS[flow.reason], flows: 0 };
    this.#misses.set(miss.edge === OTHERS ? OTHERS : key, miss);
    miss.flows += sign;
  }

  get flows(): number {
    return this.#all().reduce((sum, { flows }) => sum + flows, 0);
  }

  /** In the same order whatever came first. */
  messages(): readonly string[] {
    return this.#all().map(
      ({ what, edge, reason, flows }) => `${edge}: ${counted(flows, 'connection')} ${what}${reason === '' ? '' : ` (${reason})`}`,
    );
  }

  #all(): readonly Miss[] {
    return [...this.#misses]
      .filter(([, { flows }]) => flows > 0)
      .sort(([a, { flows: m }], [b, { flows: n }]) => n - m || (a < b ? -1 : 1))
      .map(([, miss]) => miss);
  }
}
