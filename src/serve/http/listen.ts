/** The server's socket: Node's requests to Hono and its answers back, bounded in size, time and number. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ExitCode, PlainsightError } from '../../model/error.ts';
import type { Listen } from './listen-address.ts';

export type Answers = (request: Request) => Response | Promise<Response>;
export type Listening = {
  /** Where it answers; the port is the one that was found where 0 was asked for. */
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
};

const MAX_CONNECTIONS = 256;
const MAX_HEADER_BYTES = 16 * 1024;
const REQUEST_MS = 15_000;

export async function listen({ address, port }: Listen, answers: Answers): Promise<Listening> {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) => {
    void answer(request, response, answers);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listening(server, address, port);
  const bound = server.address();
  return { address, port: isInfo(bound) ? bound.port : port, close: () => closed(server) };
}

const isInfo = (bound: AddressInfo | string | null): bound is AddressInfo => bound !== null && typeof bound === 'object';

function listening(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refused(error, address, port)));
    server.listen(port, address, resolve);
  });
}

function refused(error: NodeJS.ErrnoException, address: string, port: number): PlainsightError {
  const where = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  const why: { readonly [code: string]: string } = {
    EADDRINUSE: `something else listens there already; name another port (--listen ${port + 1}), or 0 for any that is free`,
    EACCES: 'ports below 1024 are for root; name another one',
    EADDRNOTAVAIL: 'this machine has no such address; 127.0.0.1 is itself, 0.0.0.0 all it has',
    ENOTFOUND: 'no such name; name an address',
  };
  return new PlainsightError(ExitCode.unavailable, `cannot listen on ${where}: ${why[error.code ?? ''] ?? error.message}`, { cause: error });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Whoever follows the events would keep it open for ever.
    server.closeAllConnections();
  });
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, answers: Answers): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  try {
    await write(await answers(requestOf(incoming, gone.signal)), outgoing, incoming.method === 'HEAD');
  } catch {
    // The other side has gone, or sent what is no request: there is nobody to tell.
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(400, { Connection: 'close' }).end();
  }
}

/** The body is never read: nothing is asked that has one. */
function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  // Whatever Host says is no part of what is asked; the guard looks at it.
  const path = (incoming.url ?? '/').replace(/^[^/]*\/*/, '/');
  return new Request(new URL(`http://plainsight.invalid${path}`), { method: incoming.method ?? 'GET', headers, signal });
}

async function write(response: Response, outgoing: ServerResponse, isHead: boolean): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null || isHead) {
    outgoing.end();
    await response.body?.cancel();
  } else await pipeline(Readable.fromWeb(response.body), outgoing);
}
