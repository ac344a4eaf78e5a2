/** One file that can be kept, printed and handed on: no script, nothing loaded from anywhere. */
import { createHash } from 'node:crypto';
import { VERDICTS, type Verdict } from '../../model/flow.ts';
import type { RunEnding, RunFacts } from '../../model/reporter.ts';
import type { Summary } from '../../model/summary.ts';
import type { Collected } from '../contract/collect.ts';
import { renderFlow, renderRecord } from '../text/explain.ts';
import { bytesSentence, isComplete, titleLine, totalOf, verdictSentence } from '../text/headline.ts';
import { painter } from '../text/paint.ts';
import { counted, dayAndSecond, grouped, percentText, VERDICT_WORDS } from '../text/words.ts';
import { edgeGraph } from './graph.ts';
import { html, type Markup, NOTHING, raw } from './markup.ts';
import { SYMBOLS } from './states.ts';
import { STYLE } from './style.ts';
import { edgeTable, findingList, flowTable, inputTable, section, strictTable } from './tables.ts';
import { witnessTable } from './witnesses.ts';

const LOOK = { columns: 100, paint: painter(false) };
const NO_ENDING: RunEnding = { at: NaN as RunEnding['at'], complaints: [], hashes: new Map() };

/** The whole document, of whatever was told; `run` is null where nobody knows of one. */
export function auditHtml(told: Collected, summary: Summary, run: RunFacts | null): string {
  const ending = run?.ended() ?? NO_ENDING;
  const isExplain = told.view === 'explain';
  const body = html`<main>
<div class="top"><b>plainsight</b><span>${titleLine(summary, LOOK).replace('plainsight', '').trim()}</span>${run === null ? NOTHING : html`<span>made ${dayAndSecond(ending.at)} UTC</span>`}</div>
${isExplain ? explained(told) : hero(told, summary)}
${isExplain ? NOTHING : gaps(summary, ending)}
${expectations(told)}
${told.view === 'strict' ? strictTable(told.strict) : NOTHING}
${edgeGraph(told.edges)}
${edgeTable(told.edges)}
${told.view === 'flows' ? flowTable(told.flows) : NOTHING}
${told.view === 'strict' ? NOTHING : witnessTable(told.edges)}
${isExplain ? NOTHING : findingList(told.findings)}
${isExplain ? NOTHING : inputTable(summary, ending.hashes)}
${provenance(told, summary, run)}
</main>`;
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><title>plainsight: ${titleOf(told, summary)}</title><style>${raw(STYLE)}</style></head><body>${SYMBOLS}${body}</body></html>
`.markup;
}

type Tone = 'good' | 'bad' | 'unsure';

/** Good only where all was seen and nothing that passed was outside the mesh. */
function toneOf({ view, strict }: Collected, summary: Summary): Tone {
  const { flows, exitCode } = summary;
  if (view === 'verify') return exitCode === 0 ? 'good' : exitCode === 1 ? 'bad' : 'unsure';
  if (strict.some(({ state }) => state === 'would break') || flows.plaintext > 0) return 'bad';
  return flows.hbone > 0 && flows.tls + flows.unknown === 0 && isComplete(summary) && exitCode === 0 ? 'good' : 'unsure';
}

const KICKERS: { readonly [tone in Tone]: string } = { good: 'Proven encrypted', bad: 'Not all encrypted', unsure: 'Could not decide everything' };
const GATE: { readonly [tone in Tone]: string } = { good: 'Verify: passed', bad: 'Verify: failed', unsure: 'Verify: could not decide' };

function titleOf(told: Collected, { flows }: Summary): string {
  const total = totalOf(flows);
  if (told.view === 'explain') return 'why';
  return total === 0 ? 'no connection was seen' : `${percentText(flows.hbone, total)} of ${counted(total, 'connection')} proven encrypted`;
}

function hero(told: Collected, summary: Summary): Markup {
  const { flows } = summary;
  const total = totalOf(flows);
  const tone = toneOf(told, summary);
  const shareOfSeen = isComplete(summary) ? '' : ', of what could be seen';
  const title = total === 0 ? 'No connection was seen' : `${percentText(flows.hbone, total)} proven encrypted${shareOfSeen}`;
  return html`<section class="card hero ${tone}"><div class="kicker">${told.view === 'verify' ? GATE[tone] : KICKERS[tone]}</div><h1>${title}</h1>
<p class="lead">${verdictSentence(summary)}${total === 0 ? '' : ` ${bytesSentence(summary)}`}</p>
<div class="tiles">${[
    tile('proven by HBONE', flows.hbone, flows.hbone > 0 ? 'good' : ''),
    tile('not by the mesh', flows.plaintext + flows.tls, flows.plaintext + flows.tls > 0 ? 'bad' : ''),
    tile('could not be decided', flows.unknown, flows.unknown > 0 ? 'unsure' : ''),
    tile('turned away or failed', flows.denied + flows.failed, ''),
  ]}</div>${total === 0 ? NOTHING : bar(summary, total)}</section>`;
}

const tile = (what: string, count: number, tone: Tone | ''): Markup =>
  html`<div class="tile ${tone}"><b>${grouped(count)}</b><span>${what}</span></div>`;

const FILLS: { readonly [verdict in Verdict]: string } = {
  hbone: 'good',
  tls: 'cool',
  plaintext: 'bad',
  denied: 'soft',
  failed: 'warn',
  unknown: 'odd',
};
const WIDTH = 1000;
const LEAST = 6;

/** Whatever happened at all can be seen. */
function bar({ flows, exempt }: Summary, total: number): Markup {
  const seen = VERDICTS.filter((verdict) => flows[verdict] > 0);
  const widths = seen.map((verdict) => Math.max(LEAST, (flows[verdict] / total) * WIDTH));
  const scale = WIDTH / widths.reduce((sum, width) => sum + width, 0);
  let x = 0;
  const parts = seen.map((verdict, index) => {
    const width = (widths[index] ?? 0) * scale;
    x += width;
    return html`<rect x="${(x - width).toFixed(2)}" y="0" width="${(width - 1.5).toFixed(2)}" height="16" fill="var(--${FILLS[verdict]})"/>`;
  });
  const keys = seen.map(
    (verdict) =>
      html`<li><svg aria-hidden="true"><rect width="11" height="11" fill="var(--${FILLS[verdict]})"/></svg>${grouped(flows[verdict])} ${VERDICT_WORDS[verdict]} (${percentText(flows[verdict], total)})</li>`,
  );
  const spared = exempt === 0 ? NOTHING : html`<li>${grouped(exempt)} exempt by design, not counted</li>`;
  return html`<svg class="bar" viewBox="0 0 ${WIDTH} 16" preserveAspectRatio="none" aria-hidden="true">${parts}</svg><ul class="keys">${keys}${spared}</ul>`;
}

/** What was not seen stands where nobody can overlook it. */
function gaps({ inputs, late, evicted, exitCode }: Summary, { complaints }: RunEnding): Markup {
  const lines = [
    ...complaints,
    ...(exitCode === 130 ? ['The run was interrupted: what came after is not in here.'] : []),
    ...inputs.filter(({ format }) => format === null).map(({ input }) => `${input} was not recognised, so not read.`),
    ...inputs.filter(({ lost }) => lost > 0).map(({ input, lost }) => `${input} has lost ${counted(lost, 'record')}: what was in them is not known.`),
    ...(late > 0 ? [`${counted(late, 'record')} came too late to be joined.`] : []),
    ...(evicted > 0 ? [`${counted(evicted, 'connection')} had to be given up before the end.`] : []),
  ];
  if (lines.length === 0) return NOTHING;
  const shown = lines.slice(0, 30).map((line) => html`<li>${line}</li>`);
  return html`<div class="note"><b>Not everything was seen</b><ul>${shown}${lines.length > 30 ? html`<li>and ${grouped(lines.length - 30)} more</li>` : NOTHING}</ul></div>`;
}

function expectations({ expectations: all }: Collected): Markup {
  if (all.length === 0) return NOTHING;
  const items = all
    .slice(0, 200)
    .map(
      ({ outcome, message, known }) =>
        html`<article class="finding ${outcome === 'failed' ? 'error' : outcome === 'excused' ? 'note' : 'warning'}"><h3>${outcome}</h3><p>${message}${known === null ? '' : ` Known: ${known}.`}</p></article>`,
    );
  return section('Expectations', 'What the gate wants to hold, and what became of it.', items);
}

function explained({ flows, records }: Collected): Markup {
  const text = flows.map((one) => renderFlow(one, LOOK)).join('\n') + records.map((one) => renderRecord(one, LOOK)).join('');
  return section('Why', 'The records behind a verdict.', [
    html`<pre>${raw(text === '' ? 'No such flow in these inputs.' : preformatted(text))}</pre>`,
  ]);
}

/** Lines stay lines: names in them are escaped for terminals already, here for HTML. */
const preformatted = (text: string): string =>
  text
    .split('\n')
    .map((line) => html`${line}`.markup)
    .join('\n');

function provenance({ view }: Collected, { exitCode }: Summary, run: RunFacts | null): Markup {
  const facts: readonly (readonly [string, Markup])[] =
    run === null
      ? []
      : [
          ['Program', html`plainsight ${run.version}`],
          ['Command', html`<code>plainsight ${run.words.join(' ')}</code>`],
          ['Run', html`${dayAndSecond(run.started)} – ${dayAndSecond(run.ended().at)} UTC`],
        ];
  const list = [...facts, ['View', html`${view}`], ['Exit code', html`${exitCode}`]] as const;
  return section(
    'How this was made',
    'The same inputs give the same answer: run the command again to check it, and compare the inputs by their SHA-256.',
    [
      html`<dl>${list.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`,
      html`<p class="foot">Proven: carried by an established mutual TLS tunnel (HBONE), by packets or by both identities in ztunnel's log. Payload is never in this report.</p>`,
    ],
  );
}
