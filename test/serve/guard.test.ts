/** Who may ask: foreign names and pages may not, and beyond the machine it takes a token. */
import { expect, test } from 'vitest';
import { root } from '../cli/running.ts';
import { logOf } from '../flows/story.ts';
import { ask, listenTo, read, served, until } from './served.ts';

const LOG = root('samples/bookinfo/ztunnel-n1.log');

test('other names, other pages and other methods are turned away; the page is hedged in', async () => {
  const server = await served(['serve', '--listen', '0', LOG]);
  const summary = `${server.url}api/summary`;
  const { host, port } = new URL(server.url);
  for (const name of [host, `localhost:${port}`, `[::1]:${port}`]) expect((await ask(summary, { Host: name })).status, name).toBe(200);
  for (const name of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example', 'a@localhost']) {
    expect((await ask(summary, { Host: name })).status, name).toBe(403);
  }
  expect((await ask(summary, { Origin: `http://${host}` })).status).toBe(200);
  for (const origin of ['http://evil.example', 'null', `http://localhost:1`, `https://${host}.evil.example`]) {
    expect((await ask(summary, { Origin: origin })).status, origin).toBe(403);
    expect((await ask(`${server.url}api/events`, { Origin: origin })).status, origin).toBe(403);
  }
  expect((await ask(summary, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' })).status).toBe(403);
  expect((await ask(server.url, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' })).status).toBe(200);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await ask(summary, {}, method)).status, method).toBe(405);
  const { headers } = await ask(server.url, {});
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' });
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/);
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

test('no path leads out of the page, and what is too much is refused', async () => {
  const server = await served(['serve', '--listen', '0', LOG]);
  for (const path of ['../package.json', '..%2f..%2fpackage.json', '%2e%2e/%2e%2e/package.json', '/etc/passwd', 'api/nothing']) {
    expect((await ask(`${server.url}${path}`, {})).status, path).toBe(404);
  }
  const wrong = async (query: string): Promise<string> => {
    const { status, body } = await ask(`${server.url}api/flows?${query}`, {});
    expect(status, query).toBe(400);
    return (JSON.parse(body) as { error: string }).error;
  };
  expect(await wrong('verdict=hbonee')).toContain('Did you mean hbone?');
  expect(await wrong('port=99999')).toContain('ports from 0 to 65535');
  expect(await wrong('since=yesterday')).toContain('wants a span');
  expect(await wrong('nonsense=1')).toContain('There are: q, edge, sort');
  expect(await wrong('sort=nothing')).toContain('one of start, end');
  expect(await wrong('limit=100000')).toContain('from 0 to 1000');
  expect(await wrong(`workload=${'*a'.repeat(20)}`)).toContain('stars');
  expect(await wrong(`${'workload=a&'.repeat(101)}`)).toContain('too much');
  expect(await wrong(`workload=${'a'.repeat(600)}`)).toContain('too much');
  expect((await ask(`${server.url}api/flows?q=${'a'.repeat(20_000)}`, {})).status).toBe(431);
});

test('so many may listen and no more, and who leaves makes room', async () => {
  const server = await served(['serve', '--listen', '0', LOG]);
  await read(server);
  const listening = await Promise.all(Array.from({ length: 32 }, () => listenTo(`${server.url}api/events`)));
  expect((await ask(`${server.url}api/events`, {})).status).toBe(503);
  for (const { close } of listening) close();
  for (let tries = 0; ; tries++) {
    const again = await listenTo(`${server.url}api/events`).catch(() => null);
    if (again !== null) break;
    expect(tries).toBeLessThan(100);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

test('beyond this machine it takes a token: once in the address, then in a cookie, or as a bearer', async () => {
  const server = await served(['serve', '--listen', '0.0.0.0:0', LOG]);
  const url = new URL(server.url);
  const token = url.searchParams.get('token') ?? '';
  expect(token.length).toBeGreaterThanOrEqual(32);
  const api = `${url.origin}/api/summary`;
  expect((await ask(api, {})).status).toBe(401);
  expect((await ask(`${url.origin}/metrics`, {})).status).toBe(401);
  expect((await ask(`${url.origin}/%61pi/summary`, {})).status).not.toBe(200);
  expect((await ask(`${api}?token=${token.slice(0, -1)}x`, {})).status).toBe(401);
  expect((await ask(api, { Cookie: `plainsight=${token}` })).status).toBe(401);
  const entry = await ask(`${url.origin}/?token=${token}&verdict=plaintext`, {});
  expect([entry.status, entry.headers['location']]).toEqual([303, '/?verdict=plaintext']);
  const cookie = String(entry.headers['set-cookie']);
  expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(cookie).not.toContain(token);
  expect((await ask(api, { Cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
  // A browser sends one host's cookies to all its ports.
  const other = await ask(`${url.origin}/?token=${token}`, { Host: '127.0.0.1:9000' });
  expect(String(other.headers['set-cookie']).split('=')[0]).toBe('plainsight-9000');
  expect(cookie.split('=')[0]).toBe(`plainsight-${url.port}`);
  expect((await ask(api, { Cookie: `plainsight-9000=x; ${cookie.split(';')[0]}` })).status).toBe(200);
  expect((await ask(`${url.origin}//evil.example/?token=${token}`, {})).headers['location']).toBe('/evil.example/');
  expect((await ask(api, { Authorization: `Bearer ${token}`, Host: 'plainsight.monitoring.svc' })).status).toBe(200);
  expect((await ask(api, { Cookie: cookie.split(';')[0] ?? '', Host: 'rebound.example' })).status).toBe(403);
});

test('beyond this machine big answers come small, and whoever leaves in the middle of one harms nobody', async () => {
  const log = logOf(
    Array.from({ length: 3000 }, (_, at) => ({ at, direction: 'inbound' as const, from: `10.1.${at >> 8}.${at & 255}:50000`, to: '10.0.0.2:9080' })),
  );
  const server = await served(['serve', '--listen', '0.0.0.0:0', '-'], undefined, { PLAINSIGHT_TOKEN: 'a-token-of-the-test' });
  server.child.stdin.end(log);
  const { origin } = new URL(server.url);
  const headers = { Authorization: 'Bearer a-token-of-the-test' };
  await until(
    async () => JSON.parse((await ask(`${origin}/api/summary`, headers)).body) as { running: boolean },
    ({ running }) => !running,
  );
  const plain = await ask(`${origin}/api/graph`, headers);
  expect(plain.headers['content-encoding']).toBeUndefined();
  const small = await fetch(`${origin}/api/graph`, { headers: { ...headers, 'Accept-Encoding': 'gzip' } });
  expect(small.headers.get('content-encoding')).toBe('gzip');
  expect(await small.text()).toBe(plain.body);
  for (let times = 0; times < 20; times++) {
    const abort = new AbortController();
    const response = await fetch(`${origin}/api/graph`, { headers: { ...headers, 'Accept-Encoding': 'gzip' }, signal: abort.signal });
    await response.body?.getReader().read();
    abort.abort();
  }
  expect((await ask(`${origin}/api/summary`, headers)).status).toBe(200);
  expect((await server.stop()).err).not.toMatch(/bug|Error/);
});
