/** Inputs → lanes: each is recognised by its first bytes when they come, decoded, and reduced by its own reducers. */
import type { FirstBytesSlabs } from '../evidence/first-bytes-slabs.ts';
import { type GraphTable, graphReducer } from '../evidence/graph.ts';
import { lineReducer } from '../evidence/lines.ts';
import { type MetricTable, metricReducer } from '../evidence/metrics.ts';
import { type PacketReducer, packetReducer } from '../evidence/packets.ts';
import type { Stores } from '../flows/pending.ts';
import { FORMATS } from '../formats/index.ts';
import { recognise } from '../formats/recognise.ts';
import type { FoundInput } from '../inputs/index.ts';
import { PATIENT, peek } from '../inputs/peek.ts';
import type { Configuration } from '../mesh/configuration.ts';
import type { Batch, Fact } from '../model/batch.ts';
import type { ConfigFact } from '../model/configuration.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Reducer } from '../model/reducer.ts';
import type { Lane } from '../pipeline/conductor.ts';
import type { InputState } from '../pipeline/input-state.ts';
import { lane } from '../pipeline/lane.ts';
import { type Days, type DayWitness, noticed, onDay } from './days.ts';

export type LaneContext = {
  readonly stores: Stores;
  readonly configuration: Configuration;
  /** First bytes of all inputs share one budget. */
  readonly slabs: FirstBytesSlabs;
  readonly metrics: MetricTable;
  readonly graphs: GraphTable;
  readonly days: Days;
  /** An input that was named could not be read (at all, or to its end). */
  broke(state: InputState, error: unknown, named: boolean): void;
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
export function laneOf({ input, named, until }: FoundInput, number: number, state: InputState, context: LaneContext): OpenLane {
  const { stores, days } = context;
  // What happens as it comes keeps nobody waiting.
  const day = input.live ? null : days.expect();
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
      reducer: withFacts(bothOf(lines, packets, { state, learn: (fact) => context.configuration.learn(fact, number) }), [
        metricReducer(input.name, context.metrics),
        graphReducer(input.name, context.graphs),
      ]),
      decode: (chunks) => decoded(chunks, { state, named, stores, live: input.live, days, day }),
      chunks: (signal) => advancing(input.open(signal), (bytes) => context.advance(bytes, input.name)),
      tick: (time, into) => packets.tick(time, into),
      broke: (error) => context.broke(state, error, named),
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

const isConfiguration = (fact: Fact): fact is ConfigFact =>
  fact.kind !== 'skipped' && fact.kind !== 'lost' && fact.kind !== 'metric' && fact.kind !== 'graph';

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
      if (hasPackets) state.adopt(packets.counts());
    },
  };
}

type Decoding = {
  readonly state: InputState;
  readonly named: boolean;
  readonly stores: Stores;
  readonly live: boolean;
  readonly days: Days;
  readonly day: DayWitness | null;
};

async function* decoded(chunks: AsyncIterable<Uint8Array>, decoding: Decoding): AsyncGenerator<Batch, void, undefined> {
  try {
    yield* recognised(chunks, decoding);
  } finally {
    decoding.day?.passes();
  }
}

async function* recognised(
  chunks: AsyncIterable<Uint8Array>,
  { state, named, stores, live, days, day }: Decoding,
): AsyncGenerator<Batch, void, undefined> {
  const peeked = await peek(chunks, (head) => recognise(head) !== null, live ? PATIENT : undefined);
  const format = recognise(peeked.head);
  if (format === null) {
    await peeked.close();
    if (peeked.head.byteLength === 0) return;
    if (!named) {
      state.unrecognised();
      return;
    }
    throw new PlainsightError(
      ExitCode.unreadable,
      `${state.name}: none of the known formats (${FORMATS.map(({ name }) => name).join(', ')}); plainsight --help lists what can be read`,
    );
  }
  state.format = format.name;
  const timeOfDay = format.timeOfDay?.(peeked.head) ?? null;
  const batches = format.decode(peeked.chunks, stores.tables);
  if (timeOfDay === null) yield* day === null ? batches : noticed(batches, day);
  else {
    day?.passes();
    yield* onDay(batches, await days.of(timeOfDay));
  }
}

async function* advancing(chunks: AsyncIterable<Uint8Array>, advance: (bytes: number) => void): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    advance(chunk.byteLength);
    yield chunk;
  }
}
