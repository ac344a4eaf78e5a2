import { FINDING_KINDS } from '../../model/finding-kinds.ts';
import { type Flow, VERDICTS } from '../../model/flow.ts';
import { type Edge, type EdgeEnd, type Finding, SEVERITIES, type StrictRow, type Summary } from '../../model/summary.ts';
import { byAttention, bytesOf, flowsOf } from '../text/edge-columns.ts';
import { endNameOf, withPortOf } from '../text/ends.ts';
import { PLACE } from '../text/explain.ts';
import { readText, sawTexts } from '../text/inputs.ts';
import { whatHappened } from '../text/page.ts';
import { byteText, clockSpanText, counted, grouped, REASON_WORDS } from '../text/words.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { type EdgeState, stateOf, tag } from './states.ts';

const MAX_EDGES = 1000;
const MAX_FLOWS = 300;
const MAX_FINDINGS = 300;
const MAX_EVIDENCE = 8;
const MAX_INPUTS = 500;

export function edgeTable(edges: readonly Edge[]): Markup {
  if (edges.length === 0) return NOTHING;
  const rows = [...edges].sort(byAttention).slice(0, MAX_EDGES).map(edgeRow);
  const body = table(['', 'From', 'To', 'What happened', '>Proven', '>Bytes', '>Readable'], rows, 'edges');
  return section('Edges', 'Who spoke to whom, the ones that need somebody first.', [body, more(edges.length, MAX_EDGES, 'plainsight edges INPUT…')]);
}

function edgeRow(edge: Edge): Markup {
  const total = flowsOf(edge);
  const happened = total === 0 ? `${counted(edge.exempt, 'connection')} exempt by design` : whatHappened(edge);
  return html`<tr><td>${tag(stateOf(edge))}</td><td data-l="From">${who(edge.source, null)}</td><td data-l="To">${who(edge.destination, edge.destination.port)}</td><td data-l="What happened">${happened}</td><td class="r" data-l="Proven">${grouped(edge.flows.hbone)} of ${grouped(total)}</td><td class="r" data-l="Bytes">${byteText(bytesOf(edge))}</td><td class="r" data-l="Readable on the network">${byteText(edge.exposedBytes)}</td></tr>`;
}

const who = (end: EdgeEnd, port: number | null): Markup =>
  html`<bdi class="n">${withPortOf({ ...end, port })}</bdi>${end.identity === null ? NOTHING : html`<bdi class="id">${end.identity}</bdi>`}`;

const FLOW_STATES: { readonly [verdict in Flow['verdict']]: EdgeState } = {
  hbone: 'proven',
  tls: 'tls',
  plaintext: 'plaintext',
  denied: 'turned',
  failed: 'turned',
  unknown: 'unknown',
};
const WORST_FIRST: readonly string[] = ['plaintext', 'tls', 'unknown', 'denied', 'failed', 'hbone'];

export function flowTable(flows: readonly Flow[]): Markup {
  if (flows.length === 0) return NOTHING;
  const rank = ({ verdict, exempt }: Flow): number => (exempt === null ? WORST_FIRST.indexOf(verdict) : WORST_FIRST.length);
  const rows = [...flows].sort((a, b) => rank(a) - rank(b)).slice(0, MAX_FLOWS);
  const body = table(
    ['', 'From', 'To', 'Why', '>Bytes', 'Flow'],
    rows.map((flow) => {
      const { sent, received } = flow.bytes;
      return html`<tr><td>${tag(flow.exempt === null ? FLOW_STATES[flow.verdict] : 'exempt')}</td><td data-l="From"><bdi class="n">${withPortOf({ ...flow.source, port: flow.source.workload === null ? flow.source.port : null })}</bdi></td><td data-l="To"><bdi class="n">${withPortOf(flow.destination)}</bdi></td><td data-l="Why">${REASON_WORDS[flow.reason]}</td><td class="r" data-l="Bytes">${byteText(sent === null && received === null ? null : (sent ?? 0) + (received ?? 0))}</td><td data-l="Flow"><code>${flow.id}</code></td></tr>`;
    }),
  );
  return section('Connections', 'Each by itself, the worst first.', [body, more(flows.length, MAX_FLOWS, 'plainsight flows INPUT…')]);
}

