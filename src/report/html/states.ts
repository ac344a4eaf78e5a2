/** How an edge stands, as the whole report shows it: a word, a padlock and a colour. */
import type { Edge } from '../../model/summary.ts';
import { concernOf } from '../text/edge-columns.ts';
import { html, type Markup, raw } from './markup.ts';

export type EdgeState = 'plaintext' | 'tls' | 'unknown' | 'turned' | 'proven' | 'exempt';

/** The worst first: what stands first wins where edges are drawn as one. */
export const STATES: readonly EdgeState[] = ['plaintext', 'tls', 'unknown', 'turned', 'proven', 'exempt'];

const WORDS: { readonly [state in EdgeState]: string } = {
  plaintext: 'in plaintext',
  tls: 'own TLS',
  unknown: 'undecided',
  turned: 'refused or failed',
  proven: 'encrypted',
  exempt: 'exempt',
};

export function stateOf(edge: Edge): EdgeState {
  const concern = concernOf(edge);
  if (concern === 'open') return edge.flows.plaintext > 0 ? 'plaintext' : 'tls';
  return concern === 'undecided' ? 'unknown' : concern === 'turned-away' ? 'turned' : concern;
}

/** Padlocks on a grid of 16: closed for the mesh, open for plaintext, with a letter for others' TLS, a question, a bar. */
const BODY = '<rect x="3" y="7" width="10" height="7" rx="1.6" fill="currentColor"/>';
const SHACKLE = '<path d="M5 7V5a3 3 0 0 1 6 0v2" fill="none" stroke="currentColor" stroke-width="1.7"/>';
const PADLOCKS: { readonly [state in EdgeState]: string } = {
  proven: BODY + SHACKLE,
  plaintext: `${BODY}<path d="M5 7V4.2a3 3 0 0 1 5.8-1" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round"/>`,
  tls: `<rect x="3.8" y="7.8" width="8.4" height="5.6" rx="1.2" fill="none" stroke="currentColor" stroke-width="1.6"/>${SHACKLE}`,
  unknown:
    '<path d="M5.4 5.6a2.7 2.7 0 1 1 4 2.6c-.9.5-1.4 1-1.4 2" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/><circle cx="8" cy="13" r="1.1" fill="currentColor"/>',
  turned:
    '<circle cx="8" cy="8" r="5.4" fill="none" stroke="currentColor" stroke-width="1.7"/><path d="M4.3 4.3l7.4 7.4" stroke="currentColor" stroke-width="1.7"/>',
  exempt: '<circle cx="8" cy="8" r="3" fill="currentColor"/>',
};

/** Once a page; `padlock` refers to them. */
export const SYMBOLS: Markup = raw(
  `<svg width="0" height="0" aria-hidden="true" focusable="false" display="none">${STATES.map((state) => `<symbol id="i-${state}" viewBox="0 0 16 16">${PADLOCKS[state]}</symbol>`).join('')}</svg>`,
);

export const tag = (state: EdgeState): Markup =>
  html`<span class="tag ${state}"><svg aria-hidden="true"><use href="#i-${state}"/></svg>${WORDS[state]}</span>`;
export const stateWord = (state: EdgeState): string => WORDS[state];
