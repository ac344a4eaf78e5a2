/**
 * Prometheus' text and OpenMetrics: `/metrics` and `/federate`. https://prometheus.io/docs/instrumenting/exposition_formats/,
 * https://github.com/prometheus/OpenMetrics (specification/OpenMetrics.md: exemplars, `# EOF`).
 * A record is a sample line; comments are none.
 */
import type { Batch, Fact } from '../model/batch.ts';
import type { Format } from '../model/format.ts';
import type { MetricSeries } from '../model/metric.ts';
import { CaptureFacts } from './capture-facts.ts';
import { metricOf, seriesOf, timeOf } from './metric-series.ts';
import { TextLines } from './text-lines.ts';

const COMMENT = /^# (?:HELP|TYPE|UNIT) [a-zA-Z_:][\w:]*(?: |$)/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)\s*(?=[{ ])/;
const OURS = /^istio_tcp_\w+_total\{/;
const BUILD = /^istio_build\{.*component="(\w+)"/;
const REST = /^\s*([^\s#]+)(?:\s+([^\s#]+))?\s*(?:#.*)?$/;
/** Facts of one batch; a page of samples is never one object graph. */
const BATCH_FACTS = 1000;

class TextReader {
  readonly #lines = new TextLines();
  readonly #skipped = new CaptureFacts();
  #facts: Fact[] = [];
  #line = 0;
  #producer: MetricSeries['producer'] = null;

  *feed(chunk: Uint8Array): Generator<Batch, void, undefined> {
    this.#lines.feed(chunk, (line) => this.#take(line));
    yield* this.#told();
  }

  *end(): Generator<Batch, void, undefined> {
    this.#lines.end((line) => this.#take(line));
    yield* this.#told();
  }

  *#told(): Generator<Batch, void, undefined> {
    const facts = [...this.#facts, ...this.#skipped.take()];
    this.#facts = [];
    for (let at = 0; at < facts.length; at += BATCH_FACTS) yield { kind: 'facts', facts: facts.slice(at, at + BATCH_FACTS) };
  }

  #take(line: string | null): void {
    this.#line++;
    if (line === null) {
      this.#skipped.skipped('too-long', this.#line);
      return;
    }
    if (line === '' || line.startsWith('#')) return;
    const name = SAMPLE.exec(line)?.[1];
    if (name === undefined) {
      this.#skipped.skipped('malformed', this.#line);
      return;
    }
    const metric = metricOf(name);
    if (metric !== null) {
      this.#sample(line, metric);
      return;
    }
    const component = BUILD.exec(line)?.[1];
    if (component !== undefined) this.#producer = component === 'ztunnel' ? 'ztunnel' : 'envoy';
    this.#skipped.skipped('other-metric', this.#line);
  }

  #sample(line: string, metric: MetricSeries['metric']): void {
    const labels = new Map<string, string>();
    const end = readLabels(line, line.indexOf('{'), labels);
    const rest = end < 0 ? null : REST.exec(line.slice(end));
    const series = rest === null ? null : seriesOf(metric, labels, this.#producer);
    if (rest === null || series === null) {
      this.#skipped.skipped('malformed', this.#line);
      return;
    }
    const value = Number(rest[1]);
    // NaN and ±Inf (also spelt `+Inf`, `nan`) are no count; a counter is never negative.
    if (!Number.isFinite(value) || value < 0) {
      this.#skipped.skipped('not-a-number', this.#line);
      return;
    }
    const time = rest[2] === undefined ? null : timeOf(Number(rest[2]));
    this.#facts.push({ kind: 'metric', series, value, time, exact: true, record: this.#line });
  }
}

const LABEL = /\s*(?:([a-zA-Z_]\w*|"(?:[^"\\]|\\.)*")\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))|(\}))/y;

/** Reads `{name="value",…}` at `at`; where it ends, or -1 where it is broken. In values `\\`, `\"` and `\n` are escaped. */
function readLabels(line: string, at: number, labels: Map<string, string>): number {
  LABEL.lastIndex = at + 1;
  if (at < 0) return -1;
  for (let found = LABEL.exec(line); found !== null; found = LABEL.exec(line)) {
    if (found[4] !== undefined) return LABEL.lastIndex;
    labels.set(found[1] ?? '', unescaped(found[2] ?? ''));
  }
  return -1;
}

const unescaped = (text: string): string => text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));

function recognise(head: Uint8Array): number {
  const lines = new TextDecoder()
    .decode(head)
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (!COMMENT.test(first) && !OURS.test(first) && first !== '# EOF') return 0;
  return lines.some((line) => OURS.test(line)) ? 0.95 : 0.8;
}

async function* decode(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Batch, void, undefined> {
  const reader = new TextReader();
  for await (const chunk of chunks) yield* reader.feed(chunk);
  yield* reader.end();
}

export const prometheusText: Format = {
  name: 'prometheus-text',
  witness: 'metric',
  summary: "Istio's TCP counters as Prometheus text or OpenMetrics: a ztunnel's /metrics, Prometheus' /federate",
  recognise,
  decode,
};
