/** Files that grow, read as `tail -F` reads them from their beginning: through renames and truncation, each byte once. */
import { type FSWatcher, type Stats, watch } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { FoundInput, Part } from './found-input.ts';
import { unreadable } from './unreadable.ts';

const BUFFER_BYTES = 1024 * 1024;
/** inotify says at once when something changed; where it cannot (network file systems), this is how late it is noticed. */
const POLL_MS = 250;
/** The writer may go on in the old file until it opens the new one (logrotate's postrotate, the kubelet's ReopenContainerLog). */
const GRACE_MS = 1000;
/** As much of the end of what was read is compared: a file that was truncated and has grown past it again shows there. */
const MARK_BYTES = 64;

type Ending = 'rotated' | 'truncated' | 'stopped';

/** The regular file at `path`. Begins at its beginning, never ends by itself. */
export function followedInput(path: string): FoundInput {
  return {
    named: true,
    input: { name: path, live: true, size: null, open: (signal) => new Follower(path).bytes(signal) },
    parts: (signal) => partsOf(path, signal),
  };
}

async function* partsOf(path: string, signal: AbortSignal): AsyncGenerator<Part, void, undefined> {
  let lost: string | null = null;
  while (!signal.aborted) {
    const follower: Follower = new Follower(path);
    yield { lost, input: { name: path, live: true, size: null, open: (aborted) => follower.bytes(aborted) } };
    if (follower.ending === 'stopped') return;
    // What was written between the last read and the truncation nobody can say.
    lost = follower.ending === 'truncated' ? 'truncated-while-followed' : null;
  }
}

/** One file under the path, until another takes its place. */
class Follower {
  ending: Ending = 'stopped';
  readonly #path: string;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #mark = new Uint8Array(0);
  #position = 0;
  /** When another file was first seen at the path. */
  #replacedAt: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async *bytes(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const changes = new Changes(this.#path, signal);
    try {
      const file = await open(this.#path, 'r');
      try {
        yield* this.#all(file, changes, signal);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw unreadable(this.#path, error);
    } finally {
      changes.close();
    }
  }

  async *#all(file: FileHandle, changes: Changes, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    while (!signal.aborted) {
      const { bytesRead } = await file.read(this.#buffer, 0, BUFFER_BYTES, this.#position);
      if (bytesRead > 0) {
        this.#position += bytesRead;
        this.#mark = this.#buffer.slice(Math.max(0, bytesRead - MARK_BYTES), bytesRead);
        yield this.#buffer.subarray(0, bytesRead);
        continue;
      }
      if (await this.#isReplaced(file)) {
        this.ending = 'rotated';
        return;
      }
      await changes.next();
      if (await this.#isTruncated(file)) {
        this.ending = 'truncated';
        return;
      }
    }
  }

  async #isTruncated(file: FileHandle): Promise<boolean> {
    const { size } = await file.stat();
    if (size < this.#position) return true;
    if (size === this.#position || this.#mark.length === 0) return false;
    const now = new Uint8Array(this.#mark.length);
    const { bytesRead } = await file.read(now, 0, now.length, this.#position - now.length);
    return bytesRead < now.length || !now.every((byte, index) => byte === this.#mark[index]);
  }

  /** Whether another file stands at the path for long enough that nobody writes to this one any more. */
  async #isReplaced(file: FileHandle): Promise<boolean> {
    const there = await statOf(this.#path);
    const here = await file.stat();
    if (there === undefined || (there.ino === here.ino && there.dev === here.dev)) this.#replacedAt = undefined;
    else this.#replacedAt ??= performance.now();
    return this.#replacedAt !== undefined && performance.now() - this.#replacedAt >= GRACE_MS;
  }
}

/** Absent for a moment while it is being rotated. */
async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}

/** Waits for something to happen to a file: a change in its directory, the poll, or the end. */
class Changes {
  #watcher: FSWatcher | undefined;
  #isPending = false;
  #wake = (): void => undefined;
  readonly #signal: AbortSignal;

  constructor(path: string, signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#happened, { once: true });
    try {
      const name = basename(path);
      this.#watcher = watch(dirname(path), (_, changed) => {
        if (changed === null || changed === name) this.#happened();
      });
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // The poll alone then.
    }
  }

  async next(): Promise<void> {
    if (!this.#isPending && !this.#signal.aborted) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, POLL_MS);
      });
      clearTimeout(timer);
    }
    this.#isPending = false;
  }

  close(): void {
    this.#watcher?.close();
    this.#signal.removeEventListener('abort', this.#happened);
  }

  readonly #happened = (): void => {
    this.#isPending = true;
    this.#wake();
  };
}
