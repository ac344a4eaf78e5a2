import { ExitCode } from '../model/error.ts';
import type { GateCode } from './gate.ts';

/** What happened in a run, as far as the exit code asks. */
export type Happened = {
  readonly bug: boolean;
  /** 64 or 69, from a `PlainsightError` that ended the run. */
  readonly refused: typeof ExitCode.usage | typeof ExitCode.unavailable | null;
  readonly interrupted: boolean;
  /** An input that was named could not be read at all. */
  readonly unreadable: boolean;
  /** Of the views that judge; null for the others. */
  readonly gate: GateCode | null;
};

/** Contract, exit codes: the first that applies. A reader that went away (`| head`) is success and not in here. */
export function exitCode({ bug, refused, interrupted, unreadable, gate }: Happened): ExitCode {
  if (bug) return ExitCode.bug;
  if (refused !== null) return refused;
  if (interrupted) return ExitCode.interrupted;
  if (unreadable) return ExitCode.unreadable;
  return gate ?? ExitCode.clean;
}
