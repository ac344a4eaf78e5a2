/** RFC 4180, with cells that no spreadsheet takes for a formula. */
import { visible } from '../text/visible.ts';

/** With its line break (CRLF, as the RFC has it). */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;

/**
 * Names come from anybody, and these files are opened in spreadsheets: what would begin a formula gets an apostrophe before it
 * (OWASP, "CSV injection"; the wide forms are formulas in some locales), and control characters are shown, not obeyed.
 */
function cell(text: string): string {
  const shown = visible(text);
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const FORMULA = /^\s*[=+\-@＝＋－＠]/u;
const QUOTED = /[",\r\n]|^\s|\s$/u;
