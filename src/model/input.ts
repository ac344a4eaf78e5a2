/** Where bytes come from. Does the I/O; gives the bytes no meaning. */
export type Input = {
  /** As the contract names it: the path as given or walked, `-`, an interface's name, `pod/NS/POD`. */
  readonly name: string;
  /** True while more may come: a pipe, an interface. */
  readonly live: boolean;
  /** Size in bytes, for progress; null when unknown. */
  readonly size: number | null;
  /** One chunk at a time, in a buffer that is reused. Ends at once when `signal` aborts, even while idle. */
  open(signal: AbortSignal): AsyncIterable<Uint8Array>;
};
