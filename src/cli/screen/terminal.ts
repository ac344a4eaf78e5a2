/**
 * A terminal drawn in place, on its second screen, so that what stood there before comes back. Whatever ends the program,
 * the cursor and the first screen are restored. Sequences: xterm's "Private Modes" (ctlseqs), as every terminal of today has them.
 */

/** What of `process.stdout` is needed. */
export type Terminal = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string, done: () => void): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
};

const DEADLY = ['SIGHUP', 'SIGQUIT'] as const;
type Happening = 'exit' | 'uncaughtExceptionMonitor' | 'SIGTSTP' | 'SIGCONT' | (typeof DEADLY)[number];
/** What of `process` is needed: to restore the terminal at its end, and while it is stopped (Ctrl-Z). */
export type Life = {
  on(event: Happening, listener: () => void): unknown;
  off(event: Happening, listener: () => void): unknown;
  /** Stops the program as Ctrl-Z would have done. */
  stop(): void;
  /** Ends it by that signal. */
  die(signal: (typeof DEADLY)[number]): void;
};

/** Who else takes part in how the terminal is: the keyboard. */
export type Occupant = {
  /** The picture is there, or there again. */
  enter(): void;
  /** It goes: for a while, or for good. */
  leave(): void;
  /** It has another size, or came back: to be drawn again. */
  redraw(): void;
};

export type Screen = {
  readonly columns: number;
  readonly rows: number;
  /** Replaces the picture: lines of `columns` cells, of which the first `rows` are shown. Resolves when the terminal has it. */
  show(lines: readonly string[]): Promise<void>;
  /** Restores the terminal; harmless when nothing was shown, or twice. */
  close(): void;
};

const CSI = '\u001b[';
const ENTER = `${CSI}?1049h${CSI}?25l`;
const LEAVE = `${CSI}?7h${CSI}?25h${CSI}?1049l`;
/** In between the terminal shows the last picture (mode 2026, where it knows it), and long lines are cut instead of wrapped. */
const BEGIN = `${CSI}?2026h${CSI}?7l`;
const END = `${CSI}?7h${CSI}?2026l`;
/** Everything below the last line of a new picture. */
const CLEAR_REST = `${CSI}J`;

const nothing = (): void => {};
const NOBODY: Occupant = { enter: nothing, leave: nothing, redraw: nothing };

/** Undefined where there is no terminal that could be drawn on. */
export function openScreen(terminal: Terminal, term: string | undefined, life: Life, occupant: Occupant = NOBODY): Screen | undefined {
  if (terminal.isTTY !== true || term === undefined || term === 'dumb') return undefined;
  let isOpen = false;
  let isClosed = false;
  let shown: Picture = NO_PICTURE;
  // A terminal that does not know its size says 0.
  const columns = (): number => terminal.columns || 80;
  const rows = (): number => terminal.rows || 24;
  const leave = (): void => {
    if (isOpen) {
      occupant.leave();
      terminal.write(LEAVE, nothing);
    }
    isOpen = false;
    shown = NO_PICTURE;
  };
  const stop = (): void => {
    leave();
    life.stop();
  };
  const close = (): void => {
    isClosed = true;
    leave();
    for (const off of listening.splice(0)) off();
  };
  const listening = listen(terminal, life, { close, stop, redraw: occupant.redraw });
  return {
    get columns() {
      return columns();
    },
    get rows() {
      return rows();
    },
    show(lines) {
      const next: Picture = { columns: columns(), rows: rows(), lines: lines.slice(0, rows()) };
      const changes = changesOf(shown, next);
      if (isClosed || changes === '') return Promise.resolve();
      const enter = isOpen ? '' : ENTER;
      if (!isOpen) occupant.enter();
      isOpen = true;
      shown = next;
      return new Promise((resolve) => terminal.write(`${enter}${BEGIN}${changes}${END}`, resolve));
    },
    close,
  };
}

/** What takes each listener away again. */
function listen(terminal: Terminal, life: Life, on: { close(): void; stop(): void; redraw(): void }): (() => void)[] {
  const heard: (() => void)[] = [];
  const hear = (event: Happening, listener: () => void): void => {
    life.on(event, listener);
    heard.push(() => life.off(event, listener));
  };
  hear('exit', on.close);
  // Before the message of what went wrong is written: on the second screen it would be lost.
  hear('uncaughtExceptionMonitor', on.close);
  hear('SIGTSTP', on.stop);
  hear('SIGCONT', on.redraw);
  for (const signal of DEADLY) {
    hear(signal, () => {
      on.close();
      life.die(signal);
    });
  }
  terminal.on('resize', on.redraw);
  heard.push(() => terminal.off('resize', on.redraw));
  return heard;
}

type Picture = { readonly columns: number; readonly rows: number; readonly lines: readonly string[] };
const NO_PICTURE: Picture = { columns: 0, rows: 0, lines: [] };

/** Only lines that differ: a slow connection should not be waited for. A line fills its row, so that nothing has to be erased, which would flicker. */
function changesOf(before: Picture, next: Picture): string {
  const isSame = before.columns === next.columns && before.rows === next.rows;
  let text = '';
  for (const [row, line] of next.lines.entries()) {
    if (!isSame || before.lines[row] !== line) text += `${CSI}${row + 1};1H${line}`;
  }
  if (isSame && before.lines.length <= next.lines.length) return text;
  return next.lines.length < next.rows ? `${text}${CSI}${next.lines.length + 1};1H${CLEAR_REST}` : text;
}

/** The running program. */
export const ownLife: Life = {
  on: (event, listener) => process.on(event, listener),
  off: (event, listener) => process.off(event, listener),
  // SIGTSTP itself is caught; nobody can catch this one.
  stop: () => process.kill(process.pid, 'SIGSTOP'),
  die: (signal) => process.kill(process.pid, signal),
};
