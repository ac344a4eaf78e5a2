/** Long work in short pieces: between two of them whoever drives it can hear of Ctrl-C, draw, or read on. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Items a piece: a few milliseconds of the slowest work. */
export const PIECE = 16_384;

/** Items 0 … `count` - 1 in pieces. No more than a piece is done in one go. */
export function* inPieces(count: number, work: (from: number, to: number) => void): Steps<void> {
  for (let from = 0; from < count; from += PIECE) {
    if (from > 0) yield;
    work(from, Math.min(count, from + PIECE));
  }
}
