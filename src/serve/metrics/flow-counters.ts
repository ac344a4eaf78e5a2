/**
 * Flows and bytes by verdict, reason and ends. A counter of Prometheus never falls, but a flow may be told again with another verdict:
 * what is taken off a series is worked off by the next that come to it, so that it is right again soon and no reset is seen.
 */
import type { Flow, FlowEnd } from '../../model/flow.ts';
import type { FlowSink } from '../run.ts';
import type { Family, Labels, Sample } from './exposition.ts';

/** Past so many, further ends are counted together: names are the network's, and Prometheus pays for each. */
const MAX_SERIES = 10_000;
const OTHER = '(other)';
const UNKNOWN = 'unknown';

type Series = { readonly labels: Labels; readonly net: Counts; readonly told: Counts };
type Counts = { flows: number; bytes: number; exposed: number };

export class FlowCounters implements FlowSink {
  readonly #series = new Map<string, Series>();
  readonly #exempt = new Map<string, { net: number; told: number }>();
  readonly #maxSeries: number;
  #overflow = 0;

  constructor(maxSeries: number = MAX_SERIES) {
    this.#maxSeries = maxSeries;
  }

  add(flow: Flow): void {
    this.#count(flow, 1);
  }

  remove(flow: Flow): void {
    this.#count(flow, -1);
  }

  families(): readonly Family[] {
    const of = function* (series: Iterable<Series>, what: keyof Counts): Generator<Sample> {
      for (const { labels, told } of series) if (what === 'flows' || told[what] > 0) yield { labels, value: told[what] };
    };
    const series = this.#series;
    return [
      {
        name: 'plainsight_flows_total',
        type: 'counter',
        help: 'Connections by verdict and reason; exempt ones are not in here.',
        samples: of(series.values(), 'flows'),
      },
      {
        name: 'plainsight_bytes_total',
        type: 'counter',
        help: 'Payload bytes of those connections, both ways, where they are known.',
        samples: of(series.values(), 'bytes'),
      },
      {
        name: 'plainsight_exposed_bytes_total',
        type: 'counter',
        help: 'Readable payload bytes that packets showed on the network, whatever the verdict.',
        samples: of(series.values(), 'exposed'),
      },
      {
        name: 'plainsight_exempt_flows_total',
        type: 'counter',
        help: 'Connections that are readable by design: probes, DNS, the control plane, legs inside a pod.',
        samples: [...this.#exempt].map(([exempt, { told }]) => ({ labels: { exempt }, value: told })),
      },
      {
        name: 'plainsight_series_overflow_total',
        type: 'counter',
        help: `Connections counted under the workload ${OTHER}, because there were too many series.`,
        samples: [{ labels: {}, value: this.#overflow }],
      },
    ];
  }

  #count(flow: Flow, sign: 1 | -1): void {
    if (flow.exempt !== null) {
      const known = this.#exempt.get(flow.exempt) ?? { net: 0, told: 0 };
      this.#exempt.set(flow.exempt, known);
      known.net += sign;
      known.told = Math.max(known.told, known.net);
      return;
    }
    const { net, told } = this.#seriesOf(flow, sign);
    net.flows += sign;
    net.exposed += sign * (flow.exposedBytes ?? 0);
    if (flow.kind !== 'tunnel') net.bytes += sign * ((flow.bytes.sent ?? 0) + (flow.bytes.received ?? 0));
    told.flows = Math.max(told.flows, net.flows);
    told.bytes = Math.max(told.bytes, net.bytes);
    told.exposed = Math.max(told.exposed, net.exposed);
  }

  #seriesOf({ verdict, reason, source, destination }: Flow, sign: 1 | -1): Series {
    const known = this.#series.get(keyOf(verdict, reason, source, destination));
    if (known !== undefined) return known;
    if (this.#series.size < this.#maxSeries) return this.#open(verdict, reason, source, destination);
    if (sign > 0) this.#overflow++;
    return this.#series.get(keyOf(verdict, reason, OTHERS, OTHERS)) ?? this.#open(verdict, reason, OTHERS, OTHERS);
  }

  #open(verdict: string, reason: string, source: Named, destination: Named): Series {
    const series = { labels: labelsOf(verdict, reason, source, destination), net: zero(), told: zero() };
    this.#series.set(keyOf(verdict, reason, source, destination), series);
    return series;
  }
}

type Named = Pick<FlowEnd, 'workload' | 'namespace'>;
const OTHERS: Named = { workload: OTHER, namespace: OTHER };
const zero = (): Counts => ({ flows: 0, bytes: 0, exposed: 0 });

const keyOf = (verdict: string, reason: string, source: Named, destination: Named): string =>
  `${verdict}\n${reason}\n${source.namespace}\n${source.workload}\n${destination.namespace}\n${destination.workload}`;

/** Addresses are no labels: there is no end to them. */
const labelsOf = (verdict: string, reason: string, source: Named, destination: Named): Labels => ({
  verdict,
  reason,
  source_workload: source.workload ?? UNKNOWN,
  source_namespace: source.namespace ?? UNKNOWN,
  destination_workload: destination.workload ?? UNKNOWN,
  destination_namespace: destination.namespace ?? UNKNOWN,
});
