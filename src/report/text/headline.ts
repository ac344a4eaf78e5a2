/** The first lines of the report: what somebody woken at night has to know. */
import { VERDICTS, type Verdict } from '../../model/flow.ts';
import type { Summary, VerdictCounts } from '../../model/summary.ts';
import { isDated, type Micros, micros } from '../../model/time.ts';
import { paragraph } from './findings.ts';
import type { Look } from './look.ts';
import { type Color, type Paint, VERDICT_COLOR, VERDICT_MARK } from './paint.ts';
import { widthOf } from './width.ts';
import { byteText, counted, grouped, percentText, spanText, VERDICT_WORDS } from './words.ts';

const WIDEST_BAR = 100;
/** What is not proven, in the order in which it matters. */
const REST: readonly Verdict[] = ['plaintext', 'tls', 'unknown', 'denied', 'failed'];

export function headline(summary: Summary, look: Look): string {
  const { paint } = look;
  const total = totalOf(summary.flows);
  if (total === 0) return paint(paragraph(verdictSentence(summary), look), 'yellow');
  const said = paragraph(verdictSentence(summary), look);
  return `${paint(said.trimEnd(), colorOf(summary))}\n${paragraph(bytesSentence(summary), look)}\n  ${shareBar(summary.flows, Math.min(look.columns - 4, WIDEST_BAR), paint)}\n${legend(summary.flows, total, look)}`;
}

/** `plainsight  2026-11-21 08:19:01 – 08:23:41 UTC, 6 inputs`. Inputs without a date have no part in it beside those with one. */
export function titleLine({ inputs }: Summary, { paint }: Look): string {
  const times = inputs.flatMap(({ first, last }) => (first === null || last === null ? [] : [first, last]));
  const dated = times.some(isDated) ? times.filter(isDated) : times;
  const span = dated.length === 0 ? '' : `${spanText(pick(dated, Math.min), pick(dated, Math.max))}, `;
  return `${paint('plainsight', 'bold')}  ${span}${counted(inputs.length, 'input')}\n`;
}

const pick = (times: readonly Micros[], choose: (a: number, b: number) => number): Micros =>
  micros(times.reduce<number>((a, b) => choose(a, b), times[0] ?? 0));

export const totalOf = (flows: VerdictCounts): number => VERDICTS.reduce((sum, verdict) => sum + flows[verdict], 0);

/** How many were proven and what became of the others; why there are none where there are none. No names. */
export function verdictSentence(summary: Summary): string {
  const { flows } = summary;
  const total = totalOf(flows);
  if (total === 0) return nothingSeen(summary);
  const complete = isComplete(summary);
  const rest = restOf(flows);
  if (flows.hbone === total) {
    return `All ${counted(total, 'connection')}${complete ? '' : ' that could be seen'} proven encrypted (HBONE).`.replace(
      'All 1 connection',
      'The one connection',
    );
  }
  const proven =
    flows.hbone === 0
      ? `None of ${counted(total, 'connection')} proven encrypted (HBONE)`
      : `${grouped(flows.hbone)} of ${counted(total, 'connection')} proven encrypted (HBONE)`;
  return `${proven}: ${rest.join(', ')}.`;
}

/** Whether all that was there has been read: else nobody can say "all". */
export const isComplete = ({ evicted, inputs, exitCode }: Summary): boolean =>
  evicted === 0 && exitCode !== 65 && exitCode !== 130 && inputs.every(({ lost }) => lost === 0);

/** `9 in plaintext`, `2 denied`: what was not proven, the worst first. */
export const restOf = (flows: VerdictCounts): string[] =>
  REST.filter((verdict) => flows[verdict] > 0).map((verdict) => `${grouped(flows[verdict])} ${VERDICT_WORDS[verdict]}`);

/** How many bytes went how. */
export function bytesSentence({ bytes, exposedBytes, tunnels }: Summary): string {
  // Without logs nobody knows what was inside a tunnel, only how much went through.
  const parts =
    bytes.hbone === 0 && tunnels.count > 0
      ? [`${byteText(tunnels.bytes)} through ${counted(tunnels.count, 'tunnel')}`]
      : [`${byteText(bytes.hbone)} inside HBONE`];
  if (bytes.tls > 0) parts.push(`${byteText(bytes.tls)} in the application's own TLS`);
  if (bytes.plaintext > 0) parts.push(`${byteText(bytes.plaintext)} in plaintext`);
  // Zero is not told: without a capture nobody could have seen any.
  if (exposedBytes > 0) parts.push(`${byteText(exposedBytes)} seen readable on the network`);
  return `${parts.join(', ')}.`;
}

function nothingSeen({ exempt, inputs }: Summary): string {
  if (inputs.length === 0) return 'Nothing to look at. Name captures or ztunnel logs: plainsight INPUT…, or pipe one in.';
  if (exempt > 0) return `No connection but ${counted(exempt, 'exempt one')}, listed below. Try a longer capture, or look at another place.`;
  if (inputs.every(({ format }) => format === null))
    return 'No connection: no input was recognised. plainsight reads captures (pcap, pcapng) and ztunnel logs.';
  if (inputs.every(({ read }) => read === 0)) return 'No connection: not a record could be read. See INPUTS below for why.';
  return 'No connection in what was read, which proves nothing. ztunnel logs a connection when it ends: wait for one, or capture packets. Filters may be too narrow.';
}

function colorOf({ flows }: Summary): Color {
  if (flows.plaintext > 0) return 'alarm';
  return flows.tls + flows.unknown > 0 || flows.hbone === 0 ? 'yellow' : 'green';
}

/** `width` cells, one mark each, by share; whatever happened at all has a cell. */
export function shareBar(flows: VerdictCounts, width: number, paint: Paint, mark: (verdict: Verdict) => string = barMark): string {
  const total = totalOf(flows);
  const seen = VERDICTS.filter((verdict) => flows[verdict] > 0);
  const cells = new Map(seen.map((verdict) => [verdict, Math.max(1, Math.round((flows[verdict] / total) * width))]));
  const largest = seen.reduce((a, b) => ((cells.get(b) ?? 0) > (cells.get(a) ?? 0) ? b : a), seen[0] ?? 'unknown');
  const sum = [...cells.values()].reduce((a, b) => a + b, 0);
  cells.set(largest, (cells.get(largest) ?? 0) + width - sum);
  return seen.map((verdict) => paint(mark(verdict).repeat(Math.max(1, cells.get(verdict) ?? 1)), VERDICT_COLOR[verdict])).join('');
}

const barMark = (verdict: Verdict): string => (verdict === 'hbone' ? '█' : VERDICT_MARK[verdict]);

function legend(flows: VerdictCounts, total: number, { columns, paint }: Look): string {
  let text = '';
  let width = columns;
  for (const verdict of VERDICTS) {
    if (flows[verdict] === 0) continue;
    const entry = `${barMark(verdict)} ${verdict} ${grouped(flows[verdict])} (${percentText(flows[verdict], total)})`;
    const isBreak = width + 3 + widthOf(entry) > columns;
    text += `${isBreak ? `${text === '' ? '' : '\n'}  ` : '   '}${paint(barMark(verdict), VERDICT_COLOR[verdict])}${entry.slice(1)}`;
    width = (isBreak ? 2 : width + 3) + widthOf(entry);
  }
  return `${text}\n`;
}
