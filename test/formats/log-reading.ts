/** What the tests of the log formats share: reading to plain rows, and lines as ztunnel writes them. */

import { decodeLog } from '../../src/formats/log-decode.ts';
import type { Ip } from '../../src/model/address.ts';
import { AddressTable } from '../../src/model/addresses.ts';
import type { AccessBatch } from '../../src/model/batch.ts';
import { Direction, LineEvent } from '../../src/model/line-event.ts';
import { NameTable } from '../../src/model/names.ts';
import { PointTable } from '../../src/model/points.ts';
import { ShapeTable } from '../../src/model/shapes.ts';
import type { Shape, Tables } from '../../src/model/tables.ts';

export const newTables = (): Tables => ({
  names: new NameTable(),
  addresses: new AddressTable(),
  shapes: new ShapeTable(),
  points: new PointTable(),
});

export type Row = {
  prefix: string | null;
  record: number;
  time: number;
  event: string;
  direction: string;
  source: string;
  destination: string;
  hbone: string | null;
  shape: Shape;
  error: string | null;
  extra: string | null;
  sent: number;
  received: number;
  duration: number;
};
export type Reading = { rows: Row[]; skipped: Record<string, number>; batches: number };

export async function* cut(bytes: Uint8Array, at: readonly number[]): AsyncGenerator<Uint8Array> {
  // One buffer for all chunks, as inputs have it: whoever keeps a chunk is found out.
  const buffer = new Uint8Array(bytes.length);
  const ends = [...at, bytes.length].map((end) => Math.min(end, bytes.length)).sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    buffer.fill(0x58);
    buffer.set(bytes.subarray(start, end));
    yield buffer.subarray(0, end - start);
    start = end;
  }
}

export async function read(text: string | Uint8Array, { at = [], fast = true }: { at?: readonly number[]; fast?: boolean } = {}): Promise<Reading> {
  const tables = newTables();
  const reading: Reading = { rows: [], skipped: {}, batches: 0 };
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for await (const batch of decodeLog(cut(bytes, at), tables, { fast })) {
    reading.batches++;
    if (batch.kind === 'access') for (let line = 0; line < batch.count; line++) reading.rows.push(rowOf(batch, line, tables));
    if (batch.kind !== 'facts') continue;
    for (const fact of batch.facts) if (fact.kind === 'skipped') reading.skipped[fact.why] = (reading.skipped[fact.why] ?? 0) + fact.records;
  }
  return reading;
}

function rowOf(batch: AccessBatch, line: number, tables: Tables): Row {
  const name = (column: Int32Array): string | null => ((column[line] ?? -1) < 0 ? null : tables.names.text(column[line] ?? 0));
  const nameOf = (values: Record<string, number>, value: number | undefined): string =>
    Object.entries(values).find(([, number]) => number === value)?.[0] ?? '?';
  const socket = (ip: Float64Array, port: Uint16Array): string => `${tables.addresses.format((ip[line] ?? -1) as Ip)} ${port[line]}`;
  const host = name(batch.hboneHost);
  return {
    prefix: name(batch.prefix),
    record: batch.record[line] ?? 0,
    time: batch.time[line] ?? 0,
    event: nameOf(LineEvent, batch.event[line]),
    direction: nameOf(Direction, batch.direction[line]),
    source: socket(batch.sourceIp, batch.sourcePort),
    destination: socket(batch.destinationIp, batch.destinationPort),
    hbone: host !== null ? `${host} ${batch.hbonePort[line]}` : (batch.hboneIp[line] ?? -1) < 0 ? null : socket(batch.hboneIp, batch.hbonePort),
    shape: tables.shapes.shape(batch.shape[line] ?? 0),
    error: name(batch.error),
    extra: name(batch.extra),
    sent: batch.bytesSent[line] ?? 0,
    received: batch.bytesReceived[line] ?? 0,
    duration: batch.duration[line] ?? 0,
  };
}

export const lineCount = (text: string): number => text.split('\n').length - (text.endsWith('\n') || text === '' ? 1 : 0);
export const total = ({ rows, skipped }: Reading): number => rows.length + Object.values(skipped).reduce((sum, count) => sum + count, 0);

