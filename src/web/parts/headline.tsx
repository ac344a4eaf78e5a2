import type { JSX } from 'preact';
import type { ApiHistory } from '../../model/api.ts';
import type { Verdict } from '../../model/flow.ts';
import { summary } from '../state/live.ts';
import { go, place } from '../state/place.ts';
import { apiPath } from '../state/request.ts';
import { useResource } from '../state/resource.ts';
import { byteText, counted, countText, percentText, spanText, totalOf, VERDICT_ORDER } from '../words.ts';
import { shapeOfVerdict } from './badge.tsx';
import { Icon } from './icon.tsx';
import { TimeChart } from './time-chart.tsx';
import { VerdictBar } from './verdict-bar.tsx';

const WORDS: { readonly [verdict in Verdict]: string } = {
  hbone: 'proven encrypted',
  tls: 'application’s own TLS',
  plaintext: 'in plaintext',
  unknown: 'undecided',
  denied: 'denied',
  failed: 'failed',
};

/** The verdict first: what somebody woken at night has to know. */
export function Headline(): JSX.Element | null {
  const sums = summary.value;
  const history = useResource<ApiHistory>(apiPath('timeline', place.value.filters));
  if (sums === null) return null;
  const { shown } = sums;
  const total = totalOf(shown.flows);
  return (
    <section class="headline" aria-label="Verdict">
      <div>
        <h1>
          <span class="figure">{total === 0 ? '–' : percentText(shown.flows.hbone, total)}</span>
          <span>{total === 0 ? 'no connection to judge' : 'proven encrypted'}</span>
          {shown.flows.plaintext > 0 && <span class="alarm">{countText(shown.flows.plaintext)} in plaintext</span>}
        </h1>
        <p class="scope">{scopeText()}</p>
      </div>
      <div>
        <VerdictBar flows={shown.flows} />
        <Legend />
      </div>
      <div class="spark">{history.data !== null && history.data.buckets.length > 1 && <TimeChart history={history.data} canSelect />}</div>
    </section>
  );
}

/** Counts that are filters too. */
function Legend(): JSX.Element | null {
  const { filters } = place.value;
  const shown = summary.value?.shown;
  if (shown === undefined) return null;
  const chosen = filters.verdict ?? [];
  const toggle = (verdict: Verdict): void => {
    const { verdict: _, ...rest } = filters;
    go({ filters: chosen.includes(verdict) ? rest : { ...rest, verdict: [verdict] } });
  };
  const isExempt = filters.exempt?.includes('*') === true;
  const toggleExempt = (): void => {
    const { exempt: _, ...rest } = filters;
    go({ filters: isExempt ? rest : { ...rest, exempt: ['*'] } });
  };
  return (
    <ul class="legend">
      {VERDICT_ORDER.filter((verdict) => shown.flows[verdict] > 0 || chosen.includes(verdict)).map((verdict) => (
        <li key={verdict} class={`tone-${verdict}`}>
          <button type="button" aria-pressed={chosen.includes(verdict)} title={`--verdict ${verdict}`} onClick={() => toggle(verdict)}>
            <Icon shape={shapeOfVerdict(verdict)} />
            <b>{countText(shown.flows[verdict])}</b> {WORDS[verdict]}
          </button>
        </li>
      ))}
      {(shown.exempt > 0 || isExempt) && (
        <li class="tone-exempt">
          <button type="button" aria-pressed={isExempt} title="--exempt '*'" onClick={toggleExempt}>
            <Icon shape="exempt" />
            <b>{countText(shown.exempt)}</b> exempt
          </button>
        </li>
      )}
    </ul>
  );
}

function scopeText(): string {
  const sums = summary.value;
  if (sums === null) return '';
  const { shown, kept, summary: all } = sums;
  const parts = [`of ${counted(totalOf(shown.flows), 'connection')}`];
  if (kept.first !== null && kept.last !== null) parts.push(spanText(kept.first, kept.last));
  parts.push(counted(all.inputs.length, 'input'));
  if (shown.exposedBytes > 0) parts.push(`${byteText(shown.exposedBytes)} seen readable`);
  return parts.join(' · ');
}
