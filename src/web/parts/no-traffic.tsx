import type { JSX } from 'preact';
import { link, problem, summary } from '../state/live.ts';
import { go, place } from '../state/place.ts';
import { Empty } from './empty.tsx';

/** Nothing to draw: why that may be, and what to do. Silence is never "all clear". */
export function NoTraffic(): JSX.Element {
  const sums = summary.value;
  const hasFilters = Object.keys(place.value.filters).length > 0;
  if (link.value === 'failed' && problem.value?.status === 400)
    return (
      <Empty title="That filter says nothing plainsight knows" shape="contradicted">
        <p>{problem.value.message}</p>
        <ClearFilters />
      </Empty>
    );
  if (hasFilters)
    return (
      <Empty title="No connection matches these filters">
        <p>That proves nothing about what they left out.</p>
        <ClearFilters />
      </Empty>
    );
  if (sums === null) return <Empty title="plainsight does not answer" shape="contradicted" />;
  if (link.value === 'live' || link.value === 'reading')
    return (
      <Empty title="Waiting for the first connection" shape="play">
        <p>
          plainsight is reading {sums.summary.inputs.length === 1 ? 'one input' : `${sums.summary.inputs.length} inputs`}. ztunnel logs a connection
          when it ends; packets show it at once.
        </p>
      </Empty>
    );
  return (
    <Empty title="No connection in what was read" shape="unproven">
      <p>That proves nothing. Look at Coverage for what each input could see, or try a longer capture or another place.</p>
      <button type="button" class="button" onClick={() => go({ view: 'inputs' })}>
        What was covered
      </button>
    </Empty>
  );
}

const ClearFilters = (): JSX.Element => (
  <button type="button" class="button primary" onClick={() => go({ filters: {} })}>
    Clear all filters
  </button>
);
