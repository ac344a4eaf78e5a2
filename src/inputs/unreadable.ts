/** What to say when an input cannot be opened or read: what, where, what to do. */
import { ExitCode, inLine, PlainsightError } from '../model/error.ts';

const ADVICE: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file: check the path',
  ENOTDIR: 'a part of its path is no directory: check the path',
  EACCES: 'it may not be read by this user: run as one who may, or change its mode',
  EPERM: 'it may not be read by this user: run as one who may, or change its mode',
  EISDIR: 'it is a directory where bytes are needed: name a file, or the directory itself as an argument',
  ELOOP: 'its symbolic links go round in a circle: name the file itself',
  EMFILE: 'too many files are open: raise the limit (ulimit -n), or give fewer at a time',
  ENFILE: 'too many files are open on this machine: close some, or give fewer at a time',
  ENXIO: 'it is a socket or a device without a driver: pipe what it says into plainsight -',
  EIO: 'the device reports an error: copy the file elsewhere first',
};

/** A `PlainsightError` for an error of the system that befell the input `name`; one that already is stays as it is. */
export function unreadable(name: string, error: unknown): PlainsightError {
  if (error instanceof PlainsightError) return error;
  const code = errorCode(error);
  const advice = ADVICE[code] ?? `reading it failed${code === '' ? '' : ` (${code})`}`;
  return new PlainsightError(ExitCode.unreadable, `cannot read ${inLine(name)}: ${advice}`, { cause: error });
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
