/** ztunnel's JSON lines (`LOG_FORMAT=json`), completely: one flat object, keys in any order (ztunnel src/telemetry.rs, IstioJsonFormat). */
import { asciiOf, textOf } from './log-bytes.ts';
import { ParsedLine, type Skip } from './log-fields.ts';
import { parseTime } from './log-values.ts';

/** Parses the line in `start` … `end` (without its newline), which begins with `{`. */
export function parseJson(view: DataView, start: number, end: number): ParsedLine | Skip {
  const text = asciiOf(view, start, end);
  const isLog = /^\{\s*"/.test(text);
  if (!isLog) return 'not-an-access-line';
  if (!/"access[:"]/.test(text)) return text.trimEnd().endsWith('}') ? 'not-an-access-line' : 'malformed';
  if (!isJson(textOf(view, start, end))) return 'malformed';
  const line = new ParsedLine();
  readMembers(view, start, text, line);
  if (!/^access(?::|$)/.test(line.get('scope') ?? line.get('target') ?? '')) return 'not-an-access-line';
  line.time = parseTime(line.get('time') ?? '');
  return line;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The members of an object that is known to be valid JSON, with where they stand. */
function readMembers(view: DataView, start: number, text: string, line: ParsedLine): void {
  let at = skipSpace(text, 1);
  while (text[at] === '"') {
    const keyEnd = stringEnd(text, at);
    const from = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const to = valueEnd(text, from);
    const key = stringOf(view, start, text, at, keyEnd);
    const raw = textOf(view, start + from, start + to);
    if (text[from] === '"') line.add(key, stringOf(view, start, text, from, to), raw, from + 1, to - 1);
    else if (raw !== 'null') line.add(key, raw, raw, from, to);
    at = skipSpace(text, to);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

function skipSpace(text: string, at: number): number {
  let index = at;
  while (text[index] === ' ' || text[index] === '\t' || text[index] === '\r') index++;
  return index;
}

function stringEnd(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '"') return index + 1;
  }
  return text.length;
}

/** One past a value, nested ones with all they hold. */
function valueEnd(text: string, at: number): number {
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    const letter = text[index];
    if (letter === '"') index = stringEnd(text, index) - 1;
    else if (letter === '{' || letter === '[') depth++;
    else if (letter === '}' || letter === ']') {
      if (depth === 0) return index;
      depth--;
    } else if (depth === 0 && (letter === ',' || letter === ' ' || letter === '\t' || letter === '\r')) return index;
    if (depth === 0 && (letter === '"' || letter === '}' || letter === ']')) return index + 1;
  }
  return text.length;
}

function stringOf(view: DataView, start: number, text: string, from: number, to: number): string {
  const ascii = text.slice(from, to);
  if (/^[\x20-\x5b\x5d-\x7f]*$/.test(ascii)) return ascii.slice(1, -1);
  // Part of a document that JSON.parse has taken whole.
  return String(JSON.parse(textOf(view, start + from, start + to)));
}
