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

type Secret = { readonly text: string; readonly from: string };

/** What to ask with. `url` may hold `user:password@`, which is taken out of it before it is shown. A `PlainsightError` of code 64 says what is wrong. */
export async function httpAccess(url: URL, sources: AccessSources): Promise<HttpAccess> {
  const { flag, tokenFile, basicAuthFile } = sources;
  const variable = (name: string): Secret | undefined => {
    const text = sources.environment[`${sources.variables}_${name}`]?.trim();
    return text === undefined || text === '' ? undefined : { text, from: `${sources.variables}_${name}` };
  };
  const token = tokenFile === null ? variable('TOKEN') : await secretFrom(tokenFile, `${flag}-token-file`);
  const basic = basicAuthFile === null ? variable('BASIC_AUTH') : await secretFrom(basicAuthFile, `${flag}-basic-auth-file`);
  const caFile = sources.caFile === null ? variable('CA_FILE') : { text: sources.caFile, from: `${flag}-ca-file` };
  const ca = caFile === undefined ? null : await fileText(caFile.text, caFile.from, MAX_CA_BYTES);
  if (ca !== null && !ca.includes('-----BEGIN CERTIFICATE-----')) throw wrong(caFile?.from ?? flag, 'holds no certificate in PEM');
  return { authorization: authorizationOf(token, basic ?? userOf(url, flag)), ca };
}

/** Who the address itself says is asking; undefined for nobody. */
export function userOf(url: URL, flag: string): Secret | undefined {
  if (url.username === '') return undefined;
  try {
    return { text: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`, from: flag };
  } catch {
    throw wrong(flag, 'has a user or password that is not percent-encoded');
  }
}

export function authorizationOf(token: Secret | undefined, basic: Secret | undefined): string | null {
  if (token !== undefined && token.text !== '') {
    // A line break would begin another header.
    if (/[^\x21-\x7e]/.test(token.text)) throw wrong(token.from, 'holds more than one token, or no token');
    return `Bearer ${token.text}`;
  }
  if (basic === undefined || basic.text === '') return null;
  if (!basic.text.includes(':')) throw wrong(basic.from, 'must hold user:password');
  return `Basic ${Buffer.from(basic.text).toString('base64')}`;
}

const secretFrom = async (path: string, from: string): Promise<Secret> => ({ text: (await fileText(path, from, MAX_SECRET_BYTES)).trim(), from });

async function fileText(path: string, from: string, maxBytes: number): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    // Its path is no secret; what is in it is.
    throw new PlainsightError(ExitCode.usage, `${from} ${path}: it cannot be read: check the path and who may read it`, { cause: error });
  }
  if (text.length > maxBytes) throw wrong(from, 'is too long for what it should hold');
  return text;
}

const wrong = (from: string, what: string): PlainsightError => new PlainsightError(ExitCode.usage, `${from}: it ${what}`);
