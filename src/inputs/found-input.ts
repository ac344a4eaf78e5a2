/** What the words of a command line come to. */
import type { PlainsightError } from '../model/error.ts';
import type { Input } from '../model/input.ts';

export type FoundInput = {
  readonly input: Input;
  /** Given by the user, rather than found in a directory: then it is an error when nothing can read it. */
  readonly named: boolean;
  /** Of a live capture: it ends by itself when the run is interrupted, and is cut off only by this. */
  readonly until?: AbortSignal;
  /** An address: what it gives is of the moment at which it is asked. */
  readonly isNow?: true;
  /** Of a question to a service: the format that answers it. Whatever else comes is no answer. */
  readonly answers?: string;
  /** The files that it is made of, oldest first, where it is more than one. */
  readonly parts?: (signal: AbortSignal) => AsyncIterable<Part>;
};
export type Part = {
  readonly input: Input;
  /** What is known to be missing before it: a slug; null for nothing. */
  readonly lost: string | null;
};
export type MissingInput = { readonly name: string; readonly named: boolean; readonly error: PlainsightError };
export type FoundInputs = { readonly inputs: readonly FoundInput[]; readonly missing: readonly MissingInput[] };
