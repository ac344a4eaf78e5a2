/** The witnesses of each edge side by side: what every one says by itself, before the verdict weighs them. */
import type { Witness } from '../../model/flow.ts';
import type { Agreement, Says, Statement } from '../../model/stand.ts';
import type { Edge } from '../../model/summary.ts';
import { endNameOf, withPortOf } from '../text/ends.ts';
import { compared, heardEdges, SAYS_MARK } from '../text/witnesses.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { more, section, table } from './tables.ts';

const MAX_EDGES = 300;

const TITLES: { readonly [witness in Witness]: string } = {
  log: "ztunnel's log",
  wire: 'Packets',
  config: 'Config',
  policy: 'Policy',
  metric: 'Metrics',
  graph: "Kiali's graph",
};
const AGREEMENTS: { readonly [agreement in Agreement]: Markup } = {
  agree: html`<span class="says soft">= agree</span>`,
  disagree: html`<span class="says bad">≠ disagree</span>`,
  alone: NOTHING,
};
const TONES: { readonly [says in Says]: string } = {
  encrypted: 'good',
  plaintext: 'bad',
  tls: 'cool',
  mixed: 'bad',
  blocked: 'warn',
  silent: 'soft',
};

const LEGEND = `${Object.values(SAYS_MARK)
  .map(([mark, , words]) => `${mark} ${words}`)
  .join(' · ')} · – says nothing. Config: ✓ both ends enrolled, ✗ one is not. Policy: what it asks for.`;

export function witnessTable(edges: readonly Edge[]): Markup {
  const { told, voiced } = heardEdges(edges);
  if (told.length === 0) return NOTHING;
  const rows = told.slice(0, MAX_EDGES).map((edge) => witnessRow(edge, voiced));
  const isOfTwo = voiced.every((witness) => witness === 'log' || witness === 'wire');
  const lead = isOfTwo
    ? compared(told)
    : 'What each says of an edge by itself. Packets and log prove; configuration, policy, metrics and graph never do.';
  return section('Witnesses', lead, [
    table(['', 'From, to', ...voiced.map((witness) => TITLES[witness])], rows, 'witnesses'),
    html`<p class="foot">${LEGEND}</p>`,
    more(told.length, MAX_EDGES, 'plainsight -o wide INPUT…'),
  ]);
}

function witnessRow({ source, destination, stand }: Edge, voiced: readonly Witness[]): Markup {
  const cells = voiced.map((witness) => html`<td data-l="${TITLES[witness]}">${statementOf(witness, stand.statements[witness])}</td>`);
  return html`<tr><td>${AGREEMENTS[stand.agreement]}</td><td data-l="From, to"><bdi class="n">${endNameOf(source)}</bdi><br>→ <bdi class="n">${withPortOf(destination)}</bdi></td>${cells}</tr>`;
}

/** Says nothing: a dash, which is something else than an empty cell. */
function statementOf(witness: Witness, statement: Statement | null): Markup {
  if (statement === null) return html`<span class="says soft">–</span>`;
  // What a policy asks for proves nothing either way.
  if (witness === 'policy') return html`<span class="says soft"><bdi>${statement.text}</bdi></span>`;
  return html`<span class="says ${TONES[statement.says]}">${SAYS_MARK[statement.says][0]} <bdi>${statement.text}</bdi></span>`;
}
