import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openScreen, type Screen } from '../../../src/cli/screen/terminal.ts';

const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';
const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';

type Stage = {
  readonly screen: Screen | undefined;
  readonly life: EventEmitter & { stops: number; stop(): void; deaths: string[]; die(signal: string): void };
  /** What the keyboard was told. */
  readonly told: string[];
  resized(): void;
  written(): string;
  size(columns: number, rows: number): void;
};

function stage(term: string | undefined = 'xterm', isTTY = true): Stage {
  let text = '';
  const told: string[] = [];
  const terminal = Object.assign(new EventEmitter(), {
    isTTY,
    columns: 20,
    rows: 3,
    write(more: string, done: () => void): void {
      text += more;
      done();
    },
  });
  const life = Object.assign(new EventEmitter(), {
    stops: 0,
    stop(): void {
      life.stops++;
    },
    deaths: [] as string[],
    die(signal: string): void {
      life.deaths.push(signal);
    },
  });
  const occupant = { enter: () => told.push('enter'), leave: () => told.push('leave'), redraw: () => told.push('redraw') };
  return {
    screen: openScreen(terminal, term, life, occupant),
    life,
    told,
    resized: () => terminal.emit('resize'),
    written: () => {
      const all = text;
      text = '';
      return all;
    },
    size: (columns, rows) => Object.assign(terminal, { columns, rows }),
  };
}

describe('the screen', () => {
  test('is none where there is no terminal, or one that cannot be drawn on', () => {
    expect(stage('xterm', false).screen).toBeUndefined();
    expect(stage('dumb').screen).toBeUndefined();
  });

  test('leaves a terminal alone that it has nothing to show on', () => {
    const { screen, written } = stage();
    screen?.close();
    expect(written()).toBe('');
  });

  test('takes the second screen with the first picture and gives it back at the end, once', async () => {
    const { screen, written } = stage();
    await screen?.show(['one', 'two']);
    const shown = written();
    expect(shown).toContain(ENTER);
    expect(shown).toContain(HIDE);
    expect(shown).toContain('one');
    screen?.close();
    const left = written();
    expect(left).toContain(SHOW);
    expect(left).toContain(LEAVE);
    screen?.close();
    await screen?.show(['late']);
    expect(written()).toBe('');
  });

  test('draws only what differs, over what stands there, and nothing when nothing does', async () => {
    const { screen, written } = stage();
    await screen?.show(['one', 'two']);
    written();
    await screen?.show(['one', 'six']);
    expect(written()).toBe('\u001b[?2026h\u001b[?7l\u001b[2;1Hsix\u001b[?7h\u001b[?2026l');
    await screen?.show(['one', 'six']);
    expect(written()).toBe('');
  });

  test('erases below a picture that has become shorter', async () => {
    const { screen, written } = stage();
    await screen?.show(['1', '2', '3']);
    written();
    await screen?.show(['1']);
    expect(written()).toContain('\u001b[2;1H\u001b[J');
  });

  test('shows no more lines than there are rows, and all of them again when the size changes', async () => {
    const { screen, written, size, resized, told } = stage();
    await screen?.show(['1', '2', '3', '4']);
    expect(written()).toContain('\u001b[3;1H3\u001b[');
    size(20, 2);
    resized();
    expect(told).toContain('redraw');
    await screen?.show(['1', '2', '3', '4']);
    expect(written()).toContain('\u001b[1;1H1\u001b[2;1H2\u001b[?7h');
  });

  test.for(['exit', 'uncaughtExceptionMonitor', 'SIGHUP', 'SIGQUIT'] as const)('gives the terminal and the keys back on %s', async (event) => {
    const { screen, life, written, told } = stage();
    await screen?.show(['one']);
    written();
    life.emit(event);
    expect(written()).toContain(SHOW);
    expect(told).toEqual(['enter', 'leave']);
    expect(life.deaths).toEqual(event.startsWith('SIG') ? [event] : []);
    // Nothing of it is left that could keep the program, or draw on what is no longer its terminal.
    expect(life.eventNames()).toEqual([]);
    await screen?.show(['late']);
    expect(written()).toBe('');
  });

  test('gives them back while the program is stopped, and takes them again afterwards', async () => {
    const { screen, life, written, told } = stage();
    await screen?.show(['one']);
    written();
    life.emit('SIGTSTP');
    expect(written()).toContain(LEAVE);
    expect(life.stops).toBe(1);
    life.emit('SIGCONT');
    expect(told).toEqual(['enter', 'leave', 'redraw']);
    await screen?.show(['one']);
    expect(written()).toContain(ENTER);
  });
});
