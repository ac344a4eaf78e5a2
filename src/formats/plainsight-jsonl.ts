/** What plainsight wrote itself (`flows -o jsonl`), to merge several runs and go on from them: flows are told as they were decided. */
import type { Batch, Fact } from '../model/batch.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Format } from '../model/format.ts';
import { headOf } from './config-heads.ts';
import { at } from './config-values.ts';
import { findingOf, flowOf } from './plainsight-flow.ts';
import { TextLines } from './text-lines.ts';

const HEAD = /^\s*\{"type":"(?:flow|edge|finding|strict|change|record|summary)",/;
const BATCH = 1024;

export const plainsightJsonl: Format = {
  name: 'plainsight-jsonl',
  witness: 'log',
  summary: 'flows as plainsight wrote them with -o jsonl, of one run or several',
  recognise: (head) => (HEAD.test(headOf(head)) ? 0.95 : 0),
  decode: (chunks) => decodeLines(chunks),
};

async function* decodeLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Batch, void, undefined> {
  const lines = new TextLines();
  const reader = new Reader();
  const take = (line: string | null): void => reader.line(line);
  for await (const chunk of chunks) {
    lines.feed(chunk, take);
    if (reader.facts.length >= BATCH) yield { kind: 'facts', facts: reader.take() };
  }
  lines.end(take);
  if (reader.flows === 0 && reader.others > 0)
    throw new PlainsightError(
      ExitCode.unreadable,
      'it is a report of plainsight without its flows: write it with plainsight flows -o jsonl, or give it to plainsight diff as it is',
    );
  yield { kind: 'facts', facts: reader.take() };
}

class Reader {
  facts: Fact[] = [];
  flows = 0;
  /** Edges and rows of `strict`, which are sums of what is not here. */
  others = 0;
  #record = 0;

  take(): readonly Fact[] {
    const { facts } = this;
    this.facts = [];
    return facts;
  }

  line(line: string | null): void {
    this.#record++;
    if (line?.trim() === '') return;
    this.facts.push(this.#fact(line) ?? { kind: 'skipped', why: 'malformed', records: 1, firstRecord: this.#record });
  }

  #fact(line: string | null): Fact | null {
    const one = parsed(line ?? '');
    const type = at(one, 'type');
    if (type === 'flow') {
      const flow = flowOf(one);
      if (flow !== null) this.flows++;
      return flow === null ? null : { kind: 'flow', flow };
    }
    if (type === 'finding') {
      const finding = findingOf(one);
      return finding === null ? null : { kind: 'finding', finding };
    }
    if (typeof type !== 'string') return null;
    this.others++;
    return { kind: 'skipped', why: type === 'summary' ? 'summary' : 'no-flow', records: 1, firstRecord: this.#record };
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
