/** What could not be read: said at once, and remembered for the exit code. */
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { InputState } from '../pipeline/input-state.ts';
import { HELPED_VIEWS } from './help.ts';
import { nearest } from './suggest.ts';

/** A word that is nearly a view, or a second one, is read as the name of a file. */
function withView(error: PlainsightError, name: string): PlainsightError {
  const view = /^[a-z-]+$/.test(name) ? nearest(name, HELPED_VIEWS) : undefined;
  if (view === undefined) return error;
  const hint = view === name ? 'it is a view, and there is one, before all inputs' : `did you mean the view ${view}? It stands before all inputs`;
  return new PlainsightError(error.code, `${error.message}; ${hint}`, { cause: error });
}

export class Troubles {
  #unreadable = false;
  #unavailable = false;
  readonly #complain: (message: string, named: boolean) => void;

  /** `named`: the user asked for this input, and is told even where it is to be quiet. */
  constructor(complain: (message: string, named: boolean) => void) {
    this.#complain = complain;
  }

  missing(error: unknown, named: boolean, name = ''): void {
    this.#say(error instanceof PlainsightError ? withView(error, name) : error, named);
    this.#unreadable ||= named;
  }

  broke(state: InputState, error: unknown, { named, isPart }: { readonly named: boolean; readonly isPart: boolean }): void {
    this.#say(error, named);
    // What gave nothing lost nothing either: an error answer, a capture without its header.
    if (isPart || (state.format !== null && state.status().read > 0)) state.lose(1);
    else if (error instanceof PlainsightError && error.code === ExitCode.unavailable) this.#unavailable = true;
    else this.#unreadable ||= named;
  }

  /** For the exit code. */
  outcome(): { readonly refused: typeof ExitCode.unavailable | null; readonly unreadable: boolean } {
    return { refused: this.#unavailable ? ExitCode.unavailable : null, unreadable: this.#unreadable };
  }

  /** A bug is nothing to go on after. */
  #say(error: unknown, named: boolean): void {
    if (!(error instanceof PlainsightError)) throw error;
    this.#complain(error.message, named);
  }
}
