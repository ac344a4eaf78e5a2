/** Files that hold one log or one capture, cut when it grew, become one input. */
import { basename, dirname } from 'node:path';
import type { Input } from '../model/input.ts';
import type { FoundInput, Part } from './found-input.ts';
import { type RotatedName, rotatedName } from './rotated-names.ts';

export type RotatedSet = {
  /** Oldest first, as far as names tell. */
  readonly files: readonly FoundInput[];
  /** Whether only what they hold tells which is the oldest. */
  readonly isRing: boolean;
  readonly name: string;
};
export type Grouped = { readonly sets: readonly RotatedSet[]; readonly others: readonly FoundInput[] };

type Member = RotatedName & { readonly found: FoundInput };
const NEWLINE = 10;

/** Which of the inputs belong together. Two files of one rank (`x.pcap`, `x.pcap.gz`) are copies, not parts: those stay alone. */
export function rotatedSets(inputs: readonly FoundInput[]): Grouped {
  const bySet = new Map<string, Member[]>();
  const others: FoundInput[] = [];
  for (const found of inputs) {
    if (found.input.live || found.input.size === null || found.input.name === '-') others.push(found);
    else {
      const { name } = found.input;
      const member = { ...rotatedName(basename(name)), found };
      const key = `${dirname(name)}/${member.set}`;
      bySet.set(key, [...(bySet.get(key) ?? []), member]);
    }
  }
  const sets: RotatedSet[] = [];
  for (const members of bySet.values()) {
    const [first] = members;
    if (first === undefined) continue;
    if (members.length === 1 || new Set(members.map(({ rank }) => rank)).size < members.length) others.push(...members.map(({ found }) => found));
    else {
      const files = members.sort((a, b) => a.rank - b.rank).map(({ found }) => found);
      sets.push({ files, isRing: members.some(({ isRing }) => isRing), name: nameOf(first.found.input.name, first.set) });
    }
  }
  return { sets, others };
}

/** The set as one input. `files`: oldest first. */
export function rotatedInput(name: string, files: readonly FoundInput[]): FoundInput {
  const inputs = files.map(({ input }) => input);
  return {
    named: files.some(({ named }) => named),
    input: { name, live: false, size: inputs.reduce((sum, { size }) => sum + (size ?? 0), 0), open: (signal) => oneAfterTheOther(inputs, signal) },
    parts: (signal) => partsOf(inputs, signal),
  };
}

const nameOf = (path: string, set: string): string => path.slice(0, path.length - basename(path).length) + set;

async function* partsOf(inputs: readonly Input[], signal: AbortSignal): AsyncGenerator<Part, void, undefined> {
  for (const input of inputs) if (!signal.aborted) yield { input, lost: null };
}

/** As lines: what one file breaks off is not the beginning of the next one's. */
async function* oneAfterTheOther(inputs: readonly Input[], signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  for (const input of inputs) {
    let last = NEWLINE;
    for await (const chunk of input.open(signal)) {
      last = chunk.at(-1) ?? last;
      yield chunk;
    }
    if (last !== NEWLINE) yield new Uint8Array([NEWLINE]);
  }
}
