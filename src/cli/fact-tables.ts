/** What inputs say that are neither packets nor lines: one table a witness, shared by all lanes. */
import { GraphTable, graphReducer } from '../evidence/graph.ts';
import { MetricTable, metricReducer } from '../evidence/metrics.ts';
import type { Reducer } from '../model/reducer.ts';

export type FactTables = { readonly metrics: MetricTable; readonly graphs: GraphTable };

export const newFactTables = (): FactTables => ({ metrics: new MetricTable(), graphs: new GraphTable() });

/** `reducer`, and facts to the tables as well. */
export function withFacts(reducer: Reducer, input: string, { metrics, graphs }: FactTables): Reducer {
  const others = [metricReducer(input, metrics), graphReducer(input, graphs)];
  return {
    read: (batch, into) => {
      reducer.read(batch, into);
      if (batch.kind === 'facts') for (const other of others) other.read(batch, into);
    },
    end: (into) => reducer.end(into),
  };
}
