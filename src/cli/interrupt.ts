/** Ctrl-C: the first ends the inputs, so that what waits is decided and summed up; the second ends the program. */
import { setMaxListeners } from 'node:events';
import { ExitCode } from '../model/error.ts';

export type Interruption = {
  readonly signal: AbortSignal;
  interrupted(): boolean;
  stop(): void;
  /** Enough was seen: as Ctrl-C, but no interruption. The SIGINT that whoever asks for it sends to those who feed this program is expected. */
  quit(): void;
};

export function interruptible(): Interruption {
  const abort = new AbortController();
  // Every input listens: Node would warn of a leak from the eleventh on.
  setMaxListeners(0, abort.signal);
  let interrupted = false;
  let expected = 0;
  const onSignal = (): void => {
    if (expected > 0) {
      expected--;
      return;
    }
    if (interrupted) process.exit(ExitCode.interrupted);
    interrupted = true;
    abort.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const quit = (): void => {
    expected++;
    abort.abort();
  };
  return { signal: abort.signal, interrupted: () => interrupted, stop: () => abort.abort(), quit };
}
