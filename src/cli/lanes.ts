/** Inputs → lanes: each is recognised by its first bytes when they come, decoded, and reduced by its own reducers. */
import type { FirstBytesSlabs } from '../evidence/first-bytes-slabs.ts';
import { type GraphTable, graphReducer } from '../evidence/graph.ts';
import { lineReducer } from '../evidence/lines.ts';
import { type MetricTable, metricReducer } from '../evidence/metrics.ts';
import { type PacketReducer, packetReducer } from '../evidence/packets.ts';
import type { Stores } from '../flows/pending.ts';
import type { FoundInput } from '../inputs/found-input.ts';
import { type Batch, isConfiguration } from '../model/batch.ts';
import type { ConfigFact } from '../model/configuration.ts';
import { inLine, PlainsightError } from '../model/error.ts';
import type { Reducer } from '../model/reducer.ts';
import type { Lane } from '../pipeline/conductor.ts';
import type { InputState } from '../pipeline/input-state.ts';
import { lane } from '../pipeline/lane.ts';
import { type Days, type DayWitness, noticed, onDay } from './days.ts';
import { decodedInput } from './decoding.ts';
import type { ToldBefore } from './told-before.ts';

export type LaneContext = {
  readonly stores: Stores;
  learn(fact: ConfigFact, input: number): void;
  /** First bytes of all inputs share one budget. */
  readonly slabs: FirstBytesSlabs;
  readonly metrics: MetricTable;
  readonly graphs: GraphTable;
  readonly before: ToldBefore;
  readonly days: Days;
  /** An input, or one file of a set, could not be read (at all, or to its end). */
  broke(state: InputState, error: unknown, which: { readonly named: boolean; readonly isPart: boolean }): void;
  advance(bytes: number, input: string): void;
  /** The wall clock, ms. */
  now(): number;
};

export type OpenLane = {
  readonly lane: Lane;
  readonly size: number | null;
  evicted(): number;
  /** Brings the account of the input up to date. */
  account(): void;
};

/** `number`: of the input, in the order of names. */
export function laneOf(found: FoundInput, number: number, state: InputState, context: LaneContext): OpenLane {
  const { input, named, until, answers } = found;
  const { stores, days } = context;
  // What happens as it comes keeps nobody waiting.
  const day = input.live || answers !== undefined ? null : days.expect();
  const lines = lineReducer({ rows: stores.lines, input: number, onFull: () => {} });
  const packets = packetReducer({ rows: stores.wires, tables: stores.tables, input: number, slabs: context.slabs });
  return {
    size: input.size,
    account: () => {
      if (state.hasPackets) state.adopt(packets.counts());
    },
    evicted: () => lines.evicted + packets.counts().evicted,
    lane: lane({
      state,
      live: input.live,
      until,
      now: context.now,
      tables: stores.tables,
      reducer: withFacts(bothOf(lines, packets, { state, learn: (fact) => context.learn(fact, number) }), [
        metricReducer(input.name, context.metrics, () => state.skip('too-many', 1)),
        graphReducer(input.name, context.graphs, () => state.skip('too-many', 1)),
        earlier(context.before, (why) => state.skip(why, 1)),
      ]),
      batches: (signal, paced) =>
        heard(
          decodedInput({
            found,
            tables: stores.tables,
            signal,
            open: (part) => paced(advancing(part.open(signal), (bytes) => context.advance(bytes, input.name))),
            recognised: (format) => (format === null ? state.unrecognised() : state.use(format)),
            dated: (batches, timeOfDay) => dated(batches, timeOfDay, { days, day }),
            broke: (error) => context.broke(state, error, { named, isPart: true }),
          }),
          { name: input.name, day },
        ),
      tick: (time, into) => packets.tick(time, into),
      broke: (error) => {
        state.error = error instanceof Error ? error.message : 'it cannot be read';
        context.broke(state, error, { named, isPart: false });
      },
    }),
  };
}

/** Facts to those as well who make something of them. */
function withFacts(reducer: Reducer, others: readonly Reducer[]): Reducer {
  return {
    read: (batch, into) => {
      reducer.read(batch, into);
      if (batch.kind === 'facts') for (const other of others) other.read(batch, into);
    },
    end: (into) => reducer.end(into),
  };
}

const earlier = (before: ToldBefore, skip: Parameters<ToldBefore['add']>[1]): Reducer => ({
  read: (batch) => {
    if (batch.kind === 'facts') for (const fact of batch.facts) before.add(fact, skip);
  },
  end: () => {},
});

/** Lines to one, packets to the other; what an input lost concerns both. What of packets could be used, their reducer knows best. */
function bothOf(lines: Reducer, packets: PacketReducer, { state, learn }: { readonly state: InputState; learn(fact: ConfigFact): void }): Reducer {
  let hasPackets = false;
  return {
    read: (batch, into) => {
      hasPackets ||= batch.kind === 'packets';
      if (batch.kind !== 'packets') lines.read(batch, into);
      if (batch.kind !== 'access') packets.read(batch, into);
      if (batch.kind === 'facts') for (const fact of batch.facts) if (isConfiguration(fact)) learn(fact);
    },
    end: (into) => {
      lines.end(into);
      packets.end(into);
      state.hasEnded = true;
      if (hasPackets) state.adopt(packets.counts());
    },
  };
}

type Dating = { readonly days: Days; readonly day: DayWitness | null };

/** Batches of records with a time of day only get the day that the other inputs tell. */
async function* dated(batches: AsyncIterable<Batch>, timeOfDay: number | null, { days, day }: Dating): AsyncGenerator<Batch, void, undefined> {
  if (timeOfDay === null) return yield* day === null ? batches : noticed(batches, day);
  day?.passes();
  yield* onDay(batches, await days.of(timeOfDay));
}

type Heard = { readonly name: string; readonly day: DayWitness | null };

/** An input that ends without a record has no date to tell; of one that breaks, formats do not know the name. */
async function* heard(batches: AsyncIterable<Batch>, { name, day }: Heard): AsyncGenerator<Batch, void, undefined> {
  try {
    yield* batches;
  } catch (error) {
    const isNamed = !(error instanceof PlainsightError) || error.message.includes(inLine(name));
    throw isNamed ? error : new PlainsightError(error.code, `${inLine(name)}: ${error.message}`, { cause: error });
  } finally {
    day?.passes();
  }
}

async function* advancing(chunks: AsyncIterable<Uint8Array>, advance: (bytes: number) => void): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    advance(chunk.byteLength);
    yield chunk;
  }
}
