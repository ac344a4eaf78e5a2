/** A terminal that is looked at: a shell in tmux, keys sent to it, and what stands on it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export type TmuxPane = {
  keys(...keys: readonly string[]): void;
  resize(columns: number, rows: number): void;
  text(): string;
  /** Waits until it stands there. */
  until(what: RegExp): Promise<string>;
  /** Whether programs draw on the second screen, and whether the cursor is seen. */
  state(): { readonly second: boolean; readonly cursor: boolean };
  close(): void;
};

const PATIENCE_MS = 20_000;

/** An interactive shell: what runs in it is in the foreground, and can be stopped and continued. */
export function openPane(columns: number, rows: number, env: Readonly<Record<string, string>> = {}): TmuxPane {
  // A server of its own: nobody else's sessions, no configuration.
  const server = `plainsight-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const tmux = (...words: readonly string[]): string =>
    execFileSync('tmux', ['-L', server, '-f', '/dev/null', ...words], {
      encoding: 'utf8',
      env: { ...process.env, TMUX: '', LC_ALL: 'C.UTF-8', ...env },
    });
  tmux('-u', 'new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, "PS1='ready> ' bash --norc --noprofile -i");
  const text = (): string => tmux('capture-pane', '-p', '-J');
  return {
    keys: (...keys) => void tmux('send-keys', ...keys),
    resize: (width, height) => void tmux('resize-window', '-x', `${width}`, '-y', `${height}`),
    text,
    async until(what) {
      const end = performance.now() + PATIENCE_MS;
      for (;;) {
        const seen = text();
        if (what.test(seen)) return seen;
        if (performance.now() > end) throw new Error(`${what} is not there:\n${seen}`);
        await sleep(50);
      }
    },
    state() {
      const [second, cursor] = tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}').trim().split(' ');
      return { second: second === '1', cursor: cursor === '1' };
    },
    close: () => void spawnSync('tmux', ['-L', server, 'kill-server']),
  };
}
