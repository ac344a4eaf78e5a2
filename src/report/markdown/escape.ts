/** Markdown in which nothing that came from outside is markup: not on GitHub, GitLab or anywhere else. */
import { visible } from '../text/visible.ts';
import { cutMiddle } from '../text/width.ts';

/** Longer names say nothing more, and a comment has 65,536 characters for all of them. */
const LONGEST_NAME = 100;
const LONGEST_MESSAGE = 500;

/**
 * A name as a code span, where no site makes links, mentions or pictures. Backticks would end it and pipes the cell of a table
 * (where a backslash before one cannot be told from an escape), so they are shown as `visible` shows what is not seen.
 */
export function codeText(name: string): string {
  const shown = cutMiddle(visible(name), LONGEST_NAME).replace(/[`|]/g, (mark) => (mark === '|' ? '\\u{7c}' : '\\u{60}'));
  return shown.trim() === '' ? '–' : `\`${shown}\``;
}

/** A sentence that has names in it: words of letters alone and plain numbers stay, all others become code. */
export function sentenceText(text: string): string {
  const shown = cutMiddle(visible(text), LONGEST_MESSAGE);
  return shown
    .split(' ')
    .map((word) => {
      const [, open = '', middle = '', close = ''] = /^([("]?)(.*?)([,;:.)"]*)$/u.exec(word) ?? [];
      return middle === '' || (PLAIN_WORD.test(middle) && !COMMIT.test(middle)) ? word : `${open}${codeText(middle)}${close}`;
    })
    .join(' ');
}

/** A hyphen may join letters, as in `would-be`; digits stand alone. */
const PLAIN_WORD = /^(?:[A-Za-z]+(?:['’-][A-Za-z]+)*|\d{1,3}(?:,\d{3})*|\d{1,5}|→|–|…|&|)$/u;

/** What GitHub may take for a commit. */
const COMMIT = /^[0-9a-f]{7,}$/;

/** Rows as a table; `right`: numbers of columns that stand at the right. Cells are Markdown already. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const rule = titles.map((_, index) => (right.includes(index) ? '---:' : '---'));
  return [titles, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
