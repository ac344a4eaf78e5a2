/** What is typed as a filter: the command line's words, as `--verdict plaintext`, `verdict=plaintext` or `verdict:plaintext`; the rest is free text. */
import { nearest } from '../suggest.ts';

export type FilterLine = { readonly words: URLSearchParams } | { readonly error: string };

/** `known`: the words that make filters. */
export function parseFilterLine(line: string, known: readonly string[]): FilterLine {
  const words = new URLSearchParams();
  const text: string[] = [];
  const parts = line.split(/\s+/).filter((part) => part !== '');
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    const [, dashes = '', word = '', value] = /^(--)?([a-z]+)(?:[=:](.+))?$/i.exec(part) ?? [];
    const name = known.find((one) => one === word.toLowerCase());
    const given = name !== undefined && value === undefined && dashes !== '' ? parts[++at] : value;
    if (name !== undefined && given !== undefined) words.append(name, given);
    else if (name !== undefined && dashes !== '') return { error: `--${name} wants a value: --${name} VALUE` };
    else if (dashes !== '' || part.startsWith('-') || /^[a-z]+=/i.test(part)) return { error: unknown(word || part, known) };
    else text.push(part);
  }
  if (text.length > 0) words.set('q', text.join(' '));
  return { words };
}

function unknown(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `${word} is no filter.${near === undefined ? '' : ` Did you mean ${near}?`} There are: ${known.join(', ')}.`;
}
