/** Test cases as JUnit XML (the schema of Jenkins' xUnit plugin), which every CI system shows. */
import { visible } from '../text/visible.ts';

/** `failure` and `skipped`: why; a case with neither has passed. */
export type Case = {
  readonly suite: string;
  /** What it is about. */
  readonly classname: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** One word for a failure; empty otherwise. */
  readonly type: string;
  readonly message: string;
  /** The contract's object, as JSON. */
  readonly output: string | null;
};

export function junitXml(cases: readonly Case[]): string {
  const suites = new Map<string, Case[]>();
  for (const one of cases) {
    const suite = suites.get(one.suite);
    if (suite === undefined) suites.set(one.suite, [one]);
    else suite.push(one);
  }
  const texts = [...suites].map(
    ([name, members]) =>
      `  <testsuite${attributes({ name, ...counts(members), skipped: skipped(members) })}>\n${members.map(caseXml).join('')}  </testsuite>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes({ name: 'plainsight', ...counts(cases) })}>\n${texts.join('')}</testsuites>\n`;
}

const counts = (cases: readonly Case[]): { readonly [name: string]: string } => ({
  tests: String(cases.length),
  failures: String(cases.filter(({ outcome }) => outcome === 'failed').length),
  errors: '0',
});
const skipped = (cases: readonly Case[]): string => String(cases.filter(({ outcome }) => outcome === 'skipped').length);

function caseXml({ classname, name, outcome, type, message, output }: Case): string {
  const inner = [
    ...(outcome === 'skipped' ? [`      <skipped>${escaped(message)}</skipped>\n`] : []),
    ...(outcome === 'failed' ? [`      <failure${attributes({ type, message })}>${escaped(message)}</failure>\n`] : []),
    ...(output === null ? [] : [`      <system-out>${escaped(output)}</system-out>\n`]),
  ];
  const head = `    <testcase${attributes({ classname, name })}`;
  return inner.length === 0 ? `${head}/>\n` : `${head}>\n${inner.join('')}    </testcase>\n`;
}

const attributes = (values: { readonly [name: string]: string }): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('');

const ENTITIES: { readonly [character: string]: string } = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' };

/** Characters that XML 1.0 cannot have at all are shown as `visible` shows them. */
const escaped = (text: string): string => visible(text).replace(/[<>&"']/g, (character) => ENTITIES[character] ?? '');
