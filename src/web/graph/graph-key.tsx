import type { JSX } from 'preact';
import type { EdgeState } from '../../model/api.ts';
import { Icon } from '../parts/icon.tsx';
import { graph, revision } from '../state/live.ts';
import { place } from '../state/place.ts';
import { drawsExempt } from '../state/query.ts';
import { STATE_WORDS } from '../words.ts';

/** As in look.ts. */
const DASHES: { readonly [state in EdgeState]: string } = {
  proven: '',
  partly: '10 3',
  plaintext: '4 3',
  tls: '',
  unproven: '1 3',
  denied: '',
  failed: '2 3',
  exempt: '1 3',
};
const ENDS: { readonly [state in EdgeState]: string } = {
  proven: 'M20 1l6 4-6 4z',
  partly: 'M20 1l6 4-6 4z',
  plaintext: 'M20 1l6 4-6 4 2-4z',
  tls: 'M18 5l4-3 4 3-4 3z',
  unproven: 'M20 5a3 3 0 0 1 6 0a3 3 0 0 1-6 0z',
  denied: 'M23 0h3v10h-3z',
  failed: 'M16 1h2v8h-2zM20 1l6 4-6 4z',
  exempt: '',
};

/** What the signs mean: of those only that are drawn. */
export function GraphKey(): JSX.Element | null {
  revision.value;
  const drawn = new Set([...graph.edges.values()].map(({ state }) => state));
  if (!drawsExempt(place.value)) drawn.delete('exempt');
  const isContradicted = [...graph.edges.values()].some(({ contradicted }) => contradicted);
  if (drawn.size === 0) return null;
  return (
    <figure class="graph-key" aria-label="Key">
      <ul>
        {(Object.keys(STATE_WORDS) as readonly EdgeState[])
          .filter((state) => drawn.has(state))
          .map((state) => (
            <li key={state} class={`tone-${state}`} title={STATE_WORDS[state].long}>
              <svg class="line" viewBox="0 0 28 10" aria-hidden="true">
                <path d="M0 5h20" stroke-width="2" stroke-dasharray={DASHES[state]} />
                <path d={ENDS[state]} fill="currentColor" stroke="none" />
              </svg>
              <Icon shape={state} />
              {STATE_WORDS[state].short}
            </li>
          ))}
        {isContradicted && (
          <li class="tone-contradicted" title="Witnesses contradict each other">
            <Icon shape="contradicted" />
            contradicted
          </li>
        )}
      </ul>
    </figure>
  );
}
