import { type Reporter, VIEWS, type View } from '../model/reporter.ts';

export type ReporterEntry = Pick<Reporter, 'name' | 'summary'> & {
  /** The views whose rows it shows by chosen columns (`--columns`); absent for none. */
  readonly columns?: readonly View[];
  /** It names the SHA-256 of every input, which costs time to find. */
  readonly hashes?: boolean;
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
  { name: 'sarif', summary: 'SARIF 2.1.0, for code scanning and security tools', load: async () => (await import('./sarif.ts')).sarif },
  { name: 'junit', summary: 'JUnit XML: each edge and finding as a test case', load: async () => (await import('./junit.ts')).junit },
  { name: 'html', summary: 'one file to keep and print, for auditors', hashes: true, load: async () => (await import('./html.ts')).html },
];
