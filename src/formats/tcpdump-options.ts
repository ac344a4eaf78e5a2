/** TCP options, from tcpdump's words back to bytes; -1 for a byte that the words do not say. tcpdump print-tcp.c; RFC 9293 §3.1, RFC 7323, RFC 2018. */

const UNKNOWN = -1;
const word32 = (value: number): readonly number[] => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

/** Null where a word is not known: then not even the header's length is. */
export function optionBytes(text: string): readonly number[] | null {
  const bytes: number[] = [];
  for (const word of text === '' ? [] : text.split(',')) {
    const option = oneOption(word);
    if (option === null) return null;
    bytes.push(...option);
  }
  // Behind the end of the list the header is filled to whole words.
  while (bytes.length % 4 !== 0) bytes.push(text.endsWith('eol') ? 0 : UNKNOWN);
  return bytes.length > 40 ? null : bytes;
}

function oneOption(word: string): readonly number[] | null {
  if (word === 'nop') return [1];
  if (word === 'eol') return [0];
  if (word === 'sackOK') return [4, 2];
  const [, kind, first = '', rest = ''] = /^(mss|wscale|TS val|sack) (\d+)(.*)$/.exec(word) ?? [];
  const value = Number(first);
  if (kind === 'mss') return [2, 4, (value >>> 8) & 255, value & 255];
  if (kind === 'wscale') return [3, 3, value & 255];
  const echo = /^ ecr (\d+)$/.exec(rest)?.[1];
  if (kind === 'TS val' && echo !== undefined) return [8, 10, ...word32(value), ...word32(Number(echo))];
  // Its edges are printed relative to numbers that may not be known.
  if (kind === 'sack' && value <= 4) return [5, 2 + 8 * value, ...Array<number>(8 * value).fill(UNKNOWN)];
  return null;
}
