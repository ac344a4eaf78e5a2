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
};
/** What of `process` is needed: to restore the terminal at its end, and while it is stopped (Ctrl-Z). */
export type Life = {
  on(event: 'exit' | 'SIGTSTP' | 'SIGCONT', listener: () => void): unknown;
  off(event: 'exit' | 'SIGTSTP' | 'SIGCONT', listener: () => void): unknown;
  /** Stops the program as Ctrl-Z would have done. */
  stop(): void;
};

export type Screen = {
  readonly columns: number;
  readonly rows: number;
  /** Replaces the picture; only the first `rows` lines are shown. Resolves when the terminal has it. */
  show(lines: readonly string[]): Promise<void>;
  /** Restores the terminal; harmless when nothing was shown, or twice. */
  close(): void;
};

const CSI = '\u001b[';
const ENTER = `${CSI}?1049h${CSI}?25l`;
const LEAVE = `${CSI}?7h${CSI}?25h${CSI}?1049l`;
/** In between the terminal shows the last picture (mode 2026, where it knows it), and long lines are cut instead of wrapped. */
const BEGIN = `${CSI}?2026h${CSI}?7l${CSI}H`;
const END = `${CSI}J${CSI}?7h${CSI}?2026l`;

const nothing = (): void => {};

/** Undefined where there is no terminal that could be drawn on. */
export function openScreen(terminal: Terminal, term: string | undefined, life: Life): Screen | undefined {
  if (terminal.isTTY !== true || term === undefined || term === 'dumb') return undefined;
  let isOpen = false;
  let isClosed = false;
  let shown = '';
  // A terminal that does not know its size says 0.
  const rows = (): number => terminal.rows || 24;
  const leave = (): void => {
    if (isOpen) terminal.write(LEAVE, nothing);
    isOpen = false;
    shown = '';
  };
  const stop = (): void => {
    leave();
    life.stop();
  };
  const close = (): void => {
    isClosed = true;
    leave();
    life.off('exit', close);
    life.off('SIGTSTP', stop);
  };
  life.on('exit', close);
  life.on('SIGTSTP', stop);
  return {
    get columns() {
      return terminal.columns || 80;
    },
    get rows() {
      return rows();
    },
    show(lines) {
      // What is behind the line's end is erased after it is written: erasing first would flicker.
      const picture = lines
        .slice(0, rows())
        .map((line) => `${line}${CSI}K`)
        .join('\r\n');
      const key = `${terminal.columns}x${terminal.rows} ${picture}`;
      if (isClosed || key === shown) return Promise.resolve();
      const enter = isOpen ? '' : ENTER;
      isOpen = true;
      shown = key;
      return new Promise((resolve) => terminal.write(`${enter}${BEGIN}${picture}${END}`, resolve));
    },
    close,
  };
}

/** The running program. */
export const ownLife: Life = {
  on: (event, listener) => process.on(event, listener),
  off: (event, listener) => process.off(event, listener),
  // SIGTSTP itself is caught; nobody can catch this one.
  stop: () => process.kill(process.pid, 'SIGSTOP'),
};
