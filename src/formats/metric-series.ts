/** Labels → the series they name; only Istio's TCP counters are kept. */
import { METRICS, type Metric, type MetricEnd, type MetricSeries } from '../model/metric.ts';
import { type Micros, micros } from '../model/time.ts';

const NAME = /^istio_tcp_(\w+)_total$/;
const MAX_LABELS = 256;

export type Labels = ReadonlyMap<string, string>;

export function metricOf(name: string): Metric | null {
  const found = NAME.exec(name)?.[1];
  return METRICS.find((metric) => metric === found) ?? null;
}

/** Null where it lacks what an edge needs. `fallback`: who counts, as far as the input says. */
export function seriesOf(metric: Metric, labels: Labels, fallback: MetricSeries['producer']): MetricSeries | null {
  const reporter = labels.get('reporter');
  const policy = labels.get('connection_security_policy');
  if ((reporter !== 'source' && reporter !== 'destination') || policy === undefined || labels.size > MAX_LABELS) return null;
  return {
    metric,
    key: keyOf(metric, labels),
    instance: instanceOf(labels),
    producer: producerOf(labels) ?? fallback,
    reporter,
    source: endOf(labels, 'source'),
    destination: endOf(labels, 'destination'),
    service: known(labels.get('destination_service')),
    mutualTls: policy === 'mutual_tls',
    flags: labels.get('response_flags') ?? '-',
  };
}

const END_LABELS = [
  'workload',
  'workload_namespace',
  'principal',
  'app',
  'version',
  'canonical_service',
  'canonical_revision',
  'cluster',
  'region',
  'zone',
];
/** What one ztunnel tells its series apart by (ztunnel src/proxy/metrics.rs, CommonTrafficLabels). */
const KEY_LABELS = [
  'reporter',
  'connection_security_policy',
  'response_flags',
  'request_protocol',
  ...END_LABELS.map((label) => `source_${label}`),
  ...END_LABELS.map((label) => `destination_${label}`),
  'destination_service',
  'destination_service_name',
  'destination_service_namespace',
];

/** Without the labels of the scrape: a pod that two jobs scrape counts once. */
function keyOf(metric: Metric, labels: Labels): string {
  let key = `${metric}\n${labels.get('instance') ?? ''} ${labels.get('pod') ?? ''}`;
  for (const name of KEY_LABELS) key += `\n${labels.get(name) ?? ''}`;
  return key;
}

/** Seconds in OpenMetrics and in the API, milliseconds in Prometheus' own text: the year 1973 in ms is the year 5138 in s. */
export function timeOf(stamp: number): Micros | null {
  if (!Number.isFinite(stamp) || stamp <= 0 || stamp > 1e14) return null;
  return micros(Math.round(stamp * (stamp < 1e11 ? 1e6 : 1e3)));
}

const known = (value: string | undefined): string | null => (value === undefined || value === '' || value === 'unknown' ? null : value);

function endOf(labels: Labels, end: string): MetricEnd {
  return {
    workload: known(labels.get(`${end}_workload`)),
    namespace: known(labels.get(`${end}_workload_namespace`)),
    app: known(labels.get(`${end}_app`)) ?? known(labels.get(`${end}_canonical_service`)),
    principal: known(labels.get(`${end}_principal`)),
  };
}

/** A restarted pod is another replica under the same address at most; both names tell them apart. */
function instanceOf(labels: Labels): string | null {
  const names = [labels.get('instance'), labels.get('pod')].filter((name) => name !== undefined && name !== '');
  return names.length === 0 ? null : names.join(' ');
}

function producerOf(labels: Labels): MetricSeries['producer'] {
  const app = labels.get('app') ?? labels.get('app_kubernetes_io_name');
  if (app === 'ztunnel' || labels.get('pod')?.startsWith('ztunnel-') === true) return 'ztunnel';
  // A sidecar's or waypoint's scrape bears the labels of its own pod.
  return app === undefined ? null : 'envoy';
}
