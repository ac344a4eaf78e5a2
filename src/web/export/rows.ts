/** What is shown, as rows for other programs: the same fields by the same names as the API's, nested ones joined by dots. */

type Row = Readonly<Record<string, unknown>>;

/** RFC 4180, with cells that no spreadsheet takes for a formula. Columns in the order in which rows have them. */
export function csvOf(rows: readonly Row[]): string {
  const flat = rows.map(flattened);
  const columns = [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const lines = [columns, ...flat.map((row) => columns.map((column) => row.get(column) ?? ''))];
  return lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

function flattened(row: Row): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  const add = (value: unknown, path: string): void => {
    if (Array.isArray(value)) cells.set(path, value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one))).join(' '));
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) add(inner, path === '' ? key : `${path}.${key}`);
    else cells.set(path, value === null || value === undefined ? '' : String(value));
  };
  add(row, '');
  return cells;
}

/** Names come from anybody (OWASP, "CSV injection"), and control characters are shown, not obeyed. */
function cell(text: string): string {
  const shown = text.replace(/[\p{Cc}\p{Cf}]/gu, (letter) => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`);
  const safe = /^\s*[=+\-@＝＋－＠]/u.test(shown) ? `'${shown}` : shown;
  return /[",]|^\s|\s$/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
