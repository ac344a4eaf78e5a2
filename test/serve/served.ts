/** `plainsight serve` as a child process, asked over real HTTP. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const running = new Set<ChildProcessWithoutNullStreams>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

export type Served = {
  /** Ends with a slash; with the token, where there is one. */
  readonly url: string;
  readonly child: ChildProcessWithoutNullStreams;
  get(path: string): Promise<Response>;
  json(path: string): Promise<Record<string, unknown>>;
  /** Interrupted: what it wrote, and its exit code. */
  stop(): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
};

/** `words` after `serve --listen 0`. `said`: what on stderr tells the address. */
export async function served(words: readonly string[], said: RegExp = /serving on (\S+)/, env: Record<string, string> = {}): Promise<Served> {
  const child = spawn(process.execPath, [PROGRAM, ...words], { env: { ...process.env, NO_COLOR: '1', ...env } });
  running.add(child);
  let [out, err] = ['', ''];
  child.stdin.on('error', () => {});
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (part: Buffer) => {
      err += part.toString();
      const found = said.exec(err)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on('close', (code) => reject(new Error(`ended with ${code}: ${err}`)));
  });
  // A connection of its own each: one that is kept may be closed while a test does something else.
  const get = async (path: string): Promise<Response> => {
    const { status, headers, body } = await ask(new URL(path, url).href, {});
    return new Response(body, { status, headers: { 'content-type': String(headers['content-type']) } });
  };
  return {
    url,
    child,
    get,
    json: async (path) => (await (await get(path)).json()) as Record<string, unknown>,
    stop: () =>
      new Promise((resolve) => {
        child.on('close', (code) => resolve({ code, out, err }));
        child.kill('SIGINT');
      }),
  };
}

export async function until<T>(look: () => Promise<T>, isDone: (seen: T) => boolean, ms = 20_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const seen = await look();
    if (isDone(seen)) return seen;
    if (performance.now() > end) throw new Error(`still ${JSON.stringify(seen).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** When all inputs have been read. */
export const read = (server: Served): Promise<Record<string, unknown>> =>
  until(
    () => server.json('api/summary'),
    ({ running: is }) => is === false,
  );

export type Answer = { readonly status: number; readonly headers: Record<string, string | string[] | undefined>; readonly body: string };

/** With headers that `fetch` does not let one set. */
export function ask(url: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, method, agent: false }, (response) => {
      let body = '';
      response.on('data', (part: Buffer) => {
        body += part.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

export type ServerEvent = { readonly id: string; readonly name: string; readonly data: Record<string, unknown> };

/** Events as they come, until `close`. */
export async function listenTo(url: string, headers: Record<string, string> = {}): Promise<{ events: ServerEvent[]; close(): void }> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  if (response.body === null || !response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  const events: ServerEvent[] = [];
  const body = response.body;
  void (async () => {
    let text = '';
    for await (const part of body) {
      text += new TextDecoder().decode(part);
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = new Map(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
        );
        text = text.slice(end + 2);
        const data = fields.get('data');
        if (data !== undefined) events.push({ id: fields.get('id') ?? '', name: fields.get('event') ?? '', data: JSON.parse(data) });
      }
    }
  })().catch(() => {});
  return { events, close: () => abort.abort() };
}
