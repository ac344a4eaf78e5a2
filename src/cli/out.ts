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
  /** `clear` is called before anything is written to a terminal: what else stands there goes. */
  before(clear: () => void): void;
  /** Resolves when all is handed to the system; rejects when it cannot be written (a full disk). */
  flush(): Promise<void>;
  /** True when the reader has gone. */
  isClosed(): boolean;
};

/** Enough for the system to be busy with, little enough to be prompt. */
const CHUNK = 64 * 1024;

export const openOut = (sink: Sink, options: OutOptions): StreamOut => new Batched(sink, options);

class Batched implements StreamOut {
  readonly columns: number;
  readonly color: boolean;
  readonly #sink: Sink;
  readonly #prompt: boolean;
  #waiting: string[] = [];
  #length = 0;
  #closed = false;
  #failure: Error | undefined;
  #drained: Promise<void> | undefined;
  #settle: (() => void) | undefined;
  #isScheduled = false;
  #clear = (): void => {};

  constructor(sink: Sink, { color, prompt, onClosed }: OutOptions) {
    this.#sink = sink;
    this.#prompt = prompt;
    this.color = color;
    this.columns = sink.isTTY === true && sink.columns !== undefined && sink.columns > 0 ? sink.columns : 80;
    sink.on('drain', () => this.#release());
    sink.on('error', (error) => {
      // Whoever closed the pipe has what it wanted.
      if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') {
        if (!this.#closed) onClosed();
        this.#closed = true;
      } else this.#failure = error;
      this.#drop();
      this.#release();
    });
  }

  write(text: string): Promise<void> | undefined {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#closed) return undefined;
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length >= CHUNK) this.#push();
    else if (this.#prompt) this.#schedule();
    return this.#pending();
  }

  async flush(): Promise<void> {
    this.#push();
    await this.#pending();
    // Errors of the last write come a turn later.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#failure !== undefined) throw this.#failure;
  }

  before(clear: () => void): void {
    if (this.#sink.isTTY === true) this.#clear = clear;
  }

  isClosed(): boolean {
    return this.#closed;
  }

  #push(): void {
    if (this.#length === 0) return;
    const text = this.#waiting.join('');
    this.#drop();
    if (this.#closed || this.#failure !== undefined) return;
    this.#clear();
    if (this.#sink.write(text) || this.#drained !== undefined) return;
    this.#drained = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#push();
    });
  }

  /** Never the bare `#drained`: who waits also has to hear of a failure. */
  #pending(): Promise<void> | undefined {
    return this.#drained?.then(() => (this.#failure === undefined ? undefined : Promise.reject(this.#failure)));
  }

  #release(): void {
    this.#settle?.();
    this.#settle = undefined;
    this.#drained = undefined;
  }

  #drop(): void {
    this.#waiting = [];
    this.#length = 0;
  }
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
