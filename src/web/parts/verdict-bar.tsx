import type { JSX } from 'preact';
import type { VerdictCounts } from '../../model/summary.ts';
import { countText, totalOf, VERDICT_ORDER, VERDICT_WORDS } from '../words.ts';

export const verdictsText = (flows: VerdictCounts): string =>
  VERDICT_ORDER.filter((verdict) => flows[verdict] > 0)
    .map((verdict) => `${countText(flows[verdict])} ${VERDICT_WORDS[verdict]}`)
    .join(', ') || 'no connections';

/** Shares of the verdicts; read aloud as a sentence. */
export function VerdictBar({ flows, small = false }: { readonly flows: VerdictCounts; readonly small?: boolean }): JSX.Element {
  const total = totalOf(flows);
  return (
    <div class={small ? 'verdicts small' : 'verdicts'} role="img" aria-label={verdictsText(flows)}>
      {total > 0 &&
        VERDICT_ORDER.filter((verdict) => flows[verdict] > 0).map((verdict) => (
          <span key={verdict} class={`tone-${verdict}`} style={{ flexGrow: flows[verdict] / total }} />
        ))}
    </div>
  );
}
