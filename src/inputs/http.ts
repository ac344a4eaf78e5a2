/**
 * Bytes from an HTTP API: one GET an address, its body as the input's bytes. Secrets go into headers and nowhere else: not into
 * names, messages or causes. Through node:http(s), since only they take a CA of one's own on Node 20.
 */
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { type RequestOptions, request as tlsRequest } from 'node:https';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Input } from '../model/input.ts';

export type HttpAccess = {
  /** Value of the Authorization header; null for none. */
  readonly authorization: string | null;
  /** PEM certificates that are trusted besides nothing else; null for the system's. */
  readonly ca: string | null;
};
export const NO_ACCESS: HttpAccess = { authorization: null, ca: null };

export type HttpOptions = HttpAccess & {
  /** What the service is called in messages: `Prometheus`, `Kiali`; null for an address given as INPUT, of which nothing is known. */
  readonly service: string | null;
  /** The flag it came with, for advice: `--prometheus`. */
  readonly flag: string;
  /** Without a byte for so long it has failed. */
  readonly timeoutMs: number;
  /** Of one body. */
  readonly maxBytes: number;
};

export const HTTP_DEFAULTS: Pick<HttpOptions, 'timeoutMs' | 'maxBytes'> = { timeoutMs: 30_000, maxBytes: 1 << 30 };

/** Of a question about a time. */
export const NO_SPAN = '--since: it must be before --until, and before now';

const MAX_REDIRECTS = 5;
const MAX_ERROR_BYTES = 8192;

/** The bodies at `urls`, one after the other, as one input. Errors are `PlainsightError`s of code 69. */
export function httpInput(name: string, urls: readonly URL[], options: HttpOptions): Input {
  return { name, live: false, size: null, open: (signal) => bodies(urls, options, signal) };
}

async function* bodies(urls: readonly URL[], options: HttpOptions, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  for (const [index, url] of urls.entries()) {
    // Answers that follow each other stay apart.
    if (index > 0) yield NEWLINE.slice();
    try {
      yield* body(url, options, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw unavailable(url, options, error);
    }
  }
}

const NEWLINE = new Uint8Array([0x0a]);

async function* body(url: URL, options: HttpOptions, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const response = await answer(url, options, signal);
  let bytes = 0;
  try {
    for await (const chunk of response) {
      if (!(chunk instanceof Uint8Array)) continue;
      if (bytes === 0 && isPage(response, chunk)) throw failure(url, options, page(options));
      bytes += chunk.byteLength;
      if (bytes > options.maxBytes)
        throw failure(url, options, `its answer is longer than ${options.maxBytes} bytes: ask for fewer namespaces or a shorter time`);
      yield chunk;
    }
  } finally {
    response.destroy();
  }
}

/** Some send their login pages as if they were the answer. */
const isPage = ({ headers }: IncomingMessage, head: Uint8Array): boolean =>
  headers['content-type']?.startsWith('text/html') === true ||
  /^\s*<(?:!doctype html|html)\b/i.test(Buffer.from(head.subarray(0, 512)).toString('latin1'));

const page = (options: HttpOptions): string =>
  `it answers with a web page, not with ${options.service === null ? 'anything that can be read here' : 'its API'}: where that is a login, ${tokenAdvice(options)}; else check the path`;

async function answer(start: URL, options: HttpOptions, signal: AbortSignal): Promise<IncomingMessage> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await get(url, options, { signal, isOwn: url.origin === start.origin });
    const status = response.statusCode ?? 0;
    if (status === 200) return response;
    const { location } = response.headers;
    if (status >= 300 && status < 400 && location !== undefined) {
      response.destroy();
      url = redirected(url, location, options);
      continue;
    }
    throw failure(start, options, refusal(status, await firstBytes(response), options));
  }
  throw failure(start, options, `it redirects more than ${MAX_REDIRECTS} times: give the address it should lead to`);
}

function redirected(from: URL, location: string, options: HttpOptions): URL {
  if (!URL.canParse(location, from.href)) throw failure(from, options, 'it redirects to what is no address: give the address it should lead to');
  const to = new URL(location, from);
  if (to.protocol !== 'http:' && to.protocol !== 'https:') throw failure(from, options, 'it redirects to what is no HTTP address');
  if (from.protocol === 'https:' && to.protocol === 'http:') throw failure(from, options, 'it redirects from https to http: give an https address');
  // The login page of a proxy in front, mostly.
  if (/\/(login|oauth2?|auth|signin)\b/i.test(to.pathname))
    throw failure(from, options, `it redirects to a login page: ${tokenAdvice(options)}, or give an address behind the proxy`);
  return to;
}

