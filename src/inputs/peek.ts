/** A look at the first bytes of an input, after which it can still be read from its start. */

/** As much as a format may see when it recognises. */
const HEAD_BYTES = 64 * 1024;
/** A first chunk of less than this may be too little to tell formats apart; more is waited for, but not long. */
const ENOUGH_BYTES = 4096;
const WAIT_MS = 50;

export type Peeked = {
  /** Up to 64 KiB; fewer where the input is short or slow. Valid until `chunks` is pulled a second time. */
  readonly head: Uint8Array;
  /** All chunks, those of the head again. To be read once. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Closes the input without reading it: needed where `chunks` is never begun. */
  readonly close: () => Promise<void>;
};

/**
 * The head of `input`, as soon as there is enough of it: 4 KiB, or `isEnough` says so, or the input ends, or nothing has
 * come for 50 ms since the first byte. No chunk is copied but those smaller than that.
 */
export async function peek(input: AsyncIterable<Uint8Array>, isEnough: (head: Uint8Array) => boolean = () => false): Promise<Peeked> {
  const source = input[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done === true) return peeked(new Uint8Array(0), [], undefined, source);
  if (first.value.byteLength >= ENOUGH_BYTES || isEnough(first.value)) return peeked(first.value, [first.value], undefined, source);
  let head: Uint8Array = first.value.slice();
  const deadline = performance.now() + WAIT_MS;
  while (head.byteLength < ENOUGH_BYTES && !isEnough(head)) {
    const pending = source.next();
    const next = await before(deadline, pending);
    if (next === undefined) return peeked(head, [head], pending, source);
    if (next.done === true) return peeked(head, [head], pending, source);
    const { value } = next;
    if (value.byteLength >= ENOUGH_BYTES) return peeked(joined(head, value), [head, value], undefined, source);
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

function joined(head: Uint8Array, more: Uint8Array): Uint8Array {
  const both = new Uint8Array(head.byteLength + more.byteLength);
  both.set(head);
  both.set(more, head.byteLength);
  return both;
}
