/**
 * `--expect FILE`: what a team says of its own mesh, entry by entry. Every connection that an entry is of has to have the
 * verdict it names; one that nobody has an entry for is judged as without the file. An entry that nothing is of proves nothing.
 */
import type { Flow } from '../../model/flow.ts';
import { counted } from '../../report/text/words.ts';
import { EDGE_KEYS, type EdgePattern, edgePattern } from './edge-pattern.ts';
import { type Entry, readEntries } from './entries.ts';
import { Misses } from './misses.ts';

const KEYS = [...EDGE_KEYS, 'name', 'optional'];

export type Expected = EdgePattern & {
  readonly place: string;
  /** That no connection is of it is no matter. */
  readonly optional: boolean;
};

export async function readExpected(path: string | null): Promise<readonly Expected[]> {
  if (path === null) return [];
  const entries = await readEntries({ flag: '--expect', path, keys: KEYS });
  return entries.map(expectedOf);
}

export function expectedOf(entry: Entry): Expected {
  if (entry.texts('from').length + entry.texts('to').length + entry.texts('port').length === 0)
    throw entry.wrong('an expectation wants whom it is of: from, to or port, in the words of the filters');
  if (entry.texts('verdict').length === 0) throw entry.wrong("an expectation wants the verdict: 'verdict: hbone', or a list of them");
  const pattern = edgePattern(entry);
  const [name = pattern.name] = entry.texts('name');
  const [optional = 'false'] = entry.texts('optional');
  if (optional !== 'true' && optional !== 'false') throw entry.wrong("'optional' is true or false", 'optional');
  return { ...pattern, name, place: entry.place, optional: optional === 'true' };
}

/** What became of them. As everywhere, an earlier revision is removed first. */
export class Expectations {
  readonly #all: readonly { readonly expected: Expected; flows: number; readonly wrong: Misses; readonly open: Misses }[];

  constructor(all: readonly Expected[]) {
    this.#all = all.map((expected) => ({ expected, flows: 0, wrong: new Misses(), open: new Misses() }));
  }

  /** What they make of that flow; null where none is of it. `isExcused`: it counts as seen, not as wrong. */
  count(flow: Flow, sign: 1 | -1, isExcused: () => boolean): 'met' | 'missed' | null {
    let became: 'met' | 'missed' | null = null;
    for (const one of this.#all) {
      const { expected, wrong, open } = one;
      if (!expected.isOf(flow)) continue;
      became ??= 'met';
      one.flows += sign;
      if (expected.verdicts.includes(flow.verdict) || isExcused()) continue;
      // What was not decided is neither as expected nor otherwise.
      if (flow.verdict === 'unknown') open.count('could not be judged', flow, sign);
      else {
        wrong.count(flow.verdict, flow, sign);
        became = 'missed';
      }
    }
    return became;
  }

  /** A line each. */
  failed(): readonly string[] {
    return this.#all.flatMap(({ expected, flows, wrong }) =>
      wrong.flows === 0 ? [] : [`${lead(expected)}: ${wrong.flows} of ${counted(flows, 'connection')} not: ${few(wrong)}`],
    );
  }

  undecided(): readonly string[] {
    return this.#all.flatMap(({ expected, flows, wrong, open }) => {
      if (flows === 0)
        return expected.optional ? [] : [`${lead(expected)}: no connection was seen that it is of (if that may be, say 'optional: true').`];
      return wrong.flows === 0 && open.flows > 0 ? [`${lead(expected)}: ${few(open)}`] : [];
    });
  }
}

const lead = ({ place, name, verdicts }: Expected): string => `${place}: ${name} expected ${verdicts.join(' or ')}`;

const SHOWN = 3;
function few(misses: Misses): string {
  const messages = misses.messages();
  const rest = messages.length > SHOWN ? `; and ${messages.length - SHOWN} more` : '';
  return messages.slice(0, SHOWN).join('; ') + rest;
}
