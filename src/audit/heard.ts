/** What log and wire each say of an edge, apart from what the verdict makes of both. */
import { type Flow, VERDICTS, type Verdict } from '../model/flow.ts';
import type { Says, Statement } from '../model/stand.ts';
import type { VerdictCounts } from '../model/summary.ts';

export const HEARD = ['log', 'wire'] as const;
export type Heard = (typeof HEARD)[number];

/** What that witness says of the flow: of one that it alone tells of, the verdict; of two, each has to be asked. Null where it says nothing. */
export function saidOf({ witnesses, verdict, evidence }: Flow, witness: Heard): Verdict | null {
  const [only, other] = witnesses;
  return other === undefined ? (only === witness ? verdict : null) : saidBy(evidence, witness);
}

/** The first of that witness that says anything about encryption: both ends' lines say the same. */
function saidBy(evidence: Flow['evidence'], witness: Heard): Verdict | null {
  let said: Verdict | null = null;
  for (const one of evidence) {
    if (one.witness !== witness) continue;
    const verdict = VERDICTS.find((known) => known === one.says);
    if (verdict !== undefined && verdict !== 'unknown') return verdict;
    said ??= verdict ?? null;
  }
  return said;
}

/** Null where it says nothing. */
export function statement(counts: VerdictCounts): Statement | null {
  const text = WORDS.flatMap(([verdict, words]) => (counts[verdict] > 0 ? [`${counts[verdict]} ${words}`] : [])).join(', ');
  return text === '' ? null : { says: saysOf(counts), text, evidence: [] };
}

const WORDS: readonly (readonly [Verdict, string])[] = [
  ['hbone', 'HBONE'],
  ['plaintext', 'plaintext'],
  ['tls', "application's TLS"],
  ['denied', 'denied'],
  ['failed', 'failed'],
  ['unknown', 'undecided'],
];

function saysOf({ hbone, tls, plaintext, denied, failed }: VerdictCounts): Says {
  if (tls + plaintext > 0) return hbone > 0 ? 'mixed' : plaintext > 0 ? 'plaintext' : 'tls';
  if (hbone > 0) return 'encrypted';
  return denied + failed > 0 ? 'blocked' : 'silent';
}
