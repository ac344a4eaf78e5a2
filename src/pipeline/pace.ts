/**
 * Whether a pipe is fed as things happen (then verdicts are told early, and told again) or is a file that somebody pipes in
 * (then each is told once, final, as for the file itself). A replay comes as fast as it is read; what happens comes with gaps.
 */
const SMALL_BYTES = 16 * 1024;
/** Between two writes of a replay lies less than this, but for an unlucky moment of the scheduler. */
const GAP_MS = 3;
const GAPS = 3;
/** Nothing came for so long: what came is all there is for now. */
const IDLE_MS = 25;
/** Records stamped so near to the wall clock are happening. */
const PRESENT_MS = 30_000;

export class Pace {
  readonly #mayBeLive: boolean;
  #gaps = 0;
  #isLive = false;
  /** Wall-clock ms of the last chunk. */
  #at: number;
  #hasRead = false;
  #isBurst = false;

  constructor(mayBeLive: boolean, nowMs: number) {
    this.#mayBeLive = mayBeLive;
    this.#at = nowMs;
  }

  /** The last chunk came at once behind another, or is as much as that. */
  get isBurst(): boolean {
    return this.#isBurst;
  }

  chunk(bytes: number, nowMs: number): void {
    const waited = nowMs - this.#at;
    this.#isBurst = bytes >= SMALL_BYTES || (this.#hasRead && waited < GAP_MS);
    this.#gaps = this.#hasRead && waited >= GAP_MS && bytes < SMALL_BYTES ? this.#gaps + 1 : 0;
    this.#at = nowMs;
    this.#hasRead = true;
    if (this.#gaps >= GAPS) this.#isLive = true;
  }

  /** `lastRecordUs`: the highest time stamp read, µs. */
  isLive(nowMs: number, lastRecordUs: number): boolean {
    if (!this.#mayBeLive) return false;
    if (!this.#isLive && this.#hasRead) this.#isLive = nowMs - this.#at >= IDLE_MS || Math.abs(nowMs - lastRecordUs / 1000) < PRESENT_MS;
    return this.#isLive;
  }
}
