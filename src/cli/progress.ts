/** One line on stderr while long files are read: how far, how fast, how long still. Never on anything but a terminal. */
import { visible } from '../report/text/visible.ts';
import { cutMiddle, widthOf } from '../report/text/width.ts';
import { byteText, durationText } from '../report/text/words.ts';

/** Short work needs no comfort. */
const QUIET_MS = 1000;
const BETWEEN_MS = 100;

export type Terminal = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };

export type ProgressOptions = {
  /** Bytes of all inputs; null when one of them does not know. */
  readonly total: number | null;
  readonly quiet: boolean;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
};

export type Progress = {
  /** `bytes` more were read, from the input of that name. Cheap: call it for every chunk. */
  advance(bytes: number, input: string): void;
  /** Takes the line away, before anything else is written to the terminal and at the end. It comes back with the next `advance`. */
  clear(): void;
};

const SILENT: Progress = { advance: () => {}, clear: () => {} };

export function openProgress(terminal: Terminal, { total, quiet, now }: ProgressOptions): Progress {
  if (terminal.isTTY !== true || quiet) return SILENT;
  const start = now();
  let read = 0;
  let next = start + QUIET_MS;
  let isShown = false;
  return {
    advance(bytes, input) {
      read += bytes;
      const time = now();
      if (time < next) return;
      next = time + BETWEEN_MS;
      isShown = true;
      terminal.write(`\r\u001b[2K${progressLine({ read, total, elapsedMs: time - start, input }, terminal.columns || 80)}`);
    },
    clear() {
      if (isShown) terminal.write('\r\u001b[2K');
      isShown = false;
    },
  };
}

export type Reading = { readonly read: number; readonly total: number | null; readonly elapsedMs: number; readonly input: string };

/** `42 %  1.3 GB of 3.1 GB, 1.2 GB/s, 2 s left  node1.pcap`: at most `columns - 1` cells. */
export function progressLine({ read, total, elapsedMs, input }: Reading, columns: number): string {
  const rate = elapsedMs > 0 ? (read / elapsedMs) * 1000 : 0;
  const speed = `${byteText(Math.round(rate))}/s`;
  // Opened archives give more bytes than their files have.
  const isKnown = total !== null && total >= read && total > 0;
  const left = isKnown && rate > 0 ? `, ${durationText(Math.ceil((total - read) / rate) * 1_000_000)} left` : '';
  const far = isKnown
    ? `${Math.floor((read / total) * 100)} %  ${byteText(read)} of ${byteText(total)}, ${speed}${left}`
    : `${byteText(read)}, ${speed}`;
  const room = columns - 1 - widthOf(far) - 2;
  return room < 8 ? cutMiddle(far, columns - 1) : `${far}  ${cutMiddle(visible(input), room)}`;
}
