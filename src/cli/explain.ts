/** The records behind a verdict, read again from their inputs: log lines as they stand, packets by their headers. Never payload. */
import { lineAt } from '../inputs/lines.ts';
import { recognise } from '../formats/recognise.ts';
import { peek } from '../inputs/peek.ts';
import type { FoundInput } from '../inputs/index.ts';
import { f64At, u16At, u32At } from '../model/column.ts';
import type { Flow } from '../model/flow.ts';
import type { PacketBatch } from '../model/batch.ts';
import type { Report } from '../model/reporter.ts';
import type { RecordQuote } from '../model/summary.ts';
import { formatTime, type Micros } from '../model/time.ts';
import type { Stores } from '../flows/pending.ts';
import { packetOpener } from '../wire/open.ts';
import { newOpened } from '../wire/opened.ts';
import { headerText } from '../wire/header-text.ts';

export type Explaining = { readonly flows: readonly Flow[]; readonly asked: string; readonly inputs: readonly FoundInput[]; readonly report: Report; readonly stores: Stores };

export async function explain({ flows, inputs, report, stores }: Explaining): Promise<void> {
  for (const flow of flows) {
    await report.tell([flow]);
    const quotes: RecordQuote[] = [];
    for (const { witness, input, record, says } of flow.evidence) {
      const found = inputs.find((candidate) => candidate.input.name === input);
      quotes.push({ type: 'record', witness, input, record, text: found === undefined || found.input.live ? '' : await textOf(found, record, stores), says });
    }
    await report.tell(quotes);
  }
}

async function textOf({ input }: FoundInput, record: number, stores: Stores): Promise<string> {
  const abort = new AbortController();
  try {
    const peeked = await peek(input.open(abort.signal));
    const format = recognise(peeked.head);
    if (format === null) return '';
    if (!format.name.startsWith('pcap')) return await lineAt(peeked.chunks, record);
    for await (const batch of format.decode(peeked.chunks, stores.tables)) {
      if (batch.kind === 'packets' && record >= batch.firstRecord && record < batch.firstRecord + batch.count) return packetText(batch, record - batch.firstRecord, stores);
    }
    return '';
  } finally {
    abort.abort();
  }
}

function packetText(batch: PacketBatch, index: number, { tables }: Stores): string {
  const opened = newOpened();
  const open = packetOpener(tables.addresses, opened);
  const linkType = batch.points[u16At(batch.point, index)]?.linkType ?? -1;
  const outcome = open(batch.bytes, u32At(batch.offset, index), u32At(batch.captured, index), u32At(batch.original, index), linkType);
  return `${formatTime(f64At(batch.time, index) as Micros)} ${headerText(opened, outcome, tables.addresses)}`;
}
