/** Requests to the server that brought this page, and what went wrong with them in words that say what to do. */
import { type Filters, filterParams } from './query.ts';

export class RequestProblem extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type Params = Readonly<Record<string, string | number | undefined>>;

/** Relative, so that it also works behind a proxy that adds a path. */
export function apiPath(path: string, filters: Filters, more: Params = {}): string {
  const params = filterParams(filters);
  for (const [key, value] of Object.entries(more)) if (value !== undefined) params.set(key, String(value));
  const query = params.toString();
  return `api/${path}${query === '' ? '' : `?${query}`}`;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(path, { ...(signal && { signal }), headers: { accept: 'application/json' }, cache: 'no-cache' }).catch(
    (error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new RequestProblem(0, 'The server does not answer. Is `plainsight serve` still running? The page goes on by itself when it is back.');
    },
  );
  if (!answer.ok) throw new RequestProblem(answer.status, await problemOf(answer));
  // The server is the one this page came from; its answers are checked against the API's description in its own tests.
  return (await answer.json()) as T;
}

async function problemOf(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => null);
  if (typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string') return body.error;
  return `The server answered ${answer.status} ${answer.statusText}.`;
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';
