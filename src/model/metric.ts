/** What Prometheus counters of Istio say: facts as formats yield them, and the model that evidence/ makes of them. */
import type { Micros } from './time.ts';

/** `istio_tcp_NAME_total`. Received is client → server and sent server → client, for both reporters (ztunnel src/proxy/metrics.rs). */
export const METRICS = ['connections_opened', 'connections_closed', 'connections_failed', 'received_bytes', 'sent_bytes'] as const;
export type Metric = (typeof METRICS)[number];

/** Null where the label is missing, empty or `unknown`. */
export type MetricEnd = {
  readonly workload: string | null;
  readonly namespace: string | null;
  readonly app: string | null;
  /** Filled for plaintext too: it proves nothing. */
  readonly principal: string | null;
};

/** One time series: a name and its labels. */
export type MetricSeries = {
  readonly metric: Metric;
  /** Its replica and all that Istio labels it with: equal series are equal texts, whichever way they were asked for. */
  readonly key: string;
  /** Which replica counted: `instance` and `pod` of the scrape; null in a `/metrics` text, where the input itself is the replica. */
  readonly instance: string | null;
  /** Who counts: only a ztunnel's `unknown` means plaintext. Null where the labels do not tell. */
  readonly producer: 'ztunnel' | 'envoy' | null;
  readonly reporter: 'source' | 'destination';
  readonly source: MetricEnd;
  readonly destination: MetricEnd;
  /** A guess for plaintext and for traffic to pod addresses: never a key. */
  readonly service: string | null;
  readonly mutualTls: boolean;
  readonly flags: string;
};

/** One sample. */
export type MetricFact = {
  readonly kind: 'metric';
  readonly series: MetricSeries;
  readonly value: number;
  /** Null in a text without time stamps. */
  readonly time: Micros | null;
  /** The time is that of the scrape; false: that of the question, and the scrape may be older. */
  readonly exact: boolean;
  readonly record: number;
};

/** Sums over all replicas of one reporter, for one security policy. */
export type MetricSums = {
  readonly opened: number;
  readonly closed: number;
  /** Of `closed`, those without a response flag: the others let nothing pass. */
  readonly completed: number;
  readonly failed: number;
  readonly received: number;
  readonly sent: number;
};

/** What one reporter counted of an edge. Those of the other must never be added. */
export type MetricReport = {
  readonly mutualTls: MetricSums;
  readonly unknown: MetricSums;
  /** Response flag → connections closed or failed under it; `-` is left out. */
  readonly flags: ReadonlyMap<string, number>;
  /** `unknown` of this reporter is known to mean plaintext. */
  readonly isProof: boolean;
  /** Counters whose beginnings are in view are increases between these times; null for totals since the replica's start. */
  readonly since: Micros | null;
  readonly until: Micros | null;
  readonly evidence: { readonly input: string; readonly record: number };
};

export type EdgeName = { readonly workload: string | null; readonly namespace: string | null };

/** Workload → workload. */
export type EdgeMetrics = {
  readonly source: EdgeName;
  readonly destination: EdgeName;
  readonly bySource: MetricReport | null;
  readonly byDestination: MetricReport | null;
};

/** The `_closed_total` counters of one edge, reporter and policy at one replica, over time. */
export type ClosedCounter = {
  readonly source: EdgeName;
  readonly destination: EdgeName;
  readonly reporter: MetricSeries['reporter'];
  readonly mutualTls: boolean;
  /** How many connections closed between two of the replica's scrape times; null where a counter was reset in between. */
  increase(from: Micros, to: Micros): number | null;
  readonly evidence: { readonly input: string; readonly record: number };
};

/** One ztunnel as it was scraped more than once. */
export type Replica = {
  readonly instance: string;
  /** Ascending, two or more. */
  readonly times: readonly Micros[];
  /** How much older than said a sample may be, µs. */
  readonly staleness: number;
  readonly counters: readonly ClosedCounter[];
};

export type Metrics = {
  isEmpty(): boolean;
  edges(): readonly EdgeMetrics[];
  replicas(): readonly Replica[];
  /** Workload (`namespace/workload`) → app, as labels say. */
  apps(): ReadonlyMap<string, string>;
};
