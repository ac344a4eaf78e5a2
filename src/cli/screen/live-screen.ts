/** `report` and `edges` on a terminal while their inputs go on: a picture that is looked at, asked and left with keys. */
import { frame, pageBody } from '../../report/screen/frame.ts';
import { FIRST_STATE, type Scene, type ScreenState } from '../../report/screen/scene.ts';
import { painter } from '../../report/text/paint.ts';
import type { FlowSink, Run } from '../../serve/run.ts';
import { say } from '../say.ts';
import { Feed } from './feed.ts';
import { isBehind, type Key, type Keyboard, openKeyboard } from './keyboard.ts';
import { press } from './press.ts';
import { openScreen, ownLife, type Screen } from './terminal.ts';

export type LiveScreen = {
  /** Told of every flow. */
  readonly sink: FlowSink;
  show(run: Run): void;
  /** A fresh look, drawn. */
  draw(): Promise<void>;
  /** A message that would spoil the picture: shown at its foot, and said when it is gone. */
  say(message: string): void;
  close(): void;
};

/** Enough to tell what is wrong, however long it goes on. */
const MAX_MESSAGES = 100;

export type ScreenOptions = {
  readonly color: boolean;
  /** The inputs are to end. */
  quit(): void;
};

/** Undefined where the terminal cannot be drawn on. */
export function openLiveScreen({ color, quit }: ScreenOptions): LiveScreen | undefined {
  if (isBehind()) return undefined;
  const messages: string[] = [];
  const feed = new Feed({ onLoaded: () => drawn(), messages }, Date.now());
  const paint = painter(color);
  let keyboard: Keyboard | undefined;
  let state: ScreenState = FIRST_STATE;
  let scene: Scene | undefined;
  const occupant = { enter: () => keyboard?.grab(), leave: () => keyboard?.release(), redraw: () => drawn() };
  const screen = openScreen(process.stdout, process.env['TERM'], ownLife, occupant);
  if (screen === undefined) return undefined;

  /** What is known already, as it is looked at now. */
  const paintAll = (): Promise<void> => (scene === undefined ? Promise.resolve() : screen.show(frame(scene, state, sizeOf(screen), paint)));
  const drawn = (): void => {
    if (scene !== undefined) scene = feed.reopened(scene, state);
    void paintAll();
  };
  const onKey = (key: Key): void => {
    if (scene === undefined) return;
    const { columns, rows } = sizeOf(screen);
    const pressed = press(state, key, {
      body: pageBody(scene, state, columns - 6),
      rows: Math.max(1, rows - 16),
      check: (filter) => feed.check(filter),
    });
    if (pressed.does !== undefined) acts(pressed.does, quit);
    scene = lookedAt(feed, scene, state, pressed.state);
    state = pressed.state;
    void paintAll();
  };
  keyboard = openKeyboard(onKey);
  return {
    sink: feed.sink,
    show: (run) => feed.show(run),
    async draw() {
      const now = Date.now();
      scene = state.isPaused && scene !== undefined ? feed.reopened(scene, state) : feed.look(state, now);
      await paintAll();
    },
    say(message) {
      if (scene === undefined) say(message);
      else if (messages.length < MAX_MESSAGES) messages.push(message);
    },
    close() {
      feed.close();
      screen.close();
      keyboard?.close();
      scene = undefined;
      for (const message of messages.splice(0)) say(message);
    },
  };
}

const sizeOf = ({ columns, rows }: Screen): { readonly columns: number; readonly rows: number } => ({ columns: Math.max(20, columns), rows });

/** Moving about needs no new look; another question does, even while it is paused. */
function lookedAt(feed: Feed, scene: Scene, before: ScreenState, after: ScreenState): Scene {
  const isOther = (['filter', 'sort', 'descending', 'showsExempt', 'isPaused'] as const).some((word) => before[word] !== after[word]);
  if (isOther) return feed.look(after, Date.now());
  return before.pages === after.pages ? scene : feed.reopened(scene, after);
}

/** As the terminal would have done: whoever feeds this program through a pipe hears of it as well. */
function acts(does: 'quit' | 'interrupt' | 'suspend', quit: () => void): void {
  if (does === 'suspend') process.kill(0, 'SIGTSTP');
  else {
    if (does === 'quit') quit();
    process.kill(0, 'SIGINT');
  }
}
