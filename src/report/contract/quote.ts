/**
 * A string as JSON. Beyond what JSON asks for, everything that a terminal would obey or that would not be seen is written
 * as \\u escapes too: the value is the same for a program, and `cat` of a report is harmless.
 */
export function quote(text: string): string {
  let quoted = known.get(text);
  if (quoted === undefined) {
    quoted = quoteOnce(text);
    if (text.length > MAX_KNOWN_LENGTH) return quoted;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(text, quoted);
  }
  return quoted;
}

/** As `quote`, of what will hardly come again. */
export const quoteOnce = (text: string): string => (PLAIN.test(text) ? `"${text}"` : stringify(text));

/** Names come again and again, and a string's hash is kept with it: finding one is cheaper than looking at it anew. */
const known = new Map<string, string>();
const MAX_KNOWN = 20_000;
const MAX_KNOWN_LENGTH = 256;

export const quoteOrNull = (text: string | null): string => (text === null ? 'null' : quote(text));

/** JSON of a whole value, as safe as `quote`. */
export const stringify = (value: unknown): string => escapeUnseen(JSON.stringify(value));

const PLAIN = /^[ !#-[\]-~]*$/;
/** C1 and DEL, line separators, bidi controls, and what has no shape: `visible.ts` has the same for texts. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const UNSEEN_ALL = new RegExp(UNSEEN.source, 'gu');

function escapeUnseen(json: string): string {
  return UNSEEN.test(json) ? json.replace(UNSEEN_ALL, utf16Escapes) : json;
}

function utf16Escapes(text: string): string {
  let escaped = '';
  for (let index = 0; index < text.length; index++) escaped += `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`;
  return escaped;
}
