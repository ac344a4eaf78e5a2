/** `--redact`: the command's own words and complaints name inputs, too. */
import type { RunFacts } from '../model/reporter.ts';
import { VIEWS } from '../model/reporter.ts';
import { REPORTERS } from '../report/index.ts';
import type { Redactor } from '../report/redact/redacted.ts';

export async function redactorOf(names: readonly string[], { words }: RunFacts): Promise<Redactor> {
  const { Redactor } = await import('../report/redact/redacted.ts');
  const redactor = new Redactor();
  for (const name of [...names].sort()) redactor.learnInput(name);
  for (const word of words) if (!isOurs(word)) redactor.learnInput(word);
  return redactor;
}

/** Nothing that was typed but flags, views and outputs; hashes and complaints under the inputs' new names. */
export const redactedRun = (run: RunFacts, redactor: Redactor): RunFacts => ({
  version: run.version,
  started: run.started,
  words: run.words.map((word) => (isOurs(word) ? word.replace(/=.*/s, '=***') : redactor.input(word))),
  ended() {
    const { at, complaints, hashes } = run.ended();
    return {
      at,
      complaints: complaints.map((text) => redactor.text(text)),
      hashes: new Map([...hashes].map(([name, hash]) => [redactor.input(name), hash])),
    };
  },
});

const OURS: ReadonlySet<string> = new Set<string>([...VIEWS, ...REPORTERS.map(({ name }) => name)]);
const isOurs = (word: string): boolean => word.startsWith('--') || /^-[a-zA-Z]$/.test(word) || OURS.has(word);