type Getting = { readonly signal: AbortSignal; readonly isOwn: boolean };

/** A secret goes only to the server it was given for, never along with a redirect. */
function get(url: URL, options: HttpOptions, { signal, isOwn }: Getting): Promise<IncomingMessage> {
  const headers = {
    accept: 'application/json, text/plain',
    ...(options.authorization !== null && isOwn ? { authorization: options.authorization } : {}),
  };
  const asked: RequestOptions = { method: 'GET', headers, signal, ...(options.ca === null ? {} : { ca: options.ca }) };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, asked, resolve);
    request.setTimeout(options.timeoutMs, () =>
      request.destroy(failure(url, options, `nothing came for ${options.timeoutMs / 1000} s: is it reachable from here?`)),
    );
    request.on('error', reject);
    request.end();
  });
}

async function firstBytes(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > MAX_ERROR_BYTES) break;
  }
  response.destroy();
  return text.slice(0, MAX_ERROR_BYTES);
}

/** What a status other than 200 means, with the server's own words where it has any. */
function refusal(status: number, text: string, options: HttpOptions): string {
  const words = wordsOf(text);
  const said = words === null ? '' : ` (${words})`;
  if (status === 401) return `it wants to know who asks: HTTP 401${said}; ${tokenAdvice(options)}`;
  if (status === 403) return `it does not let this user ask: HTTP 403${said}; check what the token may see`;
  if (status === 404) return `there is ${options.service === null ? 'nothing' : `no ${options.service}`} at that address: HTTP 404; check the path`;
  if (status === 400 || status === 422) return `it does not take the question: HTTP ${status}${said}`;
  return `it answers HTTP ${status}${said}; look at its own log`;
}

const tokenAdvice = ({ service, flag }: HttpOptions): string =>
  service === null
    ? 'put user:password@ before the host, or save it with a tool that may ask'
    : `give a token (${flag}-token-file) or a user and password (${flag}-basic-auth-file)`;

/** Prometheus and Kiali both have the message under `error`. */
function wordsOf(text: string): string | null {
  const found = /"error"\s*:\s*"((?:[^"\\]|\\.){1,300})/.exec(text)?.[1];
  return found === undefined ? null : found.replace(/\\(.)/g, '$1').replace(/\p{Cc}+/gu, ' ');
}

const ADVICE: { readonly [code: string]: string } = {
  ECONNREFUSED: 'nothing listens there: check host and port, or forward one (kubectl port-forward)',
  ENOTFOUND: 'there is no such host: check the name, or forward a port (kubectl port-forward)',
  EAI_AGAIN: 'its name cannot be resolved now: check the network',
  ECONNRESET: 'it closed the connection before it had answered',
  EHOSTUNREACH: 'no route leads there: check the network',
  ETIMEDOUT: 'it does not answer: is it reachable from here?',
  EPROTO: 'it speaks no TLS: try http:// instead of https://',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: use the name it has',
};
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
]);

function unavailable(url: URL, options: HttpOptions, error: unknown): PlainsightError {
  if (error instanceof PlainsightError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const advice = UNTRUSTED.has(code)
    ? `its certificate is signed by nobody that is trusted here: give the CA's certificate (${options.service === null ? 'NODE_EXTRA_CA_CERTS=FILE' : `${options.flag}-ca-file`})`
    : (ADVICE[code] ?? `asking it failed${code === '' ? '' : ` (${code})`}`);
  return failure(url, options, advice);
}

function failure(url: URL, { service, flag }: HttpOptions, what: string): PlainsightError {
  return new PlainsightError(
    ExitCode.unavailable,
    service === null ? `${shownUrl(url)}: ${what}` : `${service} at ${shownUrl(url)} (${flag}): ${what}`,
  );
}

/** Without user, password or question: those may be secret. */
export const shownUrl = (url: URL): string => `${url.origin}${url.pathname}`;

/** Node would make an Authorization header of them again, and send it wherever it is redirected to. */
export function withoutUser(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}
