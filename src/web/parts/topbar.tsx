import type { JSX } from 'preact';
import { isPaused, link, missed, pause, resume, summary } from '../state/live.ts';
import { hrefOf, place } from '../state/place.ts';
import { VIEWS, type View } from '../state/query.ts';
import { chosenTheme, nextTheme } from '../state/theme.ts';
import { counted, countText } from '../words.ts';
import { ExportMenu } from './export-menu.tsx';
import { Icon } from './icon.tsx';
import { followLink } from './link.ts';

const NAMES: { readonly [view in View]: string } = {
  graph: 'Graph',
  edges: 'Edges',
  flows: 'Flows',
  workloads: 'Workloads',
  findings: 'Findings',
  inputs: 'Coverage',
};

export const Topbar = (): JSX.Element => (
  <header class="topbar">
    <a class="brand" href={hrefOf({ view: 'graph', selected: null })} onClick={followLink({ view: 'graph', selected: null })}>
      <Icon shape="proven" />
      plainsight
    </a>
    <nav aria-label="Views">
      <div class="tabs">
        {VIEWS.map((view) => (
          <a
            key={view}
            href={hrefOf({ view, sort: null, selected: null })}
            aria-current={place.value.view === view ? 'page' : undefined}
            onClick={followLink({ view, sort: null, selected: null })}
          >
            {NAMES[view]}
            {view === 'findings' && <FindingCount />}
          </a>
        ))}
      </div>
    </nav>
    <div class="end">
      <Status />
      <ExportMenu />
      <button
        type="button"
        class="button bare square"
        title={`Theme: ${chosenTheme.value}`}
        aria-label={`Theme: ${chosenTheme.value}. Change`}
        onClick={nextTheme}
      >
        <Icon shape="theme" />
      </button>
    </div>
  </header>
);

function FindingCount(): JSX.Element | null {
  const counts = summary.value?.summary.findings;
  if (counts === undefined || counts.error + counts.warning === 0) return null;
  return (
    <span class={counts.error > 0 ? 'count alarm' : 'count'}>
      {countText(counts.error + counts.warning)}
      <span class="only-read"> to look at</span>
    </span>
  );
}

const LINK_WORDS = {
  loading: 'Loading',
  live: 'Live',
  reading: 'Reading',
  done: 'Recorded',
  reconnecting: 'Reconnecting',
  failed: 'No answer',
} as const;

function Status(): JSX.Element {
  const isMoving = link.value === 'live' || link.value === 'reading';
  const words = isPaused.value ? `Paused${missed.value > 0 ? `, ${counted(missed.value, 'change')} waiting` : ''}` : LINK_WORDS[link.value];
  return (
    <>
      <span class={`status ${isPaused.value ? 'paused' : link.value}`} role="status">
        {words}
      </span>
      {(isMoving || isPaused.value) && (
        <button type="button" class="button" onClick={isPaused.value ? resume : pause}>
          <Icon shape={isPaused.value ? 'play' : 'pause'} />
          {isPaused.value ? 'Resume' : 'Pause'}
        </button>
      )}
    </>
  );
}
