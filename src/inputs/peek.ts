/** A look at the first bytes of an input, after which it can still be read from its start. */
import { joined } from './joined.ts';

/** As much as a format may see when it recognises. */
const HEAD_BYTES = 64 * 1024;
/** A first chunk of less than `bytes` may be too little to tell formats apart; more is waited for, for so long after it. */
export type Patience = { readonly bytes: number; readonly waitMs: number };
const HASTY: Patience = { bytes: 4096, waitMs: 50 };
/** Of a pipe that is followed: what is known by its first lines may come after hours of others (`kubectl logs -f --tail=1`). */
export const PATIENT: Patience = { bytes: HEAD_BYTES, waitMs: Infinity };

export type Peeked = {
  /** Up to 64 KiB; fewer where the input is short or slow. Valid until `chunks` is pulled a second time. */
  readonly head: Uint8Array;
  /** All chunks, those of the head again. To be read once. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Closes the input without reading it: needed where `chunks` is never begun. */
  readonly close: () => Promise<void>;
};

/**
 * The head of `input`, as soon as there is enough of it: 4 KiB, or `isEnough` says so, or the input ends, or 50 ms have
 * passed since the first byte; more and longer where `PATIENT`. No chunk is copied but those smaller than that.
 */
export async function peek(
  input: AsyncIterable<Uint8Array>,
  isEnough: (head: Uint8Array) => boolean = () => false,
  { bytes: enough, waitMs }: Patience = HASTY,
): Promise<Peeked> {
  const source = input[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done === true) return peeked(new Uint8Array(0), [], undefined, source);
  if (first.value.byteLength >= enough || isEnough(first.value)) return peeked(first.value, [first.value], undefined, source);
  let head: Uint8Array = first.value.slice();
  const deadline = performance.now() + waitMs;
  while (head.byteLength < enough && !isEnough(head)) {
    const pending = source.next();
    const next = await before(deadline, pending);
    if (next === undefined) return peeked(head, [head], pending, source);
    if (next.done === true) return peeked(head, [head], pending, source);
    const { value } = next;
    if (value.byteLength >= enough) return peeked(joined(head, value), [head, value], undefined, source);
    head = joined(head, value);
  }
  return peeked(head, [head], undefined, source);
}

type Source = AsyncIterator<Uint8Array>;
type Pending = Promise<IteratorResult<Uint8Array>>;

function peeked(head: Uint8Array, begun: readonly Uint8Array[], pending: Pending | undefined, source: Source): Peeked {
  // An error that comes while nobody waits is met by whoever reads on.
  pending?.catch(() => undefined);
  const close = async (): Promise<void> => {
    await source.return?.();
  };
  return { head: head.subarray(0, HEAD_BYTES), chunks: goOn(begun, pending, source), close };
}

async function* goOn(begun: readonly Uint8Array[], pending: Pending | undefined, source: Source): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* begun;
    for (let next = await (pending ?? source.next()); next.done !== true; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

/** What `pending` comes to by the deadline (of `performance.now`), else undefined. */
async function before<T>(deadline: number, pending: Promise<T>): Promise<T | undefined> {
  if (deadline === Infinity) return pending;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, deadline - performance.now(), undefined);
  });
  try {
    return await Promise.race([pending, late]);
  } finally {
    clearTimeout(timer);
  }
}
