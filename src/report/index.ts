import { type Reporter, VIEWS, type View } from '../model/reporter.ts';

export type ReporterEntry = Pick<Reporter, 'name' | 'summary'> & {
  /** The views whose rows it shows by chosen columns (`--columns`); absent for none. */
  readonly columns?: readonly View[];
  load(): Promise<Reporter>;
};

/** All outputs (`-o`), the default first. Loaded when asked for: help and completion read the names only. */
export const REPORTERS: readonly ReporterEntry[] = [
  {
    name: 'table',
    summary: 'for people, cut to the width of the terminal',
    columns: ['flows', 'edges'],
    load: async () => (await import('./table.ts')).table,
  },
  {
    name: 'wide',
    summary: 'for people, every column, lines as long as needed',
    columns: ['flows', 'edges'],
    load: async () => (await import('./wide.ts')).wide,
  },
  { name: 'json', summary: 'one JSON object with everything', load: async () => (await import('./json.ts')).json },
  { name: 'jsonl', summary: 'one JSON object a line, as soon as it is decided', load: async () => (await import('./jsonl.ts')).jsonl },
  { name: 'yaml', summary: 'what json says, as YAML', load: async () => (await import('./yaml.ts')).yaml },
  {
    name: 'csv',
    summary: 'one line a row, RFC 4180, named as in JSON',
    columns: VIEWS,
    load: async () => (await import('./csv.ts')).csv,
  },
  { name: 'markdown', summary: 'for a comment on a pull request', load: async () => (await import('./markdown.ts')).markdown },
];
