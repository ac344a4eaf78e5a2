/** An address as INPUT: fetched once, and recognised by its bytes as every input is (`http://localhost:15000/config_dump` of a forwarded port). */
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Input } from '../model/input.ts';
import { HTTP_DEFAULTS, httpInput, shownUrl, withoutUser } from './http.ts';
import { authorizationOf, userOf } from './http-access.ts';

export const isUrl = (word: string): boolean => /^https?:\/\//i.test(word);

/** Throws `PlainsightError` for what is no address. Any length: formats read in pieces, and say where they cannot. */
export function urlInput(word: string): Input {
  if (!URL.canParse(word)) throw new PlainsightError(ExitCode.usage, 'an input begins like an address (http://…) and is none: check host and port');
  const url = new URL(word);
  const authorization = authorizationOf(undefined, userOf(url, shownUrl(url)));
  const options = { ...HTTP_DEFAULTS, maxBytes: Infinity, authorization, ca: null, service: null, flag: '' };
  // Two questions to one path are two inputs, and what is asked may be a secret.
  return httpInput(`${shownUrl(url)}${url.search === '' ? '' : '?…'}`, [withoutUser(url)], options);
}
