/** For outputs that begin with what is known last: keeps what is told until all is. */
import type { Flow } from '../../model/flow.ts';
import type { Expectation, Out, Report, View } from '../../model/reporter.ts';
import type { Edge, Finding, RecordQuote, StrictRow, Summary } from '../../model/summary.ts';

export type Collected = {
  readonly view: View;
  /** The last revision of each, the first `MAX_FLOWS` of them; none that was withdrawn. */
  readonly flows: readonly Flow[];
  readonly edges: readonly Edge[];
  readonly strict: readonly StrictRow[];
  readonly findings: readonly Finding[];
  readonly records: readonly RecordQuote[];
  readonly expectations: readonly Expectation[];
};

/** Edges and findings are few; flows may be millions, and nobody reads so many on a page. */
const MAX_FLOWS = 10_000;

export function collectingReport(out: Out, view: View, render: (told: Collected, summary: Summary) => string | Promise<string>): Report {
  const flows = new Map<string, Flow>();
  const edges: Edge[] = [];
  const strict: StrictRow[] = [];
  const findings: Finding[] = [];
  const records: RecordQuote[] = [];
  const expectations: Expectation[] = [];
  return {
    tell(told) {
      for (const one of told) {
        if (one.type === 'flow') keep(flows, one);
        else if (one.type === 'edge') edges.push(one);
        else if (one.type === 'strict') strict.push(one);
        else if (one.type === 'finding') findings.push(one);
        else if (one.type === 'record') records.push(one);
        else expectations.push(one);
      }
      return undefined;
    },
    async close(summary) {
      await out.write(await render({ view, flows: [...flows.values()], edges, strict, findings, records, expectations }, summary));
    },
  };
}

function keep(flows: Map<string, Flow>, flow: Flow): void {
  if (flow.supersededBy !== null) flows.delete(flow.id);
  else if (flows.size < MAX_FLOWS || flows.has(flow.id)) flows.set(flow.id, flow);
}
