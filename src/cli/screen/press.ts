/** What a key does to what is looked at. Pure: what has to be done outside is said, not done. */
import { EDGE_SORTS } from '../../model/api.ts';
import { type Body, cursorLine } from '../../report/screen/body.ts';
import { type Cursor, type Page, pageOf, type ScreenState, TABS, type Tab, tabOf } from '../../report/screen/scene.ts';
import type { Key } from './keyboard.ts';

export type Pressed = {
  readonly state: ScreenState;
  /** `quit`: the inputs end, the report follows · `interrupt`, `suspend`: what Ctrl-C and Ctrl-Z do outside of a screen. */
  readonly does?: 'quit' | 'interrupt' | 'suspend';
};
export type Around = {
  /** What the page shows: where the cursor may go. */
  readonly body: Body;
  /** How far a page down goes, in lines. */
  readonly rows: number;
  /** What is wrong with a filter; null for nothing. */
  check(filter: string): string | null;
};

const MAX_FILTER = 400;
/** Names and numbers upwards, amounts downwards. */
const UPWARDS: ReadonlySet<string> = new Set(['source', 'destination', 'port']);

export function press(state: ScreenState, key: Key, around: Around): Pressed {
  if (key.ctrl && key.name === 'c') return { state, does: 'interrupt' };
  if (key.ctrl && key.name === 'z') return { state, does: 'suspend' };
  if (state.prompt !== null) return { state: typed(state, state.prompt.text, key, around) };
  if (key.text === 'q') return { state, does: 'quit' };
  return { state: moved(state, key, around) ?? ACTIONS[key.text]?.(state) ?? named(state, key, around) };
}

/** Keys of one letter. */
const ACTIONS: { readonly [text: string]: (state: ScreenState) => ScreenState } = {
  '/': (state) => ({ ...state, prompt: { text: state.filter, error: null } }),
  '?': (state) => (pageOf(state).kind === 'help' ? back(state) : opened(state, 'help', '')),
  h: (state) => (pageOf(state).kind === 'help' ? back(state) : opened(state, 'help', '')),
  p: (state) => ({ ...state, isPaused: !state.isPaused }),
  ' ': (state) => ({ ...state, isPaused: !state.isPaused }),
  e: (state) => ({ ...state, showsExempt: !state.showsExempt }),
  s: (state) => sorted(state, EDGE_SORTS[(EDGE_SORTS.indexOf(state.sort) + 1) % EDGE_SORTS.length] ?? 'attention'),
  S: (state) => ({ ...state, descending: !state.descending }),
  '1': (state) => onTab(state, 'edges'),
  '2': (state) => onTab(state, 'findings'),
  '3': (state) => onTab(state, 'inputs'),
};

function named(state: ScreenState, { name }: Key, around: Around): ScreenState {
  switch (name) {
    case 'escape':
    case 'backspace':
    case 'left':
      return state.pages.length > 1 ? back(state) : name === 'escape' ? { ...state, filter: '' } : state;
    case 'return':
    case 'enter':
    case 'right':
      return entered(state, around);
    case 'tab':
      return onTab(state, TABS[(TAB_KINDS.indexOf(tabOf(state).kind) + 1) % TABS.length] ?? 'edges');
    default:
      return state;
  }
}

const sorted = (state: ScreenState, sort: ScreenState['sort']): ScreenState => ({ ...state, sort, descending: !UPWARDS.has(sort) });
const onTab = (state: ScreenState, kind: Tab): ScreenState => ({ ...state, pages: [{ kind, id: '', cursor: START }] });
const TAB_KINDS: readonly Page['kind'][] = TABS;
const START: Cursor = { line: 0, item: null };

const back = (state: ScreenState): ScreenState => (state.pages.length > 1 ? { ...state, pages: state.pages.slice(0, -1) } : state);
const opened = (state: ScreenState, kind: Page['kind'], id: string): ScreenState => ({
  ...state,
  pages: [...state.pages, { kind, id, cursor: START }],
});

/** What is behind the line; on a line with nothing behind it, the next that has something. */
function entered(state: ScreenState, { body }: Around): ScreenState {
  const page = pageOf(state);
  const line = cursorLine(body, page);
  const item = body.item(line);
  if (item === null) {
    for (let next = line + 1; next < body.count; next++)
      if (body.item(next) !== null) return withCursor(state, { line: next, item: body.item(next) });
    return state;
  }
  // The list follows what was opened, for when one comes back.
  const here = withCursor(state, { line, item: page.cursor.item === null && line === 0 ? null : item });
  const [kind = '', id = ''] = item.split(' ');
  if (page.kind === 'edges') return opened(here, 'edge', item);
  if (page.kind === 'findings') return opened(here, 'finding', item);
  if (page.kind === 'inputs') return opened(here, 'input', item);
  return kind === 'edge' || kind === 'flow' ? opened(here, kind, id) : state;
}

const withCursor = (state: ScreenState, cursor: Cursor): ScreenState => ({
  ...state,
  pages: [...state.pages.slice(0, -1), { ...pageOf(state), cursor }],
});

/** Undefined where the key moves nothing. */
function moved(state: ScreenState, { name, text, ctrl }: Key, { body, rows }: Around): ScreenState | undefined {
  const line = cursorLine(body, pageOf(state));
  const to = target(line, { name, text, ctrl }, { last: body.count - 1, rows });
  if (to === undefined) return undefined;
  const at = Math.max(0, Math.min(to, body.count - 1));
  // At the very top it stays at the top, whatever comes to stand there.
  return withCursor(state, { line: at, item: at === 0 ? null : body.item(at) });
}

function target(line: number, { name, text, ctrl }: Key, { last, rows }: { last: number; rows: number }): number | undefined {
  if (name === 'up' || text === 'k') return line - 1;
  if (name === 'down' || text === 'j') return line + 1;
  if (name === 'pageup' || (ctrl && name === 'b')) return line - rows;
  if (name === 'pagedown' || (ctrl && name === 'f')) return line + rows;
  if (name === 'home' || text === 'g') return 0;
  if (name === 'end' || text === 'G') return last;
  return undefined;
}

/** A key while a filter is being typed. */
function typed(state: ScreenState, text: string, key: Key, { check }: Around): ScreenState {
  const prompt = (next: string): ScreenState => ({ ...state, prompt: { text: next.slice(0, MAX_FILTER), error: null } });
  if (key.name === 'escape') return { ...state, prompt: null };
  if (key.name === 'return' || key.name === 'enter') {
    const filter = text.trim();
    const error = check(filter);
    return error === null ? { ...state, filter, prompt: null } : { ...state, prompt: { text, error } };
  }
  if (key.name === 'backspace') return prompt([...text].slice(0, -1).join(''));
  if (key.ctrl && key.name === 'u') return prompt('');
  if (key.ctrl && key.name === 'w') return prompt(text.replace(/\S*\s*$/, ''));
  // What is pasted comes letter by letter; anything that is no letter is nothing to filter by.
  return /^[^\p{C}]+$/u.test(key.text) ? prompt(text + key.text) : state;
}
