/** Every view for a comment on a pull request: the verdict first, what needs somebody in the open, the rest folded away. */
import type { Expectation } from '../../model/reporter.ts';
import type { Summary } from '../../model/summary.ts';
import type { Collected } from '../contract/collect.ts';
import { renderFlow, renderRecord } from '../text/explain.ts';
import { bytesSentence, isComplete, restOf, totalOf, verdictSentence } from '../text/headline.ts';
import { painter } from '../text/paint.ts';
import { counted, grouped, percentText } from '../text/words.ts';
import { sentenceText } from './escape.ts';
import { edgeSections, findingSection, flowSection, inputSection, strictSection, witnessSection } from './sections.ts';

const SHOWN_EXPECTATIONS = 20;

export function renderMarkdown(told: Collected, summary: Summary): string {
  if (told.view === 'explain') return explained(told);
  return [
    verdictLine(told, summary),
    `${verdictSentence(summary)} ${totalOf(summary.flows) === 0 ? '' : bytesSentence(summary)}`.trimEnd(),
    expectations(told),
    told.view === 'strict' ? strictSection(told.strict) : '',
    told.view === 'flows' ? flowSection(told.flows, totalOf(summary.flows) + summary.exempt) : '',
    ...(told.view === 'report' || told.view === 'edges' ? edgeSections(told.edges) : []),
    told.view === 'report' ? witnessSection(told.edges) : '',
    findingSection(told.findings),
    inputSection(summary),
  ]
    .filter((part) => part !== '')
    .map((part) => `${part.trimEnd()}\n`)
    .join('\n');
}

/** One line that stands for all: of `verify` and `strict` what the exit code says, of the others the worst that was seen. */
function verdictLine({ view, strict }: Collected, summary: Summary): string {
  const { exitCode } = summary;
  if (view === 'verify') {
    if (exitCode === 0) return '## ✅ plainsight verify: passed';
    return exitCode === 1 ? '## ❌ plainsight verify: failed' : '## ❔ plainsight verify: could not decide';
  }
  if (view === 'strict') {
    const broken = strict.filter(({ state }) => state === 'would break').length;
    if (broken > 0) return `## ❌ plainsight strict: ${counted(broken, 'port')} would break under STRICT`;
    return exitCode === 0 ? '## ✅ plainsight strict: nobody would break under STRICT' : '## ❔ plainsight strict: could not decide';
  }
  return `## ${markOf(summary)} plainsight: ${provenText(summary)}`;
}

/** A tick only where all was seen and nothing that passed was outside the mesh. */
function markOf(summary: Summary): string {
  const { plaintext, tls, unknown, hbone } = summary.flows;
  if (plaintext > 0) return '❌';
  return hbone > 0 && tls + unknown === 0 && isComplete(summary) ? '✅' : '❔';
}

function provenText(summary: Summary): string {
  const { flows } = summary;
  const total = totalOf(flows);
  if (total === 0) return 'no connection was seen';
  return [`${percentText(flows.hbone, total)}${isComplete(summary) ? '' : ' of what could be seen'} proven encrypted`, ...restOf(flows)].join(', ');
}

const OUTCOMES: readonly Expectation['outcome'][] = ['failed', 'undecided', 'excused'];
const OUTCOME_MARK: { readonly [outcome in Expectation['outcome']]: string } = { failed: '❌', undecided: '❔', excused: '➖' };

function expectations({ expectations }: Collected): string {
  const lines = [...expectations]
    .sort((a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome))
    .slice(0, SHOWN_EXPECTATIONS)
    .map(
      ({ outcome, message, known }) =>
        `- ${OUTCOME_MARK[outcome]} ${sentenceText(message)}${known === null ? '' : ` Known: ${sentenceText(known)}`}\n`,
    );
  const hidden = expectations.length - SHOWN_EXPECTATIONS;
  return lines.join('') + (hidden > 0 ? `- … and ${grouped(hidden)} more: \`plainsight verify INPUT…\` lists them\n` : '');
}

/** As text, in a block whose fence no line of it can close. */
function explained({ flows, records }: Collected): string {
  const look = { columns: 100, paint: painter(false) };
  const [flow, ...others] = flows;
  if (flow === undefined) return 'No such flow in these inputs.\n';
  const text = [flow, ...others].map((one) => renderFlow(one, look)).join('\n') + records.map((one) => renderRecord(one, look)).join('');
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}${fence}\n`;
}
