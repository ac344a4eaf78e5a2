/** Who asks: tokens, passwords and CAs from files or the environment, never from the command line, where everyone on the machine can read them. */
import { readFile } from 'node:fs/promises';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { HttpAccess } from './http.ts';

export type AccessSources = {
  /** `--prometheus`, `--kiali`: its `-token-file`, `-ca-file` and `-basic-auth-file` name the files. */
  readonly flag: string;
  readonly tokenFile: string | null;
  /** `user:password` on one line. */
  readonly basicAuthFile: string | null;
  readonly caFile: string | null;
  /** Prefix of the variables `…_TOKEN`, `…_BASIC_AUTH`, `…_CA_FILE`; files go before them. */
  readonly variables: string;
  readonly environment: { readonly [name: string]: string | undefined };
};

const MAX_SECRET_BYTES = 64 * 1024;
const MAX_CA_BYTES = 1 << 20;

/** What to ask with. `url` may hold `user:password@`, which is taken out of it before it is shown. A `PlainsightError` of code 64 says what is wrong. */
export async function httpAccess(url: URL, sources: AccessSources): Promise<HttpAccess> {
  const { flag, variables, environment } = sources;
  const token = sources.tokenFile === null ? environment[`${variables}_TOKEN`] : await secretFrom(sources.tokenFile, `${flag}-token-file`);
  const basic =
    sources.basicAuthFile === null ? environment[`${variables}_BASIC_AUTH`] : await secretFrom(sources.basicAuthFile, `${flag}-basic-auth-file`);
  const caFile = sources.caFile ?? environment[`${variables}_CA_FILE`] ?? null;
  const ca = caFile === null ? null : await fileText(caFile, `${flag}-ca-file`, MAX_CA_BYTES);
  if (ca !== null && !ca.includes('-----BEGIN CERTIFICATE-----')) throw wrong(`${flag}-ca-file`, 'holds no certificate in PEM');
  return { authorization: authorizationOf({ token, basic, url }, flag), ca };
}

type Secrets = { readonly token: string | undefined; readonly basic: string | undefined; readonly url: URL };

function authorizationOf({ token, basic, url }: Secrets, flag: string): string | null {
  if (token !== undefined && token !== '') {
    // A line break would begin another header.
    if (/[^\x21-\x7e]/.test(token)) throw wrong(`${flag}-token-file`, 'holds more than one token, or no token');
    return `Bearer ${token}`;
  }
  const user = basic ?? (url.username === '' ? undefined : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`);
  if (user === undefined || user === '') return null;
  if (!user.includes(':')) throw wrong(`${flag}-basic-auth-file`, 'must hold user:password');
  return `Basic ${Buffer.from(user).toString('base64')}`;
}

const secretFrom = async (path: string, flag: string): Promise<string> => (await fileText(path, flag, MAX_SECRET_BYTES)).trim();

async function fileText(path: string, flag: string, maxBytes: number): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    // Its path is no secret; what is in it is.
    throw new PlainsightError(ExitCode.usage, `${flag} ${path}: it cannot be read: check the path and who may read it`, { cause: error });
  }
  if (text.length > maxBytes) throw wrong(flag, 'is too long for what it should hold');
  return text;
}

const wrong = (flag: string, what: string): PlainsightError => new PlainsightError(ExitCode.usage, `${flag}: the file ${what}`);
