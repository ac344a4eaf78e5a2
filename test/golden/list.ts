/**
 * Golden outputs: what plainsight says of a sample, word for word. A new one is a line here; its file is written by
 * `npm test -- -u`, in the commit that changes the behaviour, whose body says why.
 */
export type Golden = {
  /** The file test/golden/NAME.txt: input--format. */
  readonly name: string;
  /** Everything behind `plainsight`, run in samples/. */
  readonly words: readonly string[];
  /** Exit code, 0 unless said. */
  readonly exit?: number;
};

export const GOLDEN: readonly Golden[] = [
  { name: 'bookinfo--report', words: ['bookinfo'] },
  { name: 'bookinfo--flows-jsonl', words: ['flows', '-o', 'jsonl', 'bookinfo'] },
  { name: 'json-debug--report', words: ['json-debug'] },
];
