import type { MetricSeries } from '../model/metric.ts';

/** One series of one replica; samples ascending in time. `values[i]` was there at `times[i]`. */
export type SeriesRow = {
  readonly series: MetricSeries;
  readonly exact: boolean;
  readonly input: string;
  readonly record: number;
  readonly times: number[];
  readonly values: number[];
};