/** Recorded by ztunnel of 2026-08-20. */
export const OUTBOUND =
  '2026-11-21T08:19:01.212141Z\tinfo\taccess\tconnection complete\tsrc.addr=10.10.1.11:55728 src.workload="curl-v1-7d5f8c6b9-11xyz" src.namespace="default" src.identity="spiffe://cluster.local/ns/default/sa/curl" src.cluster="Kubernetes" dst.addr=10.10.2.11:15008 dst.hbone_addr=10.10.2.11:9080 dst.service="reviews.bookinfo.svc.cluster.local" dst.workload="reviews-v1-7d5f8c6b9-11xyz" dst.namespace="bookinfo" dst.identity="spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews" dst.cluster="Kubernetes" direction="outbound" bytes_sent=78 bytes_recv=1467 duration="10ms"';
export const INBOUND =
  '2026-11-21T08:19:01.312910Z\tinfo\taccess\tconnection complete\tsrc.addr=10.10.1.11:39778 src.workload="curl-v1-7d5f8c6b9-11xyz" src.namespace="default" src.identity="spiffe://cluster.local/ns/default/sa/curl" src.cluster="Kubernetes" dst.addr=10.10.1.13:15008 dst.hbone_addr=10.10.1.13:9080 dst.workload="ratings-v1-7d5f8c6b9-13xyz" dst.namespace="bookinfo" dst.identity="spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings" dst.cluster="Kubernetes" direction="inbound" bytes_sent=1467 bytes_recv=78 duration="9ms"';
export const REFUSED =
  '2026-11-21T08:19:01.619419Z\terror\taccess\tconnection complete\tsrc.addr=10.10.1.11:38530 src.workload="curl-v1-7d5f8c6b9-11xyz" src.namespace="default" src.identity="spiffe://cluster.local/ns/default/sa/curl" src.cluster="Kubernetes" dst.addr=10.10.2.11:15008 dst.hbone_addr=10.10.2.11:9081 dst.workload="reviews-v1-7d5f8c6b9-11xyz" dst.namespace="bookinfo" dst.identity="spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews" dst.cluster="Kubernetes" direction="outbound" bytes_sent=0 bytes_recv=0 duration="0ms" error="http status: 503 Service Unavailable"';
export const FAILED =
  '2026-11-21T08:19:04.747599Z\twarn\taccess\tconnection failed\tsrc.addr=[fd00:10:1::14]:51764 dst.addr=[fd00:10:2::b]:15008 direction="inbound" error="tls handshake error: Custom { kind: InvalidData, error: NoCertificatesPresented }"';
export const JSON_OPENED =
  '{"level":"debug","time":"2026-11-21T08:19:17.475658Z","scope":"access","message":"connection opened","src.addr":"10.10.1.11:35154","src.workload":"curl-v1-7d5f8c6b9-11xyz","src.namespace":"default","src.identity":"spiffe://cluster.local/ns/default/sa/curl","src.cluster":"Kubernetes","dst.addr":"10.10.2.11:15008","dst.hbone_addr":"10.10.2.11:9080","dst.service":"reviews.bookinfo.svc.cluster.local","dst.workload":"reviews-v1-7d5f8c6b9-11xyz","dst.namespace":"bookinfo","dst.identity":"spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews","dst.cluster":"Kubernetes","direction":"outbound"}';
export const JSON_COMPLETE =
  '{"level":"info","time":"2026-11-21T08:19:17.478077Z","scope":"access","message":"connection complete","src.addr":"10.10.1.11:35154","src.workload":"curl-v1-7d5f8c6b9-11xyz","src.namespace":"default","src.identity":"spiffe://cluster.local/ns/default/sa/curl","src.cluster":"Kubernetes","dst.addr":"10.10.2.11:15008","dst.hbone_addr":"10.10.2.11:9080","dst.service":"reviews.bookinfo.svc.cluster.local","dst.workload":"reviews-v1-7d5f8c6b9-11xyz","dst.namespace":"bookinfo","dst.identity":"spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews","dst.cluster":"Kubernetes","direction":"outbound","bytes_sent":78,"bytes_recv":1467,"duration":"2ms"}';
export const STARTED =
  '2026-11-21T08:18:55.020644Z\tinfo\tztunnel\trunning with config: proxy: true\ndnsProxy: false\nwindowSize: 4194304\npoolUnusedReleaseTimeout:\n  secs: 300\n\n2026-11-21T08:18:55.021000Z\tinfo\tproxy::inbound\tlistener established\taddress=[::]:15008 component="inbound" transparent=true';
export const SAMPLES: readonly string[] = [OUTBOUND, INBOUND, REFUSED, FAILED, JSON_OPENED, JSON_COMPLETE];