export function strictTable(rows: readonly StrictRow[]): Markup {
  if (rows.length === 0) return NOTHING;
  const states: { readonly [state in StrictRow['state']]: EdgeState } = {
    'would break': 'plaintext',
    'no traffic seen': 'unknown',
    ready: 'proven',
    'already strict': 'exempt',
  };
  const body = table(
    ['Under STRICT', 'Workload', 'Mode now', 'Connections', 'Would be turned away'],
    rows.slice(0, MAX_EDGES).map((row) => {
      const seen = VERDICTS.filter((verdict) => row.flows[verdict] > 0).map((verdict) => `${grouped(row.flows[verdict])} ${verdict}`);
      const clients = row.wouldBreak.map(
        (client) =>
          html`<div><bdi class="n">${endNameOf(client)}</bdi>: ${counted(client.flows, 'connection')}, ${REASON_WORDS[client.reason]}</div>`,
      );
      return html`<tr><td data-l="Under STRICT"><span class="tag ${states[row.state]}"><svg aria-hidden="true"><use href="#i-${states[row.state]}"/></svg>${row.state}</span></td><td data-l="Workload"><bdi class="n">${withPortOf({ ...row, ip: null })}</bdi></td><td data-l="Mode now">${row.mode}<bdi class="id">${row.modeFrom ?? 'no policy'}</bdi></td><td data-l="Connections">${seen.join(', ')}</td><td data-l="Would be turned away">${clients}</td></tr>`;
    }),
  );
  return section('Workloads and ports under STRICT', 'Who would be turned away if mutual TLS became mandatory.', [
    body,
    more(rows.length, MAX_EDGES, 'plainsight strict INPUT…'),
  ]);
}

export function findingList(findings: readonly Finding[]): Markup {
  if (findings.length === 0) return section('Findings', 'None was raised.', []);
  const sorted = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity)).slice(0, MAX_FINDINGS);
  const explained = new Set<string>();
  const items = sorted.map(({ id, severity, message, evidence }) => {
    // What a kind means is said once.
    const help = explained.has(id) ? '' : (FINDING_KINDS[id]?.help ?? '');
    explained.add(id);
    const records = evidence
      .slice(0, MAX_EVIDENCE)
      .map((one) => html`<li><code>${one.input}</code> ${PLACE[one.witness]} ${one.record}: ${one.witness} says <b>${one.says}</b></li>`);
    const hidden = evidence.length - records.length;
    return html`<article class="finding ${severity}"><h3>${severity}: ${id}</h3><p>${withCode(message)}</p>${help === '' ? NOTHING : html`<p class="help">${withCode(help)}</p>`}<ul>${records}${hidden > 0 ? html`<li>and ${grouped(hidden)} more</li>` : NOTHING}</ul></article>`;
  });
  return section('Findings', 'Each with the records that it rests on.', [...items, more(findings.length, MAX_FINDINGS, 'plainsight -o json INPUT…')]);
}

/** What stands between backticks is code. */
const withCode = (text: string): readonly Markup[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));

/** An answer reaches no further than its inputs. `hashes`: SHA-256 by name; names that no input has are parts of one. */
export function inputTable({ inputs }: Summary, hashes: ReadonlyMap<string, string>): Markup {
  const rows = inputs.slice(0, MAX_INPUTS).map((input) => {
    const span = input.first === null || input.last === null ? '–' : `${clockSpanText(input.first, input.last)} UTC`;
    const [hbone, readable] = sawTexts(input);
    const read = input.format === null ? 'not recognised, so not read' : readText(input);
    return html`<tr><td data-l="Input"><bdi class="n">${input.input}</bdi>${sha(hashes.get(input.input))}</td><td data-l="Format">${input.format ?? '–'}</td><td data-l="Records">${read}</td><td data-l="From, to">${span}</td><td class="r" data-l="Lost">${input.lost === 0 ? 'nothing' : grouped(input.lost)}</td><td data-l="Saw HBONE">${hbone}</td><td data-l="Saw readable traffic">${readable}</td></tr>`;
  });
  const named = new Set(inputs.map(({ input }) => input));
  const parts = [...hashes].filter(([name]) => !named.has(name)).slice(0, MAX_INPUTS);
  const list =
    parts.length === 0
      ? NOTHING
      : html`<p class="lead">Read as parts of these:</p>${parts.map(([name, hash]) => html`<div><bdi>${name}</bdi>${sha(hash)}</div>`)}`;
  const body = table(['Input', 'Format', 'Records', 'From, to', '>Lost', 'Saw HBONE', 'Saw readable traffic'], rows, 'inputs');
  return section('Coverage and losses', 'What each input could see. Where a witness could not look, its silence proves nothing.', [
    body,
    more(inputs.length, MAX_INPUTS, 'plainsight -o json INPUT…'),
    list,
  ]);
}

const sha = (hash: string | undefined): Markup => (hash === undefined ? NOTHING : html`<span class="id">SHA-256 ${hash}</span>`);

/** `>` before a title: numbers. `look`: whose columns have widths of their own, so that long names do not decide them. */
export function table(titles: readonly string[], rows: readonly Markup[], look: 'edges' | 'witnesses' | 'inputs' | '' = ''): Markup {
  const heads = titles.map((title) => (title.startsWith('>') ? html`<th class="r">${title.slice(1)}</th>` : html`<th>${title}</th>`));
  return html`<table class="${look}"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

export const section = (title: string, lead: string, body: readonly Markup[]): Markup =>
  html`<section class="card"><h2>${title}</h2><p class="lead">${lead}</p>${body}</section>`;

export const more = (count: number, shown: number, command: string): Markup =>
  count > shown ? html`<p class="lead">… and ${grouped(count - shown)} more: <code>${command}</code></p>` : NOTHING;
