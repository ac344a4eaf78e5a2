/** Keys as they are pressed. What is piped into stdin is data: then they come from the terminal itself. */
import { openSync, readFileSync } from 'node:fs';
import { emitKeypressEvents } from 'node:readline';
import { ReadStream } from 'node:tty';

/** `name`: of a key that is no character, as `up` or `return`; else the character, in lower case. `text`: what would be written. */
export type Key = { readonly name: string; readonly text: string; readonly ctrl: boolean };

export type Keyboard = {
  /** Keys are heard as they are pressed, and not shown. */
  grab(): void;
  /** As it was before. */
  release(): void;
  /** For good. */
  close(): void;
};

/** Undefined where there is nobody to press keys. */
export function openKeyboard(onKey: (key: Key) => void): Keyboard | undefined {
  const stream = isBehind() ? undefined : terminalStream();
  if (stream === undefined) return undefined;
  let isGrabbed = false;
  const hear = (text: string | undefined, key: { readonly name?: string; readonly ctrl?: boolean; readonly meta?: boolean } | undefined): void => {
    const name = key?.name ?? text ?? '';
    onKey({ name: name.toLowerCase(), text: key?.ctrl === true || key?.meta === true ? '' : (text ?? ''), ctrl: key?.ctrl === true });
  };
  // A terminal that goes away is no reason to end: its program is told by SIGHUP.
  stream.on('error', () => {});
  emitKeypressEvents(stream);
  stream.on('keypress', hear);
  const release = (): void => {
    if (isGrabbed) stream.setRawMode(false);
    isGrabbed = false;
    stream.pause();
  };
  return {
    grab() {
      stream.setRawMode(true);
      isGrabbed = true;
      stream.resume();
    },
    release,
    close() {
      release();
      stream.off('keypress', hear);
      if (stream !== process.stdin) stream.destroy();
    },
  };
}

function terminalStream(): ReadStream | undefined {
  if (process.stdin.isTTY) return process.stdin;
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    // No terminal of its own: a container without one, a service.
    return undefined;
  }
}

/** Whoever is not in the terminal's foreground would be stopped for taking its keys (SIGTTOU). proc(5): pgrp and tpgid of stat. */
export function isBehind(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group !== foreground;
  } catch {
    return false;
  }
}
