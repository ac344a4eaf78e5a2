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

const VIEWS: { readonly [view: string]: { readonly words: readonly string[]; readonly exit?: number } } = {
  report: { words: ['report'] },
  flows: { words: ['flows'] },
  edges: { words: ['edges'] },
  verify: { words: ['verify'], exit: 1 },
  strict: { words: ['strict'], exit: 1 },
  explain: { words: ['explain', '53c50c41562985fa'] },
};
const EVERY_VIEW = Object.keys(VIEWS);

/** Over the sample that has every verdict; outputs that share their spelling with another one in fewer views. */
const OUTPUT_VIEWS: { readonly [output: string]: readonly string[] } = {
  table: EVERY_VIEW,
  wide: EVERY_VIEW,
  json: EVERY_VIEW,
  jsonl: EVERY_VIEW,
  yaml: ['report', 'flows'],
  csv: ['flows', 'edges', 'verify', 'strict'],
  markdown: ['report', 'flows', 'verify', 'strict', 'explain'],
  sarif: ['report', 'verify', 'strict'],
  junit: ['report', 'verify', 'strict'],
};

const EVERY: readonly Golden[] = Object.entries(OUTPUT_VIEWS).flatMap(([output, views]) =>
  views.map((view) => ({ ...VIEWS[view], name: `every--${view}-${output}`, words: [...(VIEWS[view]?.words ?? []), '-o', output, 'bookinfo'] })),
);

export const GOLDEN: readonly Golden[] = [
  ...SAMPLES.flatMap(ofSample),
  ...EVERY,
  { name: 'bookinfo--columns', words: ['flows', '--columns', 'verdict,source.identity,destination.workload,exposedBytes,id', 'bookinfo'] },
  { name: 'all-witnesses--report', words: ['all-witnesses'] },
  { name: 'all-witnesses--edges-wide', words: ['edges', '-o', 'wide', 'all-witnesses'] },
  { name: 'all-witnesses--strict', words: ['strict', 'all-witnesses'], exit: 1 },
  { name: 'witnesses--report', words: ['bookinfo', 'witnesses'] },
  { name: 'witnesses--verify', words: ['verify', 'bookinfo', 'witnesses'], exit: 1 },
  { name: 'rotation--report', words: ['rotation'] },
  { name: 'rotation--verify', words: ['verify', 'rotation'], exit: 1 },
  { name: 'bookinfo--filtered', words: ['flows', '--from', 'legacy/*', '--verdict', '!failed', 'bookinfo'] },
];
