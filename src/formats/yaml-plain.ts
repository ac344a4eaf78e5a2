/**
 * The YAML that kubectl and istioctl write, by far the most of it: maps and lists by indentation, one scalar a line. It is read here
 * ten times as fast as by a whole reader of YAML; whatever looks like anything else is left to that.
 */

/** It is no part of what is read here. */
class Elsewhere extends Error {}

/** Columns of indentation: hostile nesting must not fill the stack. */
const DEEPEST = 256;
const LINE = /^( *)(.*)$/s;
const KEY = /^([A-Za-z0-9_][\w./-]*|"(?:[^"\\]|\\.)*"):(?: +(.*))?$/s;
const PLAIN = /^[A-Za-z0-9_./+-][^\t\r]*$/s;
const SIMPLE_INTEGER = /^(?:0|[1-9]\d{0,14})$/;
/** Numbers of the core schema (YAML 1.2.2 §10.3.2), and what a reader might take for one. */
const NUMBER = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$|^0[ox][\da-fA-F]+$|^[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)$/;
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...(['null', 'Null', 'NULL'] as const).map((word) => [word, null] as const),
  ...(['true', 'True', 'TRUE'] as const).map((word) => [word, true] as const),
  ...(['false', 'False', 'FALSE'] as const).map((word) => [word, false] as const),
]);

/** The value of a text that is nothing but such YAML; undefined for any other. */
export function plainYaml(text: string): unknown {
  try {
    const reader = new Reader(text);
    const value = reader.value(0);
    return reader.isAtEnd ? value : undefined;
  } catch (error) {
    if (error instanceof Elsewhere) return undefined;
    throw error;
  }
}

class Reader {
  readonly #lines: readonly string[];
  #at = 0;
  /** Of the line at hand: its indentation, and what stands behind it. */
  #indent = -1;
  #rest = '';

  constructor(text: string) {
    this.#lines = text.split('\n');
    this.#read();
  }

  get isAtEnd(): boolean {
    return this.#indent < 0;
  }

  /** What begins at the line at hand, indented by at least `indent`; null where nothing does. */
  value(indent: number): unknown {
    if (this.#indent < indent) return null;
    return this.#rest.startsWith('- ') ? this.#list(this.#indent) : this.#map(this.#indent);
  }

  #list(indent: number): readonly unknown[] {
    const items: unknown[] = [];
    while (this.#indent === indent && this.#rest.startsWith('- ')) {
      const item = this.#rest.slice(2).trimStart();
      const inner = indent + this.#rest.length - item.length;
      if (item.startsWith('- ') || item === '-') throw new Elsewhere();
      if (!KEY.test(item)) {
        items.push(scalar(item));
        this.#next();
        continue;
      }
      // Its first pair stands behind the dash.
      [this.#indent, this.#rest] = [inner, item];
      items.push(this.#map(inner));
    }
    if (this.#indent > indent) throw new Elsewhere();
    return items;
  }

  #map(indent: number): { readonly [name: string]: unknown } {
    const map: Record<string, unknown> = {};
    while (this.#indent === indent && !this.#rest.startsWith('- ')) {
      const [, name = '', value] = KEY.exec(this.#rest) ?? [];
      const key = keyOf(name);
      this.#next();
      if (value !== undefined && value.trimEnd() !== '') map[key] = scalar(value);
      // A list may stand below its name as well as further in.
      else map[key] = this.#indent === indent && this.#rest.startsWith('- ') ? this.#list(indent) : this.value(indent + 1);
    }
    if (this.#indent > indent) throw new Elsewhere();
    return map;
  }

  #next(): void {
    this.#at++;
    this.#read();
  }

  #read(): void {
    while (this.#at < this.#lines.length && this.#lines[this.#at] === '') this.#at++;
    const line = this.#lines[this.#at];
    const [, spaces = '', rest = ''] = line === undefined ? [] : (LINE.exec(line) ?? []);
    if (spaces.length > DEEPEST) throw new Elsewhere();
    [this.#indent, this.#rest] = line === undefined ? [-1, ''] : [spaces.length, rest];
  }
}

function keyOf(name: string): string {
  const key = name.startsWith('"') ? quoted(name) : name;
  if (name === '' || key === '__proto__' || (key === name && (WORDS.has(key) || (NUMBER.test(key) && !SIMPLE_INTEGER.test(key)))))
    throw new Elsewhere();
  return key;
}

function scalar(text: string): unknown {
  const value = text.trimEnd();
  if (value === '{}') return {};
  if (value === '[]') return [];
  if (value.startsWith('"')) return quoted(value);
  if (WORDS.has(value)) return WORDS.get(value);
  if (SIMPLE_INTEGER.test(value)) return Number(value);
  if (!PLAIN.test(value) || NUMBER.test(value) || value.includes(': ') || value.includes(' #') || value.endsWith(':')) throw new Elsewhere();
  // A dash, or marks of a document, mean something else.
  if (value.startsWith('-') || value.startsWith('...')) throw new Elsewhere();
  return value;
}

/** JSON's strings are YAML's, too; what YAML escapes otherwise is left alone. */
function quoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
  } catch {
    // Another style, or a comment behind it.
  }
  throw new Elsewhere();
}
