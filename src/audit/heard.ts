/** What log and wire each say of an edge, apart from what the verdict makes of both: counted as flows come and go. */
import type { Flow, Verdict } from '../model/flow.ts';
import type { Says, Statement } from '../model/stand.ts';

type Seen = 'log' | 'wire';
type Counts = { [verdict in Verdict]: number };

const noCounts = (): Counts => ({ hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 });

export class Heard {
  readonly #counts: { readonly [witness in Seen]: Counts } = { log: noCounts(), wire: noCounts() };

  /** `flows` more like this one. What one witness alone tells of is what that witness says; only of two, each has to be asked. */
  count(flow: Flow, flows: number): void {
    const [only, other] = flow.witnesses;
    if (other === undefined) {
      if (only === 'log' || only === 'wire') this.#counts[only][flow.verdict] += flows;
      return;
    }
    for (const witness of ['log', 'wire'] as const) {
      const said = saidBy(flow, witness);
      if (said !== null) this.#counts[witness][said] += flows;
    }
  }

  statement(witness: Seen): Statement | null {
    const counts = this.#counts[witness];
    const text = WORDS.flatMap(([verdict, words]) => (counts[verdict] > 0 ? [`${counts[verdict]} ${words}`] : [])).join(', ');
    return text === '' ? null : { says: saysOf(counts), text, evidence: [] };
  }
}

const WORDS: readonly (readonly [Verdict, string])[] = [
  ['hbone', 'HBONE'],
  ['plaintext', 'plaintext'],
  ['tls', "application's TLS"],
  ['denied', 'denied'],
  ['failed', 'failed'],
  ['unknown', 'undecided'],
];

/** The first of that witness that says anything about encryption: both ends' lines say the same. */
function saidBy({ evidence }: Flow, witness: Seen): Verdict | null {
  let said: Verdict | null = null;
  for (const one of evidence) {
    if (one.witness !== witness) continue;
    const verdict = WORDS.find(([known]) => known === one.says)?.[0];
    if (verdict !== undefined && verdict !== 'unknown') return verdict;
    said ??= verdict ?? null;
  }
  return said;
}

function saysOf({ hbone, tls, plaintext, denied, failed }: Counts): Says {
  if (tls + plaintext > 0) return hbone > 0 ? 'mixed' : plaintext > 0 ? 'plaintext' : 'tls';
  if (hbone > 0) return 'encrypted';
  return denied + failed > 0 ? 'blocked' : 'silent';
}
