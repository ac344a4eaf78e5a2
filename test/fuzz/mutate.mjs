/** How inputs are mangled: plans are plain data, so that fast-check can shrink them and a seed brings them back. */
import fc from 'fast-check';

const place = fc.double({ min: 0, max: 1, noNaN: true });
const INTERESTING = [0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff];

/** Edits of bytes. */
export const edits = fc.array(
  fc.record({
    kind: fc.constantFrom('flip', 'flip', 'byte', 'number', 'number', 'cut', 'double', 'move', 'insert', 'end'),
    at: place,
    to: place,
    length: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 400 })),
    value: fc.oneof(fc.constantFrom(...INTERESTING), fc.nat(0xffffffff)),
    width: fc.constantFrom(1, 2, 4, -2, -4),
  }),
  { maxLength: 10 },
);

export function edited(bytes, plan) {
  return plan.reduce((now, edit) => APPLY[edit.kind](now, Math.floor(edit.at * now.length), edit), Buffer.from(bytes));
}

const joined = (...parts) => Buffer.concat(parts);
const APPLY = {
  flip(bytes, at, { value }) {
    if (at < bytes.length) bytes[at] ^= 1 << (value & 7);
    return bytes;
  },
  byte(bytes, at, { value }) {
    if (at < bytes.length) bytes[at] = value & 255;
    return bytes;
  },
  number(bytes, at, { value, width }) {
    const size = Math.abs(width);
    if (at + size > bytes.length) return bytes;
    if (width < 0) bytes.writeUIntLE(value % 256 ** size, at, size);
    else bytes.writeUIntBE(value % 256 ** size, at, size);
    return bytes;
  },
  cut: (bytes, at, { length }) => joined(bytes.subarray(0, at), bytes.subarray(at + length)),
  double: (bytes, at, { length }) => joined(bytes.subarray(0, at + length), bytes.subarray(at, at + length), bytes.subarray(at + length)),
  move(bytes, at, { length, to }) {
    const part = bytes.subarray(at, at + length);
    const rest = joined(bytes.subarray(0, at), bytes.subarray(at + length));
    const target = Math.floor(to * rest.length);
    return joined(rest.subarray(0, target), part, rest.subarray(target));
  },
  insert: (bytes, at, { length, value }) => joined(bytes.subarray(0, at), Buffer.alloc(length, value & 255), bytes.subarray(at)),
  end: (bytes, at) => bytes.subarray(0, at),
};

/** What names must not do to a reader: terminal escapes, controls of both sets, bidi, markup, formulas, separators, length, depth. */
const HOSTILE = [
  '\u001b[31m\u001b]0;owned\u0007',
  '\u009b2J',
  '\u202e\u2066evil\u2069',
  '\u0000\u0008\u007f\u0085\u2028',
  '<script>alert(1)</script>',
  '=cmd|calc!A1',
  '"',
  '\\',
  '\\u{110000}\\u{}\\x',
  '\ud800',
  '999999999999999999999999',
  '-1',
  '1e999',
  'NaN',
  '__proto__',
  'constructor',
  '',
  ' ',
  '\t',
  '\r',
  '{{{{',
  '[]:0',
  '::ffff:1.2.3.4',
  '256.256.256.256:99999',
  '9999-99-99T99:99:99Z',
];

/** Edits of text: of lines, and of the words in them. */
export const textEdits = fc.array(
  fc.record({
    kind: fc.constantFrom('word', 'word', 'word', 'line', 'twice', 'swap', 'join', 'long', 'deep'),
    at: place,
    to: place,
    text: fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 20, unit: 'binary' })),
  }),
  { maxLength: 8 },
);

const WORD = /[^\s"'=,:{}[\]]+/g;
const LONG = 100_000;
const DEEP = 20_000;

export function editedText(text, plan) {
  let lines = text.split('\n');
  for (const { kind, at, to, text: put } of plan) {
    const line = Math.min(lines.length - 1, Math.floor(at * lines.length));
    const now = lines[line] ?? '';
    if (kind === 'line') lines.splice(line, 1);
    else if (kind === 'twice') lines.splice(line, 0, now);
    else if (kind === 'swap') lines = lines.toSpliced(line, 1).toSpliced(Math.floor(to * lines.length), 0, now);
    else if (kind === 'join') lines.splice(line, 2, now + (lines[line + 1] ?? ''));
    else
      lines[line] = wordReplaced(now, to, kind === 'long' ? put.repeat(Math.ceil(LONG / (put.length || LONG))) : kind === 'deep' ? deep(put) : put);
  }
  return lines.join('\n');
}

const deep = (put) => (put.length % 2 === 0 ? '['.repeat(DEEP) : '{"a":'.repeat(DEEP));

function wordReplaced(line, to, put) {
  const words = [...line.matchAll(WORD)];
  const word = words[Math.floor(to * words.length)];
  return word === undefined ? line + put : line.slice(0, word.index) + put + line.slice(word.index + word[0].length);
}

/** Sizes of the chunks that an input comes in. */
export const chunks = fc.array(fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 70_000 })), { minLength: 1, maxLength: 4 });
