/** `serve` and `--metrics` beside a run: the server's questions, answered from what the run has. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Stores } from '../flows/pending.ts';
import type { Pool } from '../flows/pool.ts';
import type { FoundInput } from '../inputs/found-input.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { RecordQuote, StrictRow } from '../model/summary.ts';
import type { Micros } from '../model/time.ts';
import type { InputState } from '../pipeline/input-state.ts';
import type { FlowSink, Run, Snapshot } from '../serve/run.ts';
import type { Server } from '../serve/server.ts';
import type { ViewCommand } from './command.ts';
import { quotesOf } from './explain.ts';
import { type FilterWord, filterWords } from './filter-words.ts';
import { boundsOf, compileFindingFilter, compileTimeless } from './filters.ts';
import { say, withoutSecrets } from './say.ts';
import { ValueError } from './values.ts';
import { version } from './version.ts';

/** What a run has, as far as the server asks. */
export type Served = {
  readonly inputs: readonly FoundInput[];
  readonly states: readonly InputState[];
  readonly pool: Pool;
  readonly stores: Stores;
  snapshot(): Snapshot;
  strict(): readonly StrictRow[];
  /** What `since=10m` counts back from. */
  reference(): Micros;
};

export type Serving = {
  readonly sinks: readonly FlowSink[];
  show(served: Served): void;
  /** A dashboard stays when its inputs have ended; counters end with the run. */
  stay(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

const NOTHING: Serving = { sinks: [], show: () => {}, stay: async () => {}, close: async () => {} };

/** Loaded only where it is needed. Rejects with `PlainsightError` (unavailable). */
export async function openServing(command: ViewCommand): Promise<Serving> {
  const { serve, metrics } = command;
  if (serve === null && metrics === null) return NOTHING;
  const { openServer } = await import('../serve/server.ts');
  const server = await openServer({
    dashboard: serve?.listen ?? null,
    metrics,
    keep: serve?.keep ?? (0 as Micros),
    token: tokenOf(process.env['PLAINSIGHT_TOKEN']),
    onBug: (error) =>
      say(
        `this is a bug in plainsight; please report it with these lines:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ),
  });
  announce(server, command);
  let hasEnded = false;
  return {
    sinks: [server.sink],
    show: (served) => server.show(runOf(command, served, () => hasEnded)),
    stay: async (signal) => {
      hasEnded = true;
      if (serve === null || signal.aborted) return;
      if (!command.quiet) say('all inputs have ended; the page stays until Ctrl-C');
      await once(signal, 'abort');
    },
    close: () => server.close(),
  };
}

const MIN_TOKEN = 16;

function tokenOf(given: string | undefined): string | null {
  if (given === undefined || given === '') return null;
  if (given.length >= MIN_TOKEN && /^[\w.~+/=-]+$/.test(given)) return given;
  throw new PlainsightError(ExitCode.usage, `PLAINSIGHT_TOKEN wants at least ${MIN_TOKEN} letters, digits or any of ._~+/=-`);
}

function announce({ url, metricsUrl, token }: Server, { serve, quiet }: ViewCommand): void {
  // Said even where it is to be quiet: without the address there is nothing to open.
  if (url !== null) say(`serving on ${url}`);
  if (metricsUrl !== null && !quiet) say(`metrics on ${metricsUrl}`);
  if (token !== null && url === null) say(`Prometheus has to say the token: authorization: { credentials: ${token} }`);
  if (serve?.open === true && url !== null) openBrowser(url);
}

const OPENERS: { readonly [platform: string]: readonly string[] } = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };

function openBrowser(url: string): void {
  const [program = 'xdg-open', ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true });
  child.on('error', () => say(`no browser could be opened: ${program} is missing; open ${url} yourself`));
  child.unref();
}

/** `hasEnded`: all inputs have, and all that they held has been told. */
export function runOf(command: ViewCommand, served: Served, hasEnded: () => boolean): Run {
  const { inputs, states, pool, stores, snapshot, strict, reference } = served;
  const { addresses } = stores.tables;
  return {
    version: version(),
    command: [...command.inputs, ...command.follow].map((word) => shellWord(withoutSecrets(word))).join(' '),
    live: inputs.some(({ input }) => input.live),
    hasEnded,
    snapshot,
    inputs: () =>
      states.map((state, index) => ({ ...state.status(), live: inputs[index]?.input.live ?? false, ended: state.hasEnded, error: state.error })),
    strict,
    isEnrolled: (ip, time) => pool.book.lastKnown(addresses.parse(ip), time),
    quote: oneAtATime(async (evidence, signal) => {
      const quotes: RecordQuote[] = [];
      for (const one of evidence) {
        signal.throwIfAborted();
        quotes.push(...(await quotesOf(one, { inputs, stores })));
      }
      return quotes;
    }),
    filterWords: WORDS,
    filter: (words) => {
      const { takes, options } = filterWords();
      for (const [word, values] of words) for (const value of values) if (isWord(word)) taking(word, value, () => takes[word](value));
      return {
        matches: compileTimeless(options),
        ...boundsOf(options, { reference: reference() }),
        matchesFinding: (finding, isShown) => compileFindingFilter(options, isShown)(finding),
      };
    },
  };
}

const WORDS = Object.keys(filterWords().takes);
const isWord = (word: string): word is FilterWord => WORDS.includes(word);

function taking(word: string, value: string, take: () => void): void {
  try {
    take();
  } catch (error) {
    if (error instanceof ValueError) throw new PlainsightError(ExitCode.usage, `${word} ${JSON.stringify(value)}: ${error.message}`);
    throw error;
  }
}

/** Inputs are read again from their start: so much at once, and so many who wait. */
const MAX_WAITING = 8;

function oneAtATime(quote: Run['quote']): Run['quote'] {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (evidence, signal) => {
    if (waiting >= MAX_WAITING)
      throw new PlainsightError(ExitCode.unavailable, 'too many records are being looked up at once: ask again in a moment.');
    waiting++;
    const turn = last.then(() => quote(evidence, signal));
    last = turn.catch(() => {});
    return turn.finally(() => {
      waiting--;
    });
  };
}

/** POSIX: as it is, or between single quotes. */
const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
