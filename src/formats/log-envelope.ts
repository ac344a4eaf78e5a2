/**
 * What stands before a log line when it comes through something else:
 * `[pod/NAME/CONTAINER] ` (kubectl logs --prefix), an RFC 3339 time (kubectl logs --timestamps), `POD CONTAINER ` or
 * `NAMESPACE POD CONTAINER ` (stern's default template), `TIME stdout F ` (CRI: kubernetes kuberuntime/logs, "P" for a part of a line).
 * It may change from line to line.
 */
import type { Names } from '../model/tables.ts';
import { ByteNames, isDigit, startsWith, textOf } from './log-bytes.ts';

const SPACE = 0x20;
const LONGEST_NAME = 253;
const LONGEST_TIME = 40;

/** How the line that was opened last continues. */
export const Part = { whole: 0, more: 1, last: 2 } as const;
export type Part = (typeof Part)[keyof typeof Part];

export class Envelope {
  /** Number of the prefix, `pod/NAME/CONTAINER`; -1 for none. */
  prefix = -1;
  /** CRI only: whether the line goes on in the next entry of its stream (`more`) or ends here (`last`). */
  part: Part = Part.whole;
  stream: 0 | 1 = 0;
  readonly #bracketed: ByteNames;
  readonly #pods: ByteNames;

  constructor(names: Pick<Names, 'intern'>) {
    this.#bracketed = new ByteNames(names);
    this.#pods = new ByteNames({ intern: (text) => names.intern(`pod/${text.split(' ').slice(-2).join('/')}`) });
  }

  /** Where the line within begins; `at` itself when there is no envelope. Never looks past the end of the line or `limit`. */
  open(view: DataView, at: number, limit: number): number {
    this.prefix = -1;
    this.part = Part.whole;
    if (at >= limit) return at;
    let inner = at;
    if (view.getUint8(at) === 0x5b) inner = this.#kubectl(view, at, limit);
    else if (!looksLikeTime(view, at, limit)) inner = this.#stern(view, at, limit);
    if (inner >= limit || !looksLikeTime(view, inner, limit)) return inner;
    let end = inner + 19;
    const stop = Math.min(limit, inner + LONGEST_TIME);
    while (end < stop && view.getUint8(end) > SPACE) end++;
    if (end >= stop || view.getUint8(end) !== SPACE) return inner;
    return this.#cri(view, end + 1, limit);
  }

  #kubectl(view: DataView, at: number, limit: number): number {
    if (!startsWith(view, at, limit, '[pod/')) return at;
    const stop = Math.min(limit - 1, at + LONGEST_NAME * 2 + 8);
    for (let end = at + 5; end < stop; end++) {
      const byte = view.getUint8(end);
      if (byte < SPACE) return at;
      if (byte !== 0x5d) continue;
      if (view.getUint8(end + 1) !== SPACE) return at;
      this.prefix = this.#bracketed.intern(view, at + 1, end);
      return end + 2;
    }
    return at;
  }

  /** Two or three Kubernetes names, then a line that begins as ztunnel's do. */
  #stern(view: DataView, at: number, limit: number): number {
    const stop = Math.min(limit - 1, at + LONGEST_NAME * 3);
    let names = 0;
    for (let end = at; end < stop; end++) {
      const byte = view.getUint8(end);
      if (isNameByte(byte)) continue;
      if (byte !== SPACE || end === at) return at;
      names++;
      const isLine = view.getUint8(end + 1) === 0x7b || looksLikeTime(view, end + 1, limit);
      if (isLine && names > 1) {
        this.prefix = this.#pods.intern(view, at, end);
        return end + 1;
      }
      if (names === 3) return at;
    }
    return at;
  }

  #cri(view: DataView, at: number, limit: number): number {
    const isOut = startsWith(view, at, limit, 'stdout ');
    if ((!isOut && !startsWith(view, at, limit, 'stderr ')) || at + 9 > limit || view.getUint8(at + 8) !== SPACE) return at;
    const tag = view.getUint8(at + 7);
    if (tag !== 0x46 && tag !== 0x50) return at;
    this.stream = isOut ? 0 : 1;
    this.part = tag === 0x50 ? Part.more : Part.last;
    return at + 9;
  }
}

/** docker's json-file driver: `{"log":"LINE\n","stream":"stdout","time":"…"}`; a part of a longer line has no newline. */
export function openDocker(view: DataView, start: number, end: number): { readonly log: string; readonly stream: 0 | 1 } | null {
  if (!startsWith(view, start, end, '{"log":"') && !startsWith(view, start, end, '{"log": "')) return null;
  try {
    const { log, stream }: { readonly log?: unknown; readonly stream?: unknown } = JSON.parse(textOf(view, start, end));
    return typeof log === 'string' ? { log, stream: stream === 'stderr' ? 1 : 0 } : null;
  } catch {
    return null;
  }
}

const isNameByte = (byte: number): boolean => (byte >= 0x61 && byte <= 0x7a) || isDigit(byte) || byte === 0x2d || byte === 0x2e;

/** `2026-11-21T08:19:01`, by its punctuation. */
function looksLikeTime(view: DataView, at: number, limit: number): boolean {
  return (
    at + 20 <= limit &&
    isDigit(view.getUint8(at)) &&
    view.getUint8(at + 4) === 0x2d &&
    view.getUint8(at + 7) === 0x2d &&
    (view.getUint8(at + 10) | 0x20) === 0x74 &&
    view.getUint8(at + 13) === 0x3a &&
    view.getUint8(at + 16) === 0x3a
  );
}
