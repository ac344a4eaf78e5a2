/** How many cells of a terminal an (escaped) text takes, and cutting by that measure. Unicode UAX #11 for what is wide. */

export function widthOf(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += clusterWidth(segment);
  return width;
}

/** To exactly `width` cells, never more; `right` puts the text at the end. */
export function pad(text: string, width: number, right = false): string {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? gap + text : text + gap;
}

/**
 * At most `width` cells, with `…` where something is missing: in the middle, because the ends tell names apart. The later
 * part keeps two thirds: the workload's name, its hash and its port stand there, the namespace before.
 */
export function cutMiddle(whole: string, width: number): string {
  const text = SIMPLE.test(whole) ? whole : withoutMiddle(whole, width);
  if (widthOf(text) <= width) return text;
  if (width <= 1) return width === 1 ? '…' : '';
  const head = Math.floor((width - 1) / 3);
  if (SIMPLE.test(text)) return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
  const clusters = Array.from(graphemes.segment(text), ({ segment }) => segment);
  const start = taken(clusters, head);
  const end = taken(clusters.slice(start.count).reverse(), width - 1 - start.width);
  return `${clusters.slice(0, start.count).join('')}…${clusters.slice(clusters.length - end.count).join('')}`;
}

/** At most `width` cells, the end left out: for sentences, which begin with what matters. */
export function cutEnd(whole: string, width: number): string {
  // A cluster of a cell may take several code units, of a hostile name any number: more than these are not looked at.
  const text = SIMPLE.test(whole) ? whole : whole.slice(0, 16 * (width + 1));
  if (text.length === whole.length && widthOf(text) <= width) return text;
  if (width <= 1) return width === 1 ? '…' : '';
  if (SIMPLE.test(text)) return `${text.slice(0, width - 1)}…`;
  const clusters = Array.from(graphemes.segment(text), ({ segment }) => segment);
  return `${clusters.slice(0, taken(clusters, width - 1).count).join('')}…`;
}

/** Splitting into graphemes is slow, and a hostile name may have a megabyte of them: what cannot be shown goes first. */
function withoutMiddle(text: string, width: number): string {
  const kept = 8 * (width + 1);
  return text.length <= 2 * kept ? text : `${text.slice(0, kept)}${text.slice(text.length - kept)}`;
}

/** Lines of at most `width` cells, broken at blanks; a longer word is broken where it must. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, width))) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** Letters of Europe, the signs of our own sentences, boxes and blocks: one code unit, one cell each. */
const SIMPLE = /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2500-\u259f–…→↑↓✓✗≠±›●]*$/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const MARK = /^\p{M}/u;
const EMOJI = /^\p{Emoji_Presentation}/u;

function clusterWidth(cluster: string): number {
  if (MARK.test(cluster)) return 0;
  return isWide(cluster.codePointAt(0) ?? 0) || EMOJI.test(cluster) ? 2 : 1;
}

/** First and last code points of East Asian Wide and Fullwidth (EastAsianWidth.txt 16.0), gaps of single neutral code points closed. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

const isWide = (codePoint: number): boolean => codePoint >= 0x1100 && WIDE.some(([first, last]) => codePoint >= first && codePoint <= last);

function taken(clusters: readonly string[], room: number): { count: number; width: number } {
  let width = 0;
  let count = 0;
  for (const cluster of clusters) {
    const next = width + clusterWidth(cluster);
    if (next > room) break;
    width = next;
    count++;
  }
  return { count, width };
}

function pieces(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const parts: string[] = [];
  let rest = Array.from(graphemes.segment(word), ({ segment }) => segment);
  while (rest.length > 0) {
    const count = Math.max(1, taken(rest, width).count);
    parts.push(rest.slice(0, count).join(''));
    rest = rest.slice(count);
  }
  return parts;
}
