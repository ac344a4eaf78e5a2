/** The records behind a verdict, read again from their inputs: log lines as they stand, packets by their headers. Never payload. */

import { denialBy, denyingPolicy } from '../audit/denying-policy.ts';
import type { Stores } from '../flows/pending.ts';
import { recognise } from '../formats/recognise.ts';
import type { FoundInput } from '../inputs/found-input.ts';
import { lineAt } from '../inputs/lines.ts';
import { peek } from '../inputs/peek.ts';
import type { Configuration } from '../mesh/configuration.ts';
import type { Batch } from '../model/batch.ts';
import { f64At, u16At, u32At } from '../model/column.ts';
import type { Evidence, Flow } from '../model/flow.ts';
import type { Report } from '../model/reporter.ts';
import type { RecordQuote } from '../model/summary.ts';
import type { Tables } from '../model/tables.ts';
import { formatTime, type Micros } from '../model/time.ts';
import { headerText } from '../wire/header-text.ts';
import { Fragments, Outcome, packetOpener } from '../wire/open.ts';
import { newOpened, O, type Opened } from '../wire/opened.ts';
import { decodedInput, SILENT } from './decoding.ts';

export type Explaining = {
  readonly flows: readonly Flow[];
  readonly inputs: readonly FoundInput[];
  readonly report: Report;
  readonly stores: Stores;
  readonly configuration: Configuration;
};

/** Enough of a connection to see how it began: handshake, first bytes, refusal. */
const PACKETS = 8;
/** A connection's packets lie together; what comes later than this is not looked for. */
const LOOK_AHEAD = 20_000;

export async function explain({ flows, report, ...read }: Explaining): Promise<void> {
  for (const flow of flows) {
    await report.tell([flow]);
    for (const evidence of flow.evidence) await report.tell(await quotesOf(evidence, read));
    await report.tell(policiesBehind(flow, read));
  }
}

/** The policies that turned it away, as far as they were read. */
function policiesBehind(
  { destination, start, lines = [] }: Flow,
  { configuration, stores, inputs }: Omit<Explaining, 'flows' | 'report'>,
): readonly RecordQuote[] {
  const name = denyingPolicy(lines);
  if (name === null) return [];
  const pod = configuration.podAt(stores.tables.addresses.parse(destination.ip), start);
  const denied = { namespace: destination.namespace, port: destination.port, pods: pod === null ? [] : [pod] };
  return denialBy(name, denied, configuration).policies.map(({ origin, text, says }) => ({
    type: 'record',
    witness: 'policy',
    input: inputs[origin.input]?.input.name ?? '',
    record: origin.record,
    text,
    says,
  }));
}

/** The records that one piece of evidence names. Their text is empty where they cannot be read again. */
export async function quotesOf(
  { witness, input, record, says }: Evidence,
  { inputs, stores }: Pick<Explaining, 'inputs' | 'stores'>,
): Promise<readonly RecordQuote[]> {
  const found = inputs.find((candidate) => candidate.input.name === input);
  // A pipe cannot be read a second time.
  const quoted = found === undefined || found.input.live ? [] : await recordsOf(found, record, stores);
  return (quoted.length === 0 ? [{ record, text: '' }] : quoted).map((quote) => ({ type: 'record', witness, input, ...quote, says }));
}

type Quoted = { readonly record: number; readonly text: string };

async function recordsOf(found: FoundInput, record: number, { tables }: Stores): Promise<readonly Quoted[]> {
  const abort = new AbortController();
  try {
    const { signal } = abort;
    const peeked = await peek(found.input.open(signal));
    const format = recognise(peeked.head);
    if (format === null) return [];
    if (HAS_LINES.has(format.name)) return [{ record, text: await lineAt(peeked.chunks, record) }];
    await peeked.close();
    const batches = decodedInput({ found, tables, signal, open: (input) => input.open(signal), ...SILENT });
    return await packetsFrom(batches, record, tables);
  } finally {
    abort.abort();
  }
}

/** Formats whose records are lines of their own text. */
const HAS_LINES: ReadonlySet<string> = new Set(['ztunnel-text', 'ztunnel-json']);

/** The first packets of the connection that packet `record` belongs to. */
async function packetsFrom(batches: AsyncIterable<Batch>, record: number, tables: Tables): Promise<readonly Quoted[]> {
  const opened = newOpened();
  const fragments = new Fragments();
  const open = packetOpener(tables.addresses, opened, fragments);
  const quotes: Quoted[] = [];
  let wanted: string | undefined;
  for await (const batch of batches) {
    if (batch.kind !== 'packets') continue;
    // Those before may be fragments of what is looked for.
    for (let index = 0; index < batch.count; index++) {
      const number = batch.firstRecord + index;
      if (quotes.length >= PACKETS || number > record + LOOK_AHEAD) return quotes;
      const linkType = batch.points[u16At(batch.point, index)]?.linkType ?? -1;
      const found = open(batch.bytes, u32At(batch.offset, index), u32At(batch.captured, index), u32At(batch.original, index), linkType);
      if (number < record) continue;
      const outcome = found === Outcome.reassembled ? fragments.outcome : found;
      wanted ??= connectionKey(opened);
      if (connectionKey(opened) !== wanted) continue;
      quotes.push({ record: number, text: `${formatTime(f64At(batch.time, index) as Micros)} ${headerText(opened, outcome, tables.addresses)}` });
    }
  }
  return quotes;
}

/** The same for both directions, and of one interface. */
function connectionKey(opened: Opened): string {
  const ends = [
    `${u32At(opened, O.source)}:${u32At(opened, O.sourcePort)}`,
    `${u32At(opened, O.destination)}:${u32At(opened, O.destinationPort)}`,
  ].sort();
  return [u32At(opened, O.protocol), u32At(opened, O.v6), u32At(opened, O.ifindex), ...ends].join(' ');
}
