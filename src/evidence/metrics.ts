/**
 * Counters to what they say per edge. Series of all inputs meet in one table: replicas are told apart by their scrape, and
 * a series that several answers have is one. Increases are kept apart by reporter, since both ends count the same connection.
 */
import type { Batch } from '../model/batch.ts';
import type { EdgeMetrics, MetricFact, MetricSeries, Metrics, Replica } from '../model/metric.ts';
import type { FragmentSink, Reducer } from '../model/reducer.ts';
import { edgesOf } from './metric-edges.ts';
import { replicasOf } from './metric-replicas.ts';
import type { SeriesRow } from './metric-row.ts';
import { textSeries } from './metric-texts.ts';

/** A week of 15 s of a few edges, or one scrape of very many. */
const MAX_SAMPLES = 4_000_000;

export class MetricTable implements Metrics {
  /** Of scrapes with a time. */
  readonly #timed = new Map<string, SeriesRow>();
  /** Of texts without a time, by input. */
  readonly #texts = new Map<string, Map<string, SeriesRow>>();
  readonly #apps = new Map<string, string>();
  #samples = 0;

  /** False where there is no room for it. */
  add(input: string, { series, value, time, exact, record }: MetricFact): boolean {
    if (this.#samples >= MAX_SAMPLES) return false;
    this.#samples++;
    this.#noteApps(series);
    const rows = time === null ? this.#text(input) : this.#timed;
    const owner = series.instance === null ? input : '';
    const key = `${exact ? 1 : 0}${owner}\n${series.key}`;
    let row = rows.get(key);
    if (row === undefined) {
      row = { series, exact, input, record, times: [], values: [] };
      rows.set(key, row);
    }
    addSample(row, time ?? 0, value);
    return true;
  }

  isEmpty(): boolean {
    return this.#samples === 0;
  }

  edges(): readonly EdgeMetrics[] {
    return edgesOf([...this.#timed.values()], textSeries([...this.#texts.values()]));
  }

  replicas(): readonly Replica[] {
    return replicasOf([...this.#timed.values()]);
  }

  apps(): ReadonlyMap<string, string> {
    return this.#apps;
  }

  #text(input: string): Map<string, SeriesRow> {
    const known = this.#texts.get(input);
    if (known !== undefined) return known;
    const rows = new Map<string, SeriesRow>();
    this.#texts.set(input, rows);
    return rows;
  }

  #noteApps({ source, destination }: MetricSeries): void {
    for (const { workload, namespace, app } of [source, destination]) {
      if (workload !== null && app !== null) this.#apps.set(`${namespace ?? ''}/${workload}`, app);
    }
  }
}

/** Samples come in order but where several answers overlap; the same moment is one sample. */
function addSample({ times, values }: SeriesRow, time: number, value: number): void {
  let at = times.length;
  while (at > 0 && (times[at - 1] ?? 0) > time) at--;
  if (at > 0 && times[at - 1] === time) {
    values[at - 1] = Math.max(value, values[at - 1] ?? 0);
    return;
  }
  times.splice(at, 0, time);
  values.splice(at, 0, value);
}

/** Counters of one input into the table; `onFull` for each sample that there was no room for. */
export function metricReducer(input: string, table: MetricTable, onFull: () => void): Reducer {
  return {
    read: (batch: Batch, _into: FragmentSink) => {
      if (batch.kind !== 'facts') return;
      for (const fact of batch.facts) if (fact.kind === 'metric' && !table.add(input, fact)) onFull();
    },
    end: () => {},
  };
}
