/**
 * Answers of Prometheus' HTTP API: query, query_range, series. https://prometheus.io/docs/prometheus/latest/querying/api/
 * (federate answers in text). A record is a sample; of `series`, which has no samples, a series. Answers may follow each other.
 */
import type { Batch, Fact } from '../model/batch.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Format } from '../model/format.ts';
import type { MetricSeries } from '../model/metric.ts';
import { CaptureFacts } from './capture-facts.ts';
import { JsonCutter } from './json-items.ts';
import { type JsonRecord, numberOf, recordOf, textOf } from './json-values.ts';
import { metricOf, seriesOf, timeOf } from './metric-series.ts';

const BATCH_FACTS = 1000;

class ApiReader {
  readonly #cutter = new JsonCutter({
    item: (value) => this.#item(recordOf(value)),
    document: (rest) => this.#document(recordOf(rest)),
    broken: (what) => this.#skipped.skipped(what, this.#record + 1),
  });
  readonly #skipped = new CaptureFacts();
  #facts: Fact[] = [];
  #record = 0;
  #error: string | null = null;
  #answers = 0;

  *feed(chunk: Uint8Array): Generator<Batch, void, undefined> {
    this.#cutter.feed(chunk);
    yield* this.#told();
  }

  /** Throws where Prometheus had nothing but errors to say. */
  *end(): Generator<Batch, void, undefined> {
    if (this.#cutter.end()) this.#skipped.lost('truncated', 1, null);
    if (this.#error !== null && this.#answers === 0) throw new PlainsightError(ExitCode.unreadable, this.#error);
    yield* this.#told();
  }

  *#told(): Generator<Batch, void, undefined> {
    const facts = [...this.#facts, ...this.#skipped.take()];
    this.#facts = [];
    for (let at = 0; at < facts.length; at += BATCH_FACTS) yield { kind: 'facts', facts: facts.slice(at, at + BATCH_FACTS) };
  }

  #document(rest: JsonRecord | null): void {
    if (rest?.['status'] !== 'error') {
      this.#answers++;
      // A scalar's [time, value] is no array of items: it names no series, so nothing of the mesh.
      if (Array.isArray(recordOf(rest?.['data'])?.['result']) && isScalar(recordOf(rest?.['data'])))
        this.#skipped.skipped('other-metric', ++this.#record);
      return;
    }
    const type = textOf(rest['errorType']) ?? 'error';
    this.#error ??= `Prometheus answered with an error (${shown(type)}: ${shown(textOf(rest['error']) ?? 'no message')}): correct the query and save its answer again`;
    this.#skipped.skipped('error-answer', ++this.#record);
  }

  #item(item: JsonRecord | null): void {
    const metric = recordOf(item?.['metric']);
    // `series` has the labels alone.
    if (item !== null && metric === null && typeof item['__name__'] === 'string') {
      this.#skipped.skipped('no-samples', ++this.#record);
      return;
    }
    if (item === null || metric === null) {
      this.#skipped.skipped('malformed', ++this.#record);
      return;
    }
    const values = Array.isArray(item['values']) ? item['values'] : [item['value']];
    const name = metricOf(textOf(metric['__name__']) ?? '');
    const series = name === null ? null : seriesOf(name, labelsOf(metric), null);
    if (series === null) {
      // A rate or a sum has lost its name: it is no counter any more.
      for (const _ of values) this.#skipped.skipped(name === null ? 'other-metric' : 'malformed', ++this.#record);
      return;
    }
    // The API rounds no scrape's time: whole seconds are those of the question.
    const isExact = values.some((value: unknown) => Array.isArray(value) && !Number.isInteger(numberOf(value[0]) ?? 0));
    for (const value of values) this.#sample(series, value, isExact);
  }

  #sample(series: MetricSeries, sample: unknown, exact: boolean): void {
    const record = ++this.#record;
    const [stamp, text]: readonly unknown[] = Array.isArray(sample) ? sample : [];
    const time = timeOf(numberOf(stamp) ?? 0);
    const value = numberOf(text);
    if (time === null) this.#skipped.skipped('malformed', record);
    else if (value === null || value < 0) this.#skipped.skipped('not-a-number', record);
    else this.#facts.push({ kind: 'metric', series, value, time, exact, record });
  }
}

const isScalar = (data: JsonRecord | null): boolean => data?.['resultType'] === 'scalar' || data?.['resultType'] === 'string';

function labelsOf(metric: JsonRecord): ReadonlyMap<string, string> {
  return new Map(Object.entries(metric).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** One line, short: a server's words are not ours. */
const shown = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').slice(0, 300);

const ANSWER = /^\s*\{\s*"(?:status|data|errorType|error|warnings|infos|isPartial)"\s*:/;
const QUERY = /"resultType"\s*:\s*"(?:vector|matrix|scalar|string)"/;
const SERIES = /"data"\s*:\s*\[\s*\{[^{}]*"__name__"\s*:/;
const ERROR = /"status"\s*:\s*"error"/;
const ERROR_TYPE = /"errorType"\s*:\s*"/;

function recognise(head: Uint8Array): number {
  const text = new TextDecoder().decode(head);
  if (!ANSWER.test(text)) return 0;
  return QUERY.test(text) || SERIES.test(text) || (ERROR.test(text) && ERROR_TYPE.test(text)) ? 0.95 : 0;
}

async function* decode(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Batch, void, undefined> {
  const reader = new ApiReader();
  for await (const chunk of chunks) yield* reader.feed(chunk);
  yield* reader.end();
}

export const prometheusApi: Format = {
  name: 'prometheus-api',
  witness: 'metric',
  summary: "Istio's TCP counters as Prometheus' HTTP API answers: query, query_range, series (JSON)",
  recognise,
  decode,
};
