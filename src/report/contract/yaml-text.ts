/** A plain value as YAML 1.2 block text that YAML 1.1 readers understand in the same way. */
import type { Plain, PlainObject } from './objects.ts';

/** Lines, each with its break, every one behind `indent` but the first. */
export function yamlText(object: PlainObject, indent: string): string {
  let text = '';
  for (const [key, value] of Object.entries(object)) text += `${text === '' ? '' : indent}${scalar(key)}:${yamlValue(value, `${indent}  `)}`;
  return text === '' ? '{}\n' : text;
}

function yamlValue(value: Plain, indent: string): string {
  if (value === null || typeof value !== 'object') return ` ${typeof value === 'string' ? scalar(value) : String(value)}\n`;
  if (isList(value)) {
    if (value.length === 0) return ' []\n';
    return `\n${value.map((item) => `${indent}-${isPart(item) ? ` ${yamlText(item, `${indent}  `)}` : yamlValue(item, `${indent}  `)}`).join('')}`;
  }
  return Object.keys(value).length === 0 ? ' {}\n' : `\n${indent}${yamlText(value, indent)}`;
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
const isPart = (value: Plain): value is PlainObject => value !== null && typeof value === 'object' && !isList(value) && Object.keys(value).length > 0;

/** Begins with a letter, so no number, time or sign; has nothing that ends a plain scalar or begins a comment. */
const PLAIN_SCALAR = /^[A-Za-z][A-Za-z0-9_./-]*(?:[:@][A-Za-z0-9_./-]+)*$/;
/** What YAML 1.1 or 1.2, or a reader of them, takes for something else than text. */
const WORDS = /^(?:y|yes|n|no|true|false|on|off|null|e\d+)$/i;
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Whatever a terminal would obey or nobody would see is an escape, as in JSON; half a surrogate pair, which YAML cannot say, is U+FFFD. */
function scalar(text: string): string {
  if (PLAIN_SCALAR.test(text) && !WORDS.test(text)) return text;
  return `"${text.replace(/["\\]/g, '\\$&').replace(UNSEEN, escaped)}"`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return '\\uFFFD';
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
