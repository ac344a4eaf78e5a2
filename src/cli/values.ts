/** Parsers of flag values: a string in, a strict value out, or a sentence that says what would do. */
import { isIP } from 'node:net';
import { FINDING_IDS } from '../model/finding-kinds.ts';
import { EXEMPTIONS, REASONS, VERDICTS, WITNESSES, type Witness } from '../model/flow.ts';
import { MICROS_PER_SECOND, type Micros, micros } from '../model/time.ts';
import { parseBlock } from './addresses.ts';
import { type Bound, globMatcher } from './filters.ts';
import { nearest } from './suggest.ts';

/** Thrown by a parser; `args.ts` says which flag it was. */
export class ValueError extends Error {}
/** Of a value that may hold a password: it is not quoted. */
export class SecretValueError extends ValueError {}

const SPAN = /^(\d+(?:\.\d+)?)(us|ms|s|m|min|h|d)$/;
const UNIT_MICROS: { readonly [unit: string]: number } = { us: 1, ms: 1000, s: 1e6, m: 60e6, min: 60e6, h: 3600e6, d: 86_400e6 };

/** `500ms`, `2s`, `10m`, `2h`, `1d`, `0`; µs. */
export function parseSpan(text: string): Micros {
  if (text === '0') return micros(0);
  const match = SPAN.exec(text);
  const unit = UNIT_MICROS[match?.[2] ?? ''];
  if (match === null || unit === undefined) throw new ValueError('wants a number and a unit: 500ms, 2s, 10m, 2h, 1d.');
  return micros(Math.round(Number(match[1]) * unit));
}

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.(\d+))?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** `10m` back from the end, or a point in time. */
export function parseBound(text: string): Bound {
  if (SPAN.test(text) || text === '0') return { kind: 'ago', span: parseSpan(text) };
  const match = RFC_3339.exec(text);
  const fraction = match?.[1] ?? '';
  // Date keeps ms only, so the fraction is taken off and added whole.
  const milliseconds = match === null ? Number.NaN : Date.parse(text.replace(' ', 'T').replace(`.${fraction}`, ''));
  if (Number.isNaN(milliseconds)) throw new ValueError('wants a span (10m, 2h, 1d) or a time with its zone (2026-11-21T08:19:01Z).');
  return { kind: 'at', time: micros(milliseconds * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))) };
}

/** One pattern of a closed list: a name or a glob that means at least one of them, `!` before it or not. */
function parseListed(text: string, known: readonly string[]): string {
  const matches = globMatcher(bare(text));
  if (known.some(matches)) return text;
  const near = nearest(bare(text), known);
  throw new ValueError(`${near === undefined ? '' : `Did you mean ${near}? `}One of: ${known.join(', ')}.`);
}

export const parseVerdict = (text: string): string => parseListed(text, VERDICTS);
export const parseReason = (text: string): string => parseListed(text, REASONS);
export const parseExempt = (text: string): string => parseListed(text, EXEMPTIONS);

export function parsePort(text: string): string {
  const value = bare(text);
  const range = /^(\d+)(?:-(\d+))?$/.exec(value);
  if (range === null && !/^[\d*?]+$/.test(value)) throw new ValueError('wants a port (9080), a range (8000-8999) or a glob (90*).');
  if (range !== null) {
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (last > 65_535 || first > last) throw new ValueError('wants ports from 0 to 65535, the smaller first.');
  }
  return text;
}

export function parseIp(text: string): string {
  const value = bare(text);
  if (isIP(value) === 0 && !/[*?]/.test(value) && parseBlock(value) === undefined)
    throw new ValueError('wants an address (10.10.1.11, fd00::1) or a glob (10.10.*).');
  return text;
}

export function parseCidr(text: string): string {
  if (parseBlock(bare(text)) === undefined) throw new ValueError('wants a network: 10.10.0.0/16, fd00::/64.');
  return text;
}

export function parseName(text: string): string {
  if (bare(text) === '') throw new ValueError('wants a name or a glob.');
  return text;
}

/** Comma-separated: verdicts, reasons, finding ids and `exposed`. */
export function parseFailOn(text: string): string[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 0) throw new ValueError('wants a list, as plaintext,exposed or bypass.');
  for (const word of words) {
    if (FAIL_ON.includes(word)) continue;
    const near = nearest(word, FAIL_ON);
    throw new ValueError(
      `${near === undefined ? '' : `${word}: did you mean ${near}? `}Verdicts: ${VERDICTS.join(', ')}. Reasons: ${REASONS.join(', ')}. Findings: ${FINDING_IDS.join(', ')}. Or exposed.`,
    );
  }
  return words;
}
const FAIL_ON: readonly string[] = ['exposed', ...VERDICTS, ...REASONS, ...FINDING_IDS];

/** Comma-separated witnesses. */
export function parseWitnesses(text: string): Witness[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const witnesses = words.flatMap((word) => WITNESSES.filter((witness) => witness === word));
  if (words.length === 0 || witnesses.length !== words.length) throw new ValueError(`wants a list of: ${WITNESSES.join(', ')}.`);
  return witnesses;
}

export function parseMinFlows(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ValueError('wants a number of connections, as 100.');
  return Number(text);
}

export function parseColor(text: string): 'auto' | 'always' | 'never' {
  if (text === 'auto' || text === 'always' || text === 'never') return text;
  throw new ValueError('One of: auto, always, never.');
}

const bare = (text: string): string => (text.startsWith('!') ? text.slice(1) : text);

export const DEFAULT_SKEW: Micros = micros(2 * MICROS_PER_SECOND);
