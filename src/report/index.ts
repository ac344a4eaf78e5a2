import type { Reporter } from '../model/reporter.ts';

export type ReporterEntry = Pick<Reporter, 'name' | 'summary'> & { load(): Promise<Reporter> };

/** All outputs (`-o`), the default first. Loaded when asked for: help and completion read the names only. */
export const REPORTERS: readonly ReporterEntry[] = [
  { name: 'table', summary: 'for people, cut to the width of the terminal', load: async () => (await import('./table.ts')).table },
  { name: 'wide', summary: 'for people, every column, lines as long as needed', load: async () => (await import('./wide.ts')).wide },
  { name: 'json', summary: 'one JSON object with everything', load: async () => (await import('./json.ts')).json },
  { name: 'jsonl', summary: 'one JSON object a line, as soon as it is decided', load: async () => (await import('./jsonl.ts')).jsonl },
];
