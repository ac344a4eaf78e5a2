/** What `table` and `wide` share: every view as text, by one switch. */
import type { Flow } from '../../model/flow.ts';
import type { Out, Report, ReportOptions } from '../../model/reporter.ts';
import type { Finding, Summary } from '../../model/summary.ts';
import { type Collected, collectingReport } from '../contract/collect.ts';
import { chosenRows } from './chosen-rows.ts';
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

export function textReport(out: Out, { view, live, columns = null }: ReportOptions, wide: boolean): Report {
  const look = lookOf(out);
  switch (view) {
    case 'flows':
      return flowsReport(out, look, { rows: columns === null ? (wide ? WIDE_FLOW_ROWS : FLOW_ROWS) : chosenRows(view, columns), live, wide });
    case 'explain':
      return explainReport(out, look);
    case 'report':
    case 'edges':
    case 'verify':
    case 'strict':
      return collectingReport(out, view, (told, summary) => {
        if (view === 'report') return renderPage({ ...told, summary }, look, wide);
        if (view === 'strict') return renderStrict({ ...told, summary }, look);
        if (view === 'verify') return renderVerify({ ...told, summary }, look);
        return renderEdges(told, summary, { look, wide, columns });
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

/** Pure, as `renderPage` is. */
function renderEdges(
  { edges, findings }: Pick<Collected, 'edges' | 'findings'>,
  summary: Summary,
  { look, wide, columns = null }: { readonly look: Look; readonly wide: boolean; readonly columns?: readonly string[] | null },
): string {
  const rowKind = columns === null ? (wide ? WIDE_EDGE_ROWS : EDGE_ROWS) : chosenRows('edges', columns);
  const stream = new RowStream(rowKind, wide ? { ...look, columns: Infinity } : look);
  const rows = edges.length === 0 ? headline(summary, look) + inputLines(summary, look) : stream.add([...edges].sort(byAttention), true);
  return findings.length === 0 ? rows : rows + heading('FINDINGS', look) + findingLines(findings, look);
}
