/** What a report that is kept says of the run itself. */
import type { RunEnding, RunFacts } from '../model/reporter.ts';
import { micros } from '../model/time.ts';
import { version } from './version.ts';

/** More are counted only: a folder may hold any number of unreadable files. */
const MAX_COMPLAINTS = 1000;

export type RunLog = RunFacts & {
  /** Something could not be read. */
  complain(message: string): void;
  /** Hex. */
  hashed(input: string, sha256: string): void;
};

export function runLog(words: readonly string[], now: () => number): RunLog {
  const complaints: string[] = [];
  const hashes = new Map<string, string>();
  return {
    version: version(),
    words: withoutSecrets(words),
    started: micros(now() * 1000),
    complain: (message) => {
      if (complaints.length < MAX_COMPLAINTS) complaints.push(message);
    },
    hashed: (input, sha256) => {
      hashes.set(input, sha256);
    },
    ended: (): RunEnding => ({ at: micros(now() * 1000), complaints, hashes }),
  };
}

const SECRET_FLAG = /^--[\w-]*(?:token|password|passwd|secret|auth|bearer|api-?key)[\w-]*/i;
/** Credentials in an address, and in its query. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi;
const SECRET_QUERY = /([?&](?:[\w-]*(?:token|password|secret|key|sig|signature|auth)[\w-]*)=)[^&#\s]+/gi;
const GONE = '***';

/** Words as typed, but for what nobody may read in a report: values of flags that take secrets, and credentials in addresses. */
export function withoutSecrets(words: readonly string[]): readonly string[] {
  return words.map((word, index) => {
    const flag = SECRET_FLAG.exec(word)?.[0];
    if (flag !== undefined) return word.startsWith(`${flag}=`) ? `${flag}=${GONE}` : word;
    // A file that holds a secret is no secret, but nobody needs its name either.
    const before = words[index - 1];
    if (before !== undefined && SECRET_FLAG.exec(before)?.[0] === before) return GONE;
    return word.replace(USER_INFO, `$1${GONE}@`).replace(SECRET_QUERY, `$1${GONE}`);
  });
}
