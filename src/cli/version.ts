import { readFileSync } from 'node:fs';

/** Read from package.json, which lies at the same distance from `src/cli` and `dist/cli`. Imports nothing else: `--version` has to be quick. */
export function version(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}

/** Whether these words ask for nothing but the version, so that no parser needs to be loaded. */
export const asksVersion = (words: readonly string[]): boolean => words.length === 1 && (words[0] === '--version' || words[0] === '-V');
