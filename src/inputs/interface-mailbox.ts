/** What a callback brings, for one reader who awaits it. Bounded by its sender: here by the few buffers that go round. */
export type Mailbox<T> = {
  put(value: T): void;
  /** Every `take` from now on rejects, once what was put before is taken. */
  fail(error: unknown): void;
  /** The next value, or undefined at once when `signal` aborts or has aborted. One reader at a time. */
  take(signal: AbortSignal): Promise<T | undefined>;
};

export function mailbox<T>(): Mailbox<T> {
  const waiting: T[] = [];
  let failure: { readonly error: unknown } | undefined;
  let wake: (() => void) | undefined;
  const rouse = (): void => {
    wake?.();
    wake = undefined;
  };
  return {
    put: (value) => {
      waiting.push(value);
      rouse();
    },
    fail: (error) => {
      failure ??= { error };
      rouse();
    },
    take: async (signal) => {
      while (!signal.aborted && waiting.length === 0 && failure === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', rouse, { once: true });
        });
        signal.removeEventListener('abort', rouse);
      }
      if (signal.aborted) return undefined;
      if (waiting.length === 0 && failure !== undefined) throw failure.error;
      return waiting.shift();
    },
  };
}
