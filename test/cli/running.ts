/** The built program as it is used on what is still happening. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const MAIN: string = root('dist/cli/main.js');

export type Running = {
  readonly child: ChildProcessWithoutNullStreams;
  out(): string;
  err(): string;
  until(text: string): Promise<void>;
  end(): Promise<number | null>;
};

export function plainsight(...words: string[]): Running {
  const child = spawn(process.execPath, [MAIN, ...words]);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdin.on('error', () => {});
  const ended = once(child, 'close');
  return {
    child,
    out: () => out,
    err: () => err,
    async until(text) {
      for (let tries = 0; tries < 1000 && !out.includes(text); tries++) await sleep(10);
    },
    async end() {
      await ended;
      return child.exitCode;
    },
  };
}
