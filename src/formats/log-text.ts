/** ztunnel's text lines, completely: `TIME<TAB>level<TAB>target[:span{…}]<TAB>message<TAB>key=value …` (ztunnel src/telemetry.rs, IstioFormat). */
import { asciiOf, textOf } from './log-bytes.ts';
import { ParsedLine, type Skip } from './log-fields.ts';
import { parseTime, unescapeRust } from './log-values.ts';

const KEY = /^[A-Za-z_][\w.-]*$/;
const NEXT_KEY = /[A-Za-z_][\w.-]*=/y;

/** Parses the line in `start` … `end` (without its newline). A line that a cut left without its target is malformed, where `terminated` is false. */
export function parseText(view: DataView, start: number, end: number, terminated: boolean): ParsedLine | Skip {
  const text = asciiOf(view, start, end);
  const parts: number[] = [];
  for (let tab = text.indexOf('\t'); tab >= 0 && parts.length < 4; tab = text.indexOf('\t', tab + 1)) parts.push(tab);
  const [time = -1, level = -1, target = -1, message = -1] = parts;
  if (time < 0) return 'not-an-access-line';
  if (target < 0) return terminated ? 'not-an-access-line' : 'malformed';
  if (!/^access(?::|$)/.test(text.slice(level + 1, target))) return 'not-an-access-line';
  const line = new ParsedLine();
  line.time = parseTime(text.slice(0, time));
  line.add('time', text.slice(0, time), '', 0, time);
  line.add('level', text.slice(time + 1, level), '', 0, 0);
  line.add('message', text.slice(target + 1, message < 0 ? text.length : message), '', 0, 0);
  return message < 0 || readFields(view, start, text, message + 1, line) ? line : 'malformed';
}

function readFields(view: DataView, start: number, text: string, from: number, line: ParsedLine): boolean {
  let at = from;
  while (at < text.length) {
    if (text[at] === ' ') {
      at++;
      continue;
    }
    const equals = text.indexOf('=', at);
    const key = text.slice(at, Math.max(equals, at));
    if (!KEY.test(key)) return false;
    const isQuoted = text[equals + 1] === '"';
    const valueEnd = isQuoted ? quoteEnd(text, equals + 1) : bareEnd(text, equals + 1);
    if (valueEnd < 0) return false;
    addField(line, { view, start, text, key, from: equals + 1, to: valueEnd, isQuoted });
    at = valueEnd;
    if (at < text.length && text[at] !== ' ') return false;
  }
  return true;
}

type Field = {
  readonly view: DataView;
  readonly start: number;
  readonly text: string;
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly isQuoted: boolean;
};

function addField(line: ParsedLine, { view, start, text, key, from, to, isQuoted }: Field): void {
  const ascii = text.slice(from, to);
  const raw = /^[\0-\x7f]*$/.test(ascii) ? ascii : textOf(view, start + from, start + to);
  if (isQuoted) line.add(key, unescapeRust(raw.slice(1, -1)), raw, from + 1, to - 1);
  else line.add(key, raw, raw, from, to);
}

/** One past the closing quote, -1 without one. */
function quoteEnd(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index++) {
    const letter = text[index];
    if (letter === '\\') index++;
    else if (letter === '"') return index + 1;
  }
  return -1;
}

/** Up to the next ` key=`: values without quotes (ztunnel 1.22, Debug output of structures) may hold spaces. */
function bareEnd(text: string, at: number): number {
  for (let index = at; index < text.length; index++) {
    if (text[index] === '"') {
      index = quoteEnd(text, index) - 1;
      if (index < 0) return -1;
    } else if (text[index] === ' ') {
      NEXT_KEY.lastIndex = index + 1;
      if (index + 1 === text.length || text[index + 1] === ' ' || NEXT_KEY.test(text)) return index;
    }
  }
  return text.length;
}
