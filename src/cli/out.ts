/** Where texts leave the program: batched, held back while the reader is slow, and content when nobody reads any more. */
import type { Out } from '../model/reporter.ts';
import type { ColorChoice } from './command.ts';

/** What of `process.stdout` is needed; any Writable will do. */
export type Sink = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): boolean;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  on(event: 'drain', listener: () => void): unknown;
};

export type OutOptions = {
  readonly color: boolean;
  /** Write at the end of each turn instead of waiting for a full chunk. */
  readonly prompt: boolean;
  /** Called once when the reader has gone (`| head`): a reason to stop reading, and success. */
  readonly onClosed: () => void;
};

export type StreamOut = Out & {
  /** Resolves when all is handed to the system; rejects when it cannot be written (a full disk). */
  flush(): Promise<void>;
  /** True when the reader has gone. */
  isClosed(): boolean;
};

/** Enough for the system to be busy with, little enough to be prompt. */
const CHUNK = 64 * 1024;

export function openOut(sink: Sink, { color, prompt, onClosed }: OutOptions): StreamOut {
  let waiting: string[] = [];
  let length = 0;
  let closed = false;
  let failure: Error | undefined;
  let drained: Promise<void> | undefined;
  let settle: (() => void) | undefined;
  let isScheduled = false;

  const release = (): void => {
    settle?.();
    settle = undefined;
    drained = undefined;
  };
  const drop = (): void => {
    waiting = [];
    length = 0;
  };
  sink.on('drain', release);
  sink.on('error', (error) => {
    // Whoever closed the pipe has what it wanted.
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') {
      if (!closed) onClosed();
      closed = true;
    } else failure = error;
    drop();
    release();
  });

  const push = (): void => {
    if (length === 0 || closed || failure !== undefined) return drop();
    const text = waiting.join('');
    drop();
    if (sink.write(text) || drained !== undefined) return;
    drained = new Promise((resolve) => {
      settle = resolve;
    });
  };
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      push();
    });
  };
  /** Never the bare `drained`: who waits also has to hear of a failure. */
  const pending = (): Promise<void> | undefined => drained?.then(() => (failure === undefined ? undefined : Promise.reject(failure)));

  return {
    columns: sink.isTTY === true && (sink.columns ?? 0) > 0 ? (sink.columns ?? 80) : 80,
    color,
    write(text) {
      if (failure !== undefined) return Promise.reject(failure);
      if (closed) return undefined;
      waiting.push(text);
      length += text.length;
      if (length >= CHUNK) push();
      else if (prompt) schedule();
      return pending();
    },
    async flush() {
      push();
      await pending();
      // Errors of the last write come a turn later.
      await new Promise((resolve) => setImmediate(resolve));
      if (failure !== undefined) throw failure;
    },
    isClosed: () => closed,
  };
}

export type ColorContext = { readonly isTTY: boolean; readonly env: { readonly [name: string]: string | undefined } };

/** The flag, then NO_COLOR (no-color.org), then FORCE_COLOR as Node has it, then whether it is a terminal that can. */
export function usesColor(choice: ColorChoice, { isTTY, env }: ColorContext): boolean {
  if (choice !== 'auto') return choice === 'always';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTTY && env['TERM'] !== 'dumb';
}
