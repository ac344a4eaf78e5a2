import { describe, expect, test } from 'vitest';
import type { Key } from '../../../src/cli/screen/keyboard.ts';
import { type Pressed, press } from '../../../src/cli/screen/press.ts';
import { type Body, bodyOf } from '../../../src/report/screen/body.ts';
import { FIRST_STATE, pageOf, type ScreenState } from '../../../src/report/screen/scene.ts';

const items = (...names: readonly string[]): Body => bodyOf(names.map((item) => ({ cells: [], ...(item === '' ? {} : { item }) })));
const LIST = items('a', 'b', 'c', 'd', 'e');
const key = (text: string): Key => {
  const named: Readonly<Record<string, string>> = { '\r': 'return', '\u001b': 'escape', '\t': 'tab', '\u007f': 'backspace' };
  return { name: named[text] ?? text.toLowerCase(), text: text.startsWith('^') ? '' : text, ctrl: false };
};
const arrow = (name: string): Key => ({ name, text: '', ctrl: false });
const check = (filter: string): string | null => (filter === 'wrong' ? 'that is wrong' : null);

/** `keys`: letters one by one; a list names keys that are no letters. */
function stateAfter(keys: string | readonly Key[], { state = FIRST_STATE, body = LIST }: { state?: ScreenState; body?: Body } = {}): ScreenState {
  return (typeof keys === 'string' ? [...keys].map(key) : keys).reduce((now, one) => press(now, one, { body, rows: 3, check }).state, state);
}
const does = (one: Key, state = FIRST_STATE): Pressed['does'] => press(state, one, { body: LIST, rows: 3, check }).does;

describe('moving', () => {
  test('the cursor follows what stands under it, but at the top stays at the top', () => {
    const second = stateAfter('j');
    expect(pageOf(second).cursor).toEqual({ line: 1, item: 'b' });
    expect(pageOf(stateAfter('k', { state: second })).cursor).toEqual({ line: 0, item: null });
    // b has gone down two lines since; one further is e.
    expect(pageOf(stateAfter('j', { state: second, body: items('a', 'x', 'y', 'b', 'e') })).cursor).toEqual({ line: 4, item: 'e' });
  });

  test('it ends at the ends', () => {
    expect(pageOf(stateAfter('G')).cursor.line).toBe(4);
    expect(pageOf(stateAfter('Gj')).cursor.line).toBe(4);
    expect(pageOf(stateAfter([arrow('pagedown'), arrow('pagedown'), arrow('up')])).cursor.line).toBe(3);
    expect(pageOf(stateAfter('Ggk')).cursor.line).toBe(0);
    expect(pageOf(stateAfter('jG', { body: items() })).cursor.line).toBe(0);
  });
});

describe('opening', () => {
  test('an edge, a connection of it, and back the same way', () => {
    const edge = stateAfter('j\r');
    expect(pageOf(edge)).toMatchObject({ kind: 'edge', id: 'b' });
    const flow = stateAfter('\r\r', { state: edge, body: items('', '', 'flow 9f3c') });
    expect(pageOf(flow)).toMatchObject({ kind: 'flow', id: '9f3c' });
    expect(pageOf(stateAfter('\u001b\u001b', { state: flow })).cursor).toEqual({ line: 1, item: 'b' });
  });

  test('lists by their numbers, or around with Tab', () => {
    expect(pageOf(stateAfter('2')).kind).toBe('findings');
    expect(pageOf(stateAfter('\t\t')).kind).toBe('inputs');
    expect(pageOf(stateAfter('\t\t\t')).kind).toBe('edges');
    expect(pageOf(stateAfter('3\r')).kind).toBe('input');
  });

  test('help, and out of it by the same key', () => {
    expect(pageOf(stateAfter('?')).kind).toBe('help');
    expect(stateAfter('??').pages).toEqual(FIRST_STATE.pages);
  });
});

describe('filtering and sorting', () => {
  test('letters are typed, not obeyed, and in force with Enter', () => {
    expect(stateAfter('/qps').prompt?.text).toBe('qps');
    expect(stateAfter('/to=x\r')).toMatchObject({ filter: 'to=x', prompt: null });
    expect(stateAfter('/toy\u007f\u007f\u007fip=1\r').filter).toBe('ip=1');
    expect(stateAfter('/to=x\u001b')).toMatchObject({ filter: '', prompt: null });
    expect(stateAfter('/to=x\r\u001b').filter).toBe('');
  });

  test('a wrong one is said, kept for mending, and not in force', () => {
    const wrong = stateAfter('/wrong\r');
    expect(wrong).toMatchObject({ filter: '', prompt: { text: 'wrong', error: 'that is wrong' } });
    expect(stateAfter('\u007f', { state: wrong }).prompt).toEqual({ text: 'wron', error: null });
  });

  test('what would be obeyed by a terminal is not typed', () => {
    expect(stateAfter([key('/'), { name: 'undefined', text: '\u001b[200~', ctrl: false }, key('x')]).prompt?.text).toBe('x');
  });

  test('names are sorted upwards, amounts downwards, S turns round', () => {
    expect(stateAfter('s')).toMatchObject({ sort: 'source', descending: false });
    expect(stateAfter('ssss')).toMatchObject({ sort: 'flows', descending: true });
    expect(stateAfter('S')).toMatchObject({ sort: 'attention', descending: false });
  });
});

test('pausing and exempt edges are switched on and off', () => {
  expect(stateAfter('pe')).toMatchObject({ isPaused: true, showsExempt: true });
  expect(stateAfter('pepe')).toMatchObject({ isPaused: false, showsExempt: false });
});

test('what ends or stops the program does so whatever is typed', () => {
  const typing = stateAfter('/x');
  const ctrl = (name: string): Key => ({ name, text: '', ctrl: true });
  expect(does(key('q'))).toBe('quit');
  expect(does(key('q'), typing)).toBeUndefined();
  expect([does(ctrl('c'), typing), does(ctrl('z'))]).toEqual(['interrupt', 'suspend']);
});
