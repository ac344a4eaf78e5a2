/** Exit codes of the command line (contract). */
export const ExitCode = { clean: 0, found: 1, undecided: 2, usage: 64, unreadable: 65, unavailable: 69, bug: 70, interrupted: 130 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A name as part of a message: its line breaks are shown, so that no file can be called such that it speaks for itself. */
export const inLine = (name: string): string => name.replace(/[\n\r]/g, (end) => (end === '\n' ? '\\n' : '\\r'));

/** Something the user can act on. The message says what, where, and what to do. */
export class PlainsightError extends Error {
  readonly code: ExitCode;
  constructor(code: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlainsightError';
    this.code = code;
  }
}
