/**
 * Prometheus and Kiali asked again while a run follows what happens: counters compare with a log only between two answers that
 * it surrounds, and a graph is of its own minutes. Answers carry no connection, so they join no lane and hold nobody back.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type GraphTable, graphReducer } from '../evidence/graph.ts';
import { type MetricTable, metricReducer } from '../evidence/metrics.ts';
import type { FoundInput } from '../inputs/found-input.ts';
import { PlainsightError } from '../model/error.ts';
import type { FragmentSink, Reducer } from '../model/reducer.ts';
import type { Tables } from '../model/tables.ts';
import { micros } from '../model/time.ts';
import type { InputState } from '../pipeline/input-state.ts';
import type { ServicesCommand, ViewCommand } from './command.ts';
import { decodedInput, SILENT } from './decoding.ts';
import type { FilterOptions } from './filters.ts';
import { hasServices } from './service-flags.ts';

/** Twice as long after each answer: a short run has several, a long one is no burden. */
const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;
/** What each question is about: so much back from then, that nothing lies between two. */
const SPAN = { kind: 'ago', span: micros(90_000_000) } as const;

export type Polling = {
  /** Of what was asked at the beginning, by name. */
  readonly states: readonly InputState[];
  readonly stores: { readonly tables: Tables };
  readonly metrics: MetricTable;
  readonly graphs: GraphTable;
  /** Nothing changes while nothing is live. */
  isFollowing(): boolean;
  say(line: string): void;
};

/** What `--prometheus` and `--kiali` ask; nothing is loaded for them without. */
export async function questions(services: ServicesCommand, { since, until }: Pick<FilterOptions, 'since' | 'until'>): Promise<readonly FoundInput[]> {
  const { serviceInputs } = await import('./services.ts');
  return serviceInputs({ services, filters: { since, until }, environment: process.env, now: Date.now });
}

/** Begins to ask; the answer ends it. A time that has an end is asked for once. */
export function askAgain({ services, filters }: Pick<ViewCommand, 'services' | 'filters'>, polling: Polling): () => Promise<void> {
  if (!hasServices(services) || filters.until !== null) return async () => {};
  const stop = new AbortController();
  const ended = polled(services, polling, stop.signal);
  return async () => {
    stop.abort();
    await ended;
  };
}

async function polled(services: ServicesCommand, polling: Polling, signal: AbortSignal): Promise<void> {
  /** What is out of order is said once, not with every question. */
  const complaints = new Set<string>();
  for (let wait = FIRST_MS; ; wait = Math.min(wait * 2, LONGEST_MS)) {
    await sleep(wait, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    if (!polling.isFollowing()) continue;
    for (const found of await questions(services, { since: SPAN, until: null })) {
      try {
        await answered(found, polling, signal);
      } catch (error) {
        if (!(error instanceof PlainsightError)) throw error;
        if (!complaints.has(error.message)) polling.say(error.message);
        complaints.add(error.message);
      }
    }
  }
}

async function answered(found: FoundInput, { states, stores: { tables }, metrics, graphs }: Polling, signal: AbortSignal): Promise<void> {
  const { name } = found.input;
  const state = states.find((known) => known.name === name);
  if (state === undefined) return;
  const onFull = (): void => state.skip('too-many', 1);
  const reducers: readonly Reducer[] = [metricReducer(name, metrics, onFull), graphReducer(name, graphs, onFull)];
  for await (const batch of decodedInput({ found, tables, signal, open: (input) => input.open(signal), ...SILENT })) {
    state.note(batch, tables);
    for (const reducer of reducers) reducer.read(batch, NOBODY);
  }
}

const NOBODY: FragmentSink = { wire: () => {}, line: () => {}, standing: () => {} };
