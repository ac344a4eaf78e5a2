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

/** Small enough that every flow may stand in a file. */
const SAMPLES = ['bookinfo', 'json-debug', 'kubectl-exec', 'kubectl-logs', 'midstream', 'pod-any', 'strict-rollout'];

const ofSample = (sample: string): readonly Golden[] => [
  { name: `${sample}--report`, words: [sample] },
  { name: `${sample}--flows`, words: ['flows', sample] },
  { name: `${sample}--flows-jsonl`, words: ['flows', '-o', 'jsonl', sample] },
  { name: `${sample}--edges-wide`, words: ['edges', '-o', 'wide', sample] },
];

/** Every view in every output, over the sample that has every verdict. */
const EVERY: readonly Golden[] = ['table', 'wide', 'json', 'jsonl'].flatMap((output) => [
  { name: `every--report-${output}`, words: ['report', '-o', output, 'bookinfo'] },
  { name: `every--flows-${output}`, words: ['flows', '-o', output, 'bookinfo'] },
  { name: `every--edges-${output}`, words: ['edges', '-o', output, 'bookinfo'] },
  { name: `every--verify-${output}`, words: ['verify', '-o', output, 'bookinfo'], exit: 1 },
  { name: `every--explain-${output}`, words: ['explain', '53c50c41562985fa', '-o', output, 'bookinfo'] },
]);

export const GOLDEN: readonly Golden[] = [
  ...SAMPLES.flatMap(ofSample),
  ...EVERY,
  { name: 'rotation--report', words: ['rotation'] },
  { name: 'rotation--verify', words: ['verify', 'rotation'], exit: 1 },
  { name: 'bookinfo--filtered', words: ['flows', '--from', 'legacy/*', '--verdict', '!failed', 'bookinfo'] },
];
