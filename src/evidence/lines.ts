/** Access lines to rows of `LineRows`: each line is a fragment of its own at once, for what joins lines is not known by one lane alone. */

import { IPV6 } from '../model/address.ts';
import type { AccessBatch } from '../model/batch.ts';
import { f64At, i32At, u8At, u16At } from '../model/column.ts';
import { Direction } from '../model/line-event.ts';
import { L, LF, LINE_FLOATS, LINE_WORDS, LineBit, type LineRows } from '../model/line-rows.ts';
import type { FragmentSink, Reducer } from '../model/reducer.ts';

export type LineReducerOptions = {
  readonly rows: LineRows;
  /** Number of the input, for evidence. */
  readonly input: number;
  /** Called when no row is free; a row freed by it is used for the line at hand. */
  readonly onFull: () => void;
};

/** A reducer that also counts the lines that found no row even after `onFull`. */
export type LineReducer = Reducer & { readonly evicted: number };

export function lineReducer({ rows, input, onFull }: LineReducerOptions): LineReducer {
  let evicted = 0;
  const readBatch = (batch: AccessBatch, into: FragmentSink): void => {
    for (let line = 0; line < batch.count; line++) {
      let row = rows.allocate();
      if (row < 0) {
        onFull();
        row = rows.allocate();
      }
      if (row < 0) {
        evicted++;
        continue;
      }
      writeRow(rows, row, batch, line);
      rows.words[row * LINE_WORDS + L.input] = input;
      into.line(row);
    }
  };
  return {
    read: (batch, into) => {
      if (batch.kind === 'access') readBatch(batch, into);
    },
    end: () => {},
    get evicted(): number {
      return evicted;
    },
  };
}

function writeRow(rows: LineRows, row: number, batch: AccessBatch, line: number): void {
  const words = rows.words;
  const word = row * LINE_WORDS;
  const source = f64At(batch.sourceIp, line);
  const destination = f64At(batch.destinationIp, line);
  const hbone = f64At(batch.hboneIp, line);
  // An IPv6 number is 2³² plus its index, so the word is the index and the family a bit (model/address.ts).
  words[word + L.sourceIp] = source;
  words[word + L.destinationIp] = destination;
  words[word + L.hboneIp] = hbone;
  words[word + L.ports] = (u16At(batch.sourcePort, line) << 16) | u16At(batch.destinationPort, line);
  words[word + L.bits] = bitsOf(batch, line, source, destination, hbone);
  words[word + L.shape] = i32At(batch.shape, line);
  words[word + L.error] = i32At(batch.error, line) + 1;
  words[word + L.hboneHost] = i32At(batch.hboneHost, line) + 1;
  words[word + L.extra] = i32At(batch.extra, line) + 1;
  words[word + L.prefix] = i32At(batch.prefix, line) + 1;
  words[word + L.record] = f64At(batch.record, line);
  const floats = rows.floats;
  const float = row * LINE_FLOATS;
  floats[float + LF.time] = f64At(batch.time, line);
  floats[float + LF.duration] = f64At(batch.duration, line);
  floats[float + LF.sent] = f64At(batch.bytesSent, line);
  floats[float + LF.received] = f64At(batch.bytesReceived, line);
}

function bitsOf(batch: AccessBatch, line: number, source: number, destination: number, hbone: number): number {
  let bits = u16At(batch.hbonePort, line) | (u8At(batch.event, line) << LineBit.event);
  if (source >= 0) bits |= source >= IPV6 ? LineBit.hasSource | LineBit.sourceV6 : LineBit.hasSource;
  if (destination >= 0) bits |= destination >= IPV6 ? LineBit.hasDestination | LineBit.destinationV6 : LineBit.hasDestination;
  if (hbone >= 0) bits |= hbone >= IPV6 ? LineBit.hasHboneIp | LineBit.hboneV6 : LineBit.hasHboneIp;
  if (u8At(batch.direction, line) === Direction.inbound) bits |= LineBit.inbound;
  // One bit for both counts: ztunnel writes both or neither. A line with only one of them counts as one without.
  if (f64At(batch.bytesSent, line) >= 0 && f64At(batch.bytesReceived, line) >= 0) bits |= LineBit.hasBytes;
  return f64At(batch.duration, line) >= 0 ? bits | LineBit.hasDuration : bits;
}
