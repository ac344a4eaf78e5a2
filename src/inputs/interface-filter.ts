/**
 * Where a BPF filter goes wrong. libpcap says what ("can't parse filter expression: syntax error") and not where, so its own
 * compiler is asked for ever longer beginnings: the trouble starts at the word after the longest one that compiles.
 */
import { type LoadedBinding, loadBinding, type MissingBinding } from './interface-binding.ts';

const ETHERNET = 1;

/** The same by the libpcap of this machine; without it, nothing. */
export function filterWithPlaceHere(filter: string, loaded: LoadedBinding | MissingBinding = loadBinding()): string | null {
  const { binding } = loaded;
  if (binding === null) return null;
  return filterWithPlace(filter, (beginning) => {
    try {
      binding.checkFilter(beginning, ETHERNET);
      return true;
    } catch {
      return false;
    }
  });
}

/** A copy of the filter with a caret under the first word that does not fit. */
export function filterWithPlace(filter: string, compiles: (filter: string) => boolean): string {
  const words = [...filter.matchAll(/[()]|[^\s()]+/g)];
  let good = 0;
  for (let count = 1; count < words.length; count++) {
    const end = endOf(words[count - 1]);
    if (compiles(closed(filter.slice(0, end)))) good = count;
  }
  const trouble = words[good];
  // All but the last word compile, or nothing does and there is one word: then that word is it; else an unfinished end.
  const at = trouble === undefined ? filter.length : trouble.index;
  return `${filter}\n${' '.repeat(at)}^ here`;
}

const endOf = (word: RegExpExecArray | undefined): number => (word === undefined ? 0 : word.index + word[0].length);

function closed(beginning: string): string {
  const open = beginning.split('(').length - beginning.split(')').length;
  return beginning + ')'.repeat(Math.max(0, open));
}
