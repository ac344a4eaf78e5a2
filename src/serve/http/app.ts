/** The server, assembled: the guard before everything, the API, the metrics, the page. */
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { PlainsightError } from '../../model/error.ts';
import { audit } from '../views/answers.ts';
import type { Looks } from '../views/look.ts';
import { type Beats, eventStream } from './events.ts';
import { cookieName, type GuardOptions, guard } from './guard.ts';
import { isLoopback } from './listen-address.ts';
import { openApi } from './openapi.ts';
import type { Page } from './page.ts';
import { askedOf, Refusal, wholeOf } from './query.ts';
import { ROUTES } from './routes.ts';

export type AppOptions = {
  readonly looks: Looks;
  readonly beats: Beats;
  readonly guard: Omit<GuardOptions, 'isPublic'>;
  readonly page: Page;
  metrics(): string;
  /** A bug: told to whoever runs the server. */
  onBug(error: unknown): void;
};

/** A file to be kept; it says itself what it may load: nothing. */
const AUDIT_HEADERS = { 'Content-Disposition': 'attachment; filename="plainsight.html"', 'Cache-Control': 'no-store' };
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const LASTING = 'public, max-age=31536000, immutable';

/** The guard, and how errors are told. */
export function bare(guarded: GuardOptions, onBug: AppOptions['onBug']): Hono {
  const hono = new Hono({ strict: true });
  hono.use(guard(guarded));
  // Within a machine bytes are cheaper than the time it takes; a stream of events is left alone. It flows: nothing is held whole.
  if (!isLoopback(guarded.address)) hono.use(compress({ encoding: 'gzip' }));
  hono.notFound((c) => c.json({ error: NOTHING }, 404));
  hono.onError((error, c) => {
    if (error instanceof Refusal) return c.json({ error: error.message }, error.status);
    if (error instanceof PlainsightError) return c.json({ error: error.message }, 503);
    onBug(error);
    return c.json({ error: 'This is a bug in plainsight; it is on the stderr of the server.' }, 500);
  });
  return hono;
}

const NOTHING = 'There is nothing here: the page is at /, the API is described in /api/openapi.json, counters are in /metrics.';

export function addMetrics(hono: Hono, metrics: () => string): Hono {
  return hono.get('/metrics', (c) => c.body(metrics(), 200, { 'Content-Type': METRICS_TYPE, 'Cache-Control': 'no-store' }));
}

export function app({ looks, beats, guard: guarded, page, metrics, onBug }: AppOptions): Hono {
  // The page itself tells nothing: it asks for the token.
  const hono = bare({ ...guarded, isPublic: (path) => page.has(path) }, onBug);
  hono.use('/api/*', async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  });
  for (const { path, words, filtered, answers } of ROUTES) {
    const own = words.map(({ name }) => name);
    hono.get(path.replace('{id}', ':id'), async (c) => {
      const asked = askedOf(new URL(c.req.url), looks.run, { own, filtered });
      return c.json(await answers({ looks, asked, id: c.req.param('id') ?? '', signal: c.req.raw.signal }));
    });
  }
  hono.get('/api/openapi.json', (c) => c.json(openApi(looks.run, cookieName(c.req.header('host')))));
  hono.get('/api/events', (c) => {
    const url = new URL(c.req.url);
    const ask = (): ReturnType<typeof askedOf> => askedOf(url, looks.run, { own: ['q', 'after'], filtered: true });
    const known = c.req.header('last-event-id') ?? ask().one('after');
    const after = known === null ? null : wholeOf('after', known, { most: Number.MAX_SAFE_INTEGER, otherwise: 0 });
    const stream = eventStream({ looks, beats, query: () => ask().query, after, signal: c.req.raw.signal });
    return c.body(stream, 200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  });
  hono.get('/audit.html', (c) => c.body(audit(looks), 200, { 'Content-Type': 'text/html; charset=utf-8', ...AUDIT_HEADERS }));
  addMetrics(hono, metrics);
  hono.get('*', (c) => {
    const file = page.get(c.req.path);
    if (file === undefined) return c.json({ error: NOTHING }, 404);
    return c.body(file.bytes, 200, { 'Content-Type': file.type, 'Cache-Control': file.lasting ? LASTING : 'no-cache' });
  });
  return hono;
}
