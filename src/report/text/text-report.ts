/** What `table` and `wide` share: every view as text, by one switch. */
import type { Flow } from '../../model/flow.ts';
import type { Expectation, Out, Report, ReportOptions, Told } from '../../model/reporter.ts';
import type { Edge, Finding, StrictRow, Summary } from '../../model/summary.ts';
import { byAttention, EDGE_ROWS, WIDE_EDGE_ROWS } from './edge-columns.ts';
import { renderFlow, renderRecord } from './explain.ts';
import { findingLines, heading } from './findings.ts';
import { FLOW_ROWS, type RowKind, WIDE_FLOW_ROWS } from './flow-columns.ts';
import { headline } from './headline.ts';
import { inputLines } from './inputs.ts';
import { type Look, lookOf } from './look.ts';
import { renderPage } from './page.ts';
import { RowStream } from './rows.ts';
import { renderStrict } from './strict.ts';
import { renderVerify } from './verify.ts';

export function textReport(out: Out, { view, live }: ReportOptions, wide: boolean): Report {
  const look = lookOf(out);
  switch (view) {
    case 'flows':
      return flowsReport(out, look, { rows: wide ? WIDE_FLOW_ROWS : FLOW_ROWS, live, wide });
    case 'explain':
      return explainReport(out, look);
    case 'report':
    case 'edges':
    case 'verify':
    case 'strict':
      return collectingReport(out, (told, summary) => {
        if (view === 'report') return renderPage({ ...told, summary }, look);
        if (view === 'strict') return renderStrict({ ...told, summary }, look);
        if (view === 'verify') return renderVerify({ ...told, summary }, look);
        return renderEdges(told, summary, { look, wide });
      });
    default:
      return view satisfies never;
  }
}

type FlowsOptions = { readonly rows: RowKind<Flow>; readonly live: boolean; readonly wide: boolean };

function flowsReport(out: Out, look: Look, { rows, live, wide }: FlowsOptions): Report {
  const stream = new RowStream(rows, wide ? { ...look, columns: Infinity } : look);
  const findings: Finding[] = [];
  return {
    tell(told) {
      const flows: Flow[] = [];
      for (const one of told) {
        if (one.type === 'flow') flows.push(one);
        else if (one.type === 'finding') findings.push(one);
      }
      const text = stream.add(flows, live);
      return text === '' ? undefined : out.write(text);
    },
    async close(summary) {
      const rest = stream.flush();
      if (rest !== '') await out.write(rest);
      if (stream.count === 0) await out.write(headline({ ...summary, flows: NO_FLOWS }, look) + inputLines(summary, look));
      if (findings.length > 0) await out.write(heading('FINDINGS', look) + findingLines(findings, look));
    },
  };
}
const NO_FLOWS: Summary['flows'] = { hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 };

function explainReport(out: Out, look: Look): Report {
  let isFirst = true;
  let hasFlow = false;
  return {
    tell(told) {
      let text = '';
      for (const one of told) {
        if (one.type === 'flow') {
          text += (isFirst ? '' : '\n') + renderFlow(one, look);
          isFirst = false;
          hasFlow = true;
        } else if (one.type === 'record') text += renderRecord(one, look);
      }
      return text === '' ? undefined : out.write(text);
    },
    async close() {
      if (!hasFlow)
        await out.write('No such flow in these inputs. plainsight flows INPUT… lists them with their ids; the id is the same in every run.\n');
    },
  };
}

type Collected = {
  readonly edges: readonly Edge[];
  readonly strict: readonly StrictRow[];
  readonly findings: readonly Finding[];
  readonly expectations: readonly Expectation[];
};

/** Keeps what is told (edges and findings are few) until all is known. */
function collectingReport(out: Out, render: (told: Collected, summary: Summary) => string): Report {
  const edges: Edge[] = [];
  const strict: StrictRow[] = [];
  const findings: Finding[] = [];
  const expectations: Expectation[] = [];
  const keep = (one: Told): void => {
    if (one.type === 'edge') edges.push(one);
    else if (one.type === 'strict') strict.push(one);
    else if (one.type === 'finding') findings.push(one);
    else if (one.type === 'expectation') expectations.push(one);
  };
  return {
    tell(told) {
      told.forEach(keep);
      return undefined;
    },
    async close(summary) {
      await out.write(render({ edges, strict, findings, expectations }, summary));
    },
  };
}

/** Pure, as `renderPage` is. */
export function renderEdges(
  { edges, findings }: Collected,
  summary: Summary,
  { look, wide }: { readonly look: Look; readonly wide: boolean },
): string {
  const stream = new RowStream(wide ? WIDE_EDGE_ROWS : EDGE_ROWS, wide ? { ...look, columns: Infinity } : look);
  const rows = edges.length === 0 ? headline(summary, look) + inputLines(summary, look) : stream.add([...edges].sort(byAttention), true);
  return findings.length === 0 ? rows : rows + heading('FINDINGS', look) + findingLines(findings, look);
}
