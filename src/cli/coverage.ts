/** What the audit asks of a run: addresses come as texts from flows, and go as numbers to whoever knows. */
import type { Coverage } from '../audit/finder.ts';
import { StrictTable } from '../audit/strict.ts';
import type { Stores } from '../flows/pending.ts';
import type { Pool } from '../flows/pool.ts';
import { inputOfLane } from '../flows/sightings.ts';
import type { Configuration } from '../mesh/configuration.ts';
import type { PeerAuthenticationFact } from '../model/configuration.ts';
import type { Graphs } from '../model/graph.ts';
import type { Metrics } from '../model/metric.ts';
import type { Micros } from '../model/time.ts';
import type { InputState } from '../pipeline/input-state.ts';

export type Asked = {
  readonly pool: Pool;
  readonly stores: Stores;
  readonly states: readonly InputState[];
  readonly configuration: Configuration;
  readonly skew: Micros;
  readonly metrics: Metrics;
  readonly graphs: Graphs;
  /** Of an input by its number: when it was asked; null for a file. */
  readAt(input: number): Micros | null;
};

export function coverageOf({ pool, stores, states, configuration, skew, metrics, graphs, readAt }: Asked): Coverage {
  const { addresses } = stores.tables;
  return {
    logsOf: (ip, time) =>
      pool.book.logsOf(addresses.parse(ip), time).flatMap(({ lane, first, last }) => {
        const state = states[inputOfLane(lane)];
        return state === undefined || state.lost > 0 ? [] : [{ first, last, input: state.name, lane }];
      }),
    hasBoth: () => pool.book.hasLogs && states.some((state) => state.hasPackets),
    skew,
    podAt: (ip, time) => configuration.podAt(addresses.parse(ip), time),
    configuration,
    inputName: (input) => states[input]?.name ?? '',
    metrics,
    graphs,
    readAt,
  };
}

export function strictTable({ pool, stores, configuration }: Asked, tried: readonly PeerAuthenticationFact[]): StrictTable {
  return new StrictTable({ configuration, tried, isEnrolled: (ip, time) => pool.book.isEnrolled(stores.tables.addresses.parse(ip), time) });
}
