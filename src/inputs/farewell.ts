/**
 * Commands that still have to be run if the program ends before it could: a second Ctrl-C, a bug. They are started on the way out and
 * left to themselves. (Nothing helps against SIGKILL.)
 */
import { spawn } from 'node:child_process';

export type LastCommand = { readonly path: string; readonly words: readonly string[] };

const waiting = new Set<LastCommand>();
let isListening = false;

/** Runs `command` when the process exits, unless the function returned was called by then. */
export function atExit(command: LastCommand): () => void {
  if (!isListening) process.on('exit', runAll);
  isListening = true;
  waiting.add(command);
  return () => {
    waiting.delete(command);
  };
}

function runAll(): void {
  // A session of its own: it must outlive us, and the terminal's Ctrl-C.
  for (const { path, words } of waiting) spawn(path, words, { stdio: 'ignore', detached: true }).unref();
}
