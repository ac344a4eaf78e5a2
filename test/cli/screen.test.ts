import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openScreen, type Screen } from '../../src/cli/screen.ts';

const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';
const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';

type Stage = {
  readonly screen: Screen | undefined;
  readonly life: EventEmitter & { stops: number; stop(): void };
  written(): string;
  size(columns: number, rows: number): void;
};

function stage(term: string | undefined = 'xterm', isTTY = true): Stage {
  let text = '';
  const terminal = {
    isTTY,
    columns: 20,
    rows: 3,
    write(more: string, done: () => void): void {
      text += more;
      done();
    },
  };
  const life = Object.assign(new EventEmitter(), {
    stops: 0,
    stop(): void {
      life.stops++;
    },
  });
  return {
    screen: openScreen(terminal, term, life),
    life,
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

  test('draws over what stands there without erasing it first, and not at all when nothing changed', async () => {
    const { screen, written } = stage();
    await screen?.show(['one', 'two']);
    written();
    await screen?.show(['one', 'three']);
    const next = written();
    expect(next).not.toContain('\u001b[2J');
    expect(next).not.toContain(ENTER);
    expect(next).toContain('three');
    await screen?.show(['one', 'three']);
    expect(written()).toBe('');
  });

  test('shows no more lines than there are rows, and draws again when the size changes', async () => {
    const { screen, written, size } = stage();
    await screen?.show(['1', '2', '3', '4']);
    expect(written().split('\r\n')).toHaveLength(3);
    size(20, 2);
    await screen?.show(['1', '2', '3', '4']);
    expect(written().split('\r\n')).toHaveLength(2);
  });

  test('gives the terminal back whatever ends the program', async () => {
    const { screen, life, written } = stage();
    await screen?.show(['one']);
    written();
    life.emit('exit');
    expect(written()).toContain(SHOW);
  });

  test('gives it back while the program is stopped, and takes it again afterwards', async () => {
    const { screen, life, written } = stage();
    await screen?.show(['one']);
    written();
    life.emit('SIGTSTP');
    expect(written()).toContain(LEAVE);
    expect(life.stops).toBe(1);
    await screen?.show(['one']);
    expect(written()).toContain(ENTER);
  });
});
