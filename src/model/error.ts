/** Exit codes of the command line (contract). */
export const ExitCode = { clean: 0, found: 1, undecided: 2, usage: 64, unreadable: 65, unavailable: 69, bug: 70, interrupted: 130 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Something the user can act on. The message says what, where, and what to do. */
export class PlainsightError extends Error {
  readonly code: ExitCode;
  constructor(code: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlainsightError';
    this.code = code;
  }
}
