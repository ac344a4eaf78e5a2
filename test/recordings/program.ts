/** The whole program in this process, through its front door: words in; exit code, stdout and stderr out. */
import { existsSync } from 'node:fs';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { start } from '../../src/cli/start.ts';

export const RECORDINGS: string = fileURLToPath(new URL('../../../shared/recordings/', import.meta.url));
export const SAMPLES: string = fileURLToPath(new URL('../../samples/', import.meta.url));

/** True where the recordings lie beside the repository; else one line says that nothing of `test` was tested. */
export function hasRecordings(test: string): boolean {
  const isThere = existsSync(RECORDINGS);
  if (!isThere) console.log(`${test}: no recordings beside the repository: nothing compared`);
  return isThere;
}

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** `words` as behind `plainsight`. One run at a time: the program writes to the one stdout of its process. */
export async function plainsight(words: readonly string[]): Promise<Ran> {
  const [out, err] = [collector(), collector()];
  const before = { stdout: describe('stdout'), stderr: describe('stderr'), signals: SIGNALS.map((signal) => process.listeners(signal)) };
  Object.defineProperty(process, 'stdout', { configurable: true, value: out.stream });
  Object.defineProperty(process, 'stderr', { configurable: true, value: err.stream });
  try {
    const code = await start(words);
    return { code, out: out.text(), err: err.text() };
  } finally {
    Object.defineProperty(process, 'stdout', before.stdout);
    Object.defineProperty(process, 'stderr', before.stderr);
    // The program listens for as long as its process lives; this one goes on.
    for (const [index, signal] of SIGNALS.entries()) {
      for (const listener of process.listeners(signal)) if (!before.signals[index]?.includes(listener)) process.off(signal, listener);
    }
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function describe(name: 'stdout' | 'stderr'): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(process, name) ?? { configurable: true, value: process[name] };
}

function collector(): { readonly stream: Writable; text(): string } {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      parts.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(parts).toString('utf8') };
}
