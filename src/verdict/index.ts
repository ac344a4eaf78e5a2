import type { Decision, Exemption, Joined } from '../model/flow.ts';
import { carrierReadable } from './carrier-readable.ts';
import { deniedByLog } from './denied-by-log.ts';
import { exemptionOf } from './exemptions.ts';
import { failedByLog } from './failed-by-log.ts';
import { hboneByLog } from './hbone-by-log.ts';
import { leg } from './leg.ts';
import { openedByLog } from './opened-by-log.ts';
import { plaintextByLog } from './plaintext-by-log.ts';
import { plaintextReason } from './plaintext-reasons.ts';
import type { Judged, Mesh, Rule, Verdict } from './rule.ts';
import { tunnelByWire } from './tunnel-by-wire.ts';
import { undecided } from './undecided.ts';
import { wireOutside } from './wire-outside.ts';

/** In order of precedence: the first that decides wins. */
export const RULES: readonly Rule[] = [
  deniedByLog,
  failedByLog,
  wireOutside,
  carrierReadable,
  hboneByLog,
  tunnelByWire,
  plaintextByLog,
  openedByLog,
  leg,
  undecided,
];

export type Judgement = Decision & { readonly exempt: Exemption | null };

export function judge(joined: Joined, judged: Judged, mesh: Mesh): Judgement {
  const verdict = firstVerdict(joined);
  return {
    verdict: verdict.verdict,
    reason: verdict.reason ?? plaintextReason(joined, judged, mesh),
    exempt: exemptionOf({ joined, judged, verdict, mesh }),
  };
}

/** What these witnesses alone would lead to: a word for `explain` and `evidence`. */
export const says = (joined: Joined): string => firstVerdict(joined).verdict;

function firstVerdict(joined: Joined): Verdict {
  for (const rule of RULES) {
    const verdict = rule.judge(joined);
    if (verdict !== undefined) return verdict;
  }
  return { verdict: 'unknown', reason: 'cut-short' };
}
