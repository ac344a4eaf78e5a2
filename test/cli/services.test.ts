/** --prometheus, --kiali and addresses as INPUT, as a user meets them: what servers do wrong is said, the other inputs are answered, secrets are shown nowhere. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { parseLines } from '../recordings/answer.ts';
import { plainsight, type Ran, SAMPLES } from '../recordings/program.ts';
import { hbone, run, save, scratch } from './end-to-end.ts';
import { plainsight as startProgram } from './running.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(server: Server, scheme = 'http'): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const serve = (answer: RequestListener): Promise<string> => listening(createServer(answer));
const sample = (name: string): Buffer => readFileSync(`${SAMPLES}all-witnesses/${name}`);

const NAMESPACES = '[{"name":"bookinfo"},{"name":"outside"}]';
const kiali: RequestListener = ({ url = '' }, response) =>
  response.end(url.includes('/namespaces/graph') ? sample('kiali-graph-workload.json') : NAMESPACES);
const prometheus: RequestListener = (_, response) => response.end(sample('prometheus-closed.json'));

describe('what a service answers is read beside the files', () => {
  test('on every view', async () => {
    const [one, two] = [await serve(prometheus), await serve(kiali)];
    for (const view of ['report', 'flows', 'edges', 'verify', 'strict']) {
      const { code, out, err } = await plainsight([view, '-o', 'jsonl', hbone, '--prometheus', one, '--kiali', two]);
      expect([err, [0, 2].includes(code)]).toEqual(['', true]);
      const { inputs } = parseLines(out).summary;
      expect(inputs.find(({ input }) => input === `prometheus ${one}/`)).toMatchObject({ format: 'prometheus-api', read: 256, lost: 0 });
      expect(inputs.find(({ input }) => input === `kiali ${two}/`)).toMatchObject({ format: 'kiali-graph', read: 14, lost: 0 });
    }
  });

  test('two of a kind are two inputs', async () => {
    const url = await serve(prometheus);
    const { code, out } = await plainsight(['-o', 'json', hbone, '--prometheus', url, '--prometheus', `${url}/?`]);
    expect(code).toBe(0);
    expect(JSON.parse(out).summary.inputs.map(({ input }: { input: string }) => input)).toEqual([
      hbone,
      `prometheus ${url}/`,
      `prometheus ${url}/ (2)`,
    ]);
  });

  test('--since is counted back from now, for the question and for the flows alike', async () => {
    const asked: URL[] = [];
    const url = await serve((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://x'));
      prometheus(request, response);
    });
    const { out } = await plainsight(['-o', 'json', hbone, '--prometheus', url, '--since', '5m']);
    expect(asked[0]?.searchParams.get('query')).toMatch(/\[30[01]s\]$/);
    expect(Math.abs(Number(asked[0]?.searchParams.get('time')) - Date.now() / 1000)).toBeLessThan(60);
    // The log is of 2026; whatever the clock says, it is not of these five minutes.
    expect(JSON.parse(out).edges).toEqual([]);
  });
});

const PAGE = '<!DOCTYPE html><html><title>Log in</title></html>';

describe('what a service does wrong is said, with what to do; exit code 69, and the files are answered', () => {
  const wrongs: readonly (readonly [string, RequestListener, RegExp])[] = [
    ['HTTP 401', (_, response) => response.writeHead(401).end('geheim'), /wants to know who asks: HTTP 401; give a token \(--\w+-token-file\)/],
    ['HTTP 403', (_, response) => response.writeHead(403).end('{"error":"not yours"}'), /HTTP 403 \(not yours\)/],
    ['HTTP 404', (_, response) => response.writeHead(404).end(), /HTTP 404; check the path/],
    ['HTTP 502', (_, response) => response.writeHead(502).end('<html>bad gateway'), /it answers HTTP 502/],
    ['a circle of redirects', ({ url }, response) => response.writeHead(302, { location: url }).end(), /redirects more than 5 times/],
    [
      'a redirect to a login',
      (_, response) => response.writeHead(302, { location: '/oauth2/start' }).end(),
      /redirects to a login page: give a token/,
    ],
    [
      'a login page',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE),
      /answers with a web page, not with its API/,
    ],
    ['a page that does not say that it is one', (_, response) => response.end(`\n ${PAGE}`), /answers with a web page/],
    ['another API', (_, response) => response.end('{"hello":"world"}'), /what it answers is no/],
    ['a binary', (_, response) => response.end(gzipSync('x'.repeat(1000))), /what it answers is no/],
    ['nothing', (_, response) => response.end(), /what it answers is no/],
    [
      'half an answer',
      (_, response) => response.writeHead(200, { 'content-length': '9999' }).write('{', () => response.destroy()),
      /closed the connection/,
    ],
  ];
  test.for(wrongs)('%s', async ([, answer, said]) => {
    const url = (await serve(answer)).replace('://', '://somebody:geheim@');
    const token = save('token', 'geheim-too');
    const words = ['--prometheus', '--kiali'].flatMap((flag) => [flag, `${url}/?token=geheim`, `${flag}-token-file`, token]);
    const ran = await plainsight(['flows', '-o', 'jsonl', '-vv', hbone, ...words]);
    for (const line of ran.err.trim().split('\n')) expect(line).toMatch(said);
    answered(ran, 2);
  });

  test('nobody listens', async () => {
    const url = await serve(() => {});
    servers.at(-1)?.close();
    answered(await plainsight(['flows', '-o', 'jsonl', hbone, '--prometheus', url]), 1);
  });

  test('a certificate of its own', async () => {
    const [key, cert] = [join(scratch, 'key.pem'), join(scratch, 'cert.pem')];
    const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${key} -out ${cert} -days 1 -subj /CN=x -addext subjectAltName=IP:127.0.0.1`;
    execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
    const url = await listening(createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, prometheus), 'https');
    const refused = await plainsight(['flows', '-o', 'jsonl', hbone, '--prometheus', url]);
    expect(refused.err).toContain("give the CA's certificate (--prometheus-ca-file)");
    answered(refused, 1);
    expect(await plainsight(['flows', hbone, '--prometheus', url, '--prometheus-ca-file', cert])).toMatchObject({ code: 0, err: '' });
    expect(await run(['flows', hbone, '--prometheus', url], { env: { PLAINSIGHT_PROMETHEUS_CA_FILE: cert } })).toMatchObject({ code: 0, err: '' });
    const input = await plainsight(['flows', hbone, `${url}/metrics`]);
    expect(input.err).toContain('NODE_EXTRA_CA_CERTS');
    expect(await run(['flows', hbone, `${url}/metrics`], { env: { NODE_EXTRA_CA_CERTS: cert } })).toMatchObject({ code: 0, err: '' });
  });
});

/** The log's flow was told, the service has given nothing, and no secret is in what was said. */
function answered({ code, out, err }: Ran, services: number): void {
  expect(code, err).toBe(69);
  const { flows, summary } = parseLines(out);
  expect(flows).toHaveLength(1);
  expect(summary).toMatchObject({ flows: { hbone: 1 }, exitCode: 69 });
  expect(err.trim().split('\n')).toHaveLength(services);
  expect(out + err).not.toMatch(/geheim|Bearer|Basic|token=/);
}

describe('who asks', () => {
  test('is said by a file or the environment, and to whom it was meant for alone', async () => {
    const seen: (string | undefined)[] = [];
    const listen = (answer: RequestListener): Promise<string> =>
      serve((request, response) => {
        seen.push(request.headers.authorization);
        answer(request, response);
      });
    const [one, two] = [await listen(prometheus), await listen(kiali)];
    await run([hbone, '--prometheus', one, '--prometheus-token-file', save('token', 'abc\n')]);
    await run([hbone, '--prometheus', one, '--kiali', two], { env: { PLAINSIGHT_PROMETHEUS_BASIC_AUTH: 'me:you', PLAINSIGHT_KIALI_TOKEN: 'xyz' } });
    await run([hbone, '--prometheus', one.replace('://', '://me:you@')]);
    const basic = `Basic ${Buffer.from('me:you').toString('base64')}`;
    expect(seen.toSorted()).toEqual(['Bearer abc', 'Bearer xyz', 'Bearer xyz', basic, basic].toSorted());
  });

  test('a file that is not there is an error before anything is asked', async () => {
    const { code, err } = await plainsight([hbone, '--kiali', 'http://127.0.0.1:1', '--kiali-token-file', '/no/such']);
    expect([code, err]).toEqual([64, 'plainsight: --kiali-token-file /no/such: it cannot be read: check the path and who may read it\n']);
  });
});

describe('an address as INPUT', () => {
  test('is fetched, opened where it is compressed, and recognised by its bytes, with its user where it has one', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end(request.url?.startsWith('/config') ? sample('ztunnel-config-workload-n1.json') : sample('ztunnel-n1.log.gz'));
    });
    const { code, out, err } = await plainsight([
      '-o',
      'json',
      `${url.replace('://', '://me:you@')}/config_dump`,
      `${url}/log?a=geheim`,
      `${url}/log?b`,
    ]);
    expect([code, err]).toEqual([0, '']);
    const { inputs } = JSON.parse(out).summary;
    expect(inputs).toMatchObject([
      { input: `${url}/config_dump`, format: 'ztunnel-config' },
      { input: `${url}/log?…`, format: 'ztunnel-text' },
      { input: `${url}/log?… (2)`, format: 'ztunnel-text' },
    ]);
    // The same lines from two addresses are the same lines.
    expect(inputs[1].read + inputs[2].read).toBe(inputs[1].records - inputs[1].skipped['not-an-access-line']);
    expect(out).not.toMatch(/geheim|me:you/);
    expect(seen.filter((header) => header !== undefined)).toEqual([`Basic ${Buffer.from('me:you').toString('base64')}`]);
  });

  test.for([
    ['is not there', (_, response) => response.writeHead(404).end(), 69, 'HTTP 404'],
    ['is a page', (_, response) => response.end(PAGE), 69, 'it answers with a web page'],
    ['wants a password', (_, response) => response.writeHead(401).end(), 69, 'put user:password@ before the host'],
    ['holds nothing that is known', (_, response) => response.end('what is this\n'), 65, 'none of the known formats'],
  ] as const satisfies readonly (readonly [string, RequestListener, number, string])[])('that %s is said', async ([, answer, expected, said]) => {
    const ran = await plainsight(['flows', '-o', 'jsonl', hbone, `${(await serve(answer)).replace('://', '://me:geheim@')}/x`]);
    expect(ran.code).toBe(expected);
    expect(ran.err).toContain(said);
    expect(ran.err).not.toContain('geheim');
    expect(parseLines(ran.out).flows).toHaveLength(1);
  });

  test('that is none is said without what stands before the host', async () => {
    const { code, err } = await plainsight(['flows', hbone, 'http://me:geheim@:x/']);
    expect(code).toBe(65);
    expect(err).toContain('is none: check host and port');
    expect(err).not.toContain('geheim');
  });
});

describe('while a run follows what happens', () => {
  test('they are asked again, of the moments since, and what they say joins what was known; an outage is said once', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://x').searchParams.get('query')?.replace(/^.*\}/, '') ?? '');
      if (asked.length === 3) response.writeHead(503).end('starting up');
      else prometheus(request, response);
    });
    const following = startProgram('report', '-o', 'jsonl', '-', '--prometheus', url);
    following.child.stdin.write(readFileSync(hbone));
    while (asked.length < 3) await sleep(50);
    await sleep(200);
    following.child.stdin.end();
    expect(await following.end()).toBe(0);
    expect(asked.slice(0, 3)).toEqual(['', expect.stringMatching(/^\[9[01]s\]$/), expect.stringMatching(/^\[9[01]s\]$/)]);
    expect(
      following
        .err()
        .trim()
        .split('\n')
        .filter((line) => line.includes('503')),
    ).toHaveLength(1);
    const { inputs } = parseLines(following.out()).summary;
    // The same answer twice.
    expect(inputs.find(({ input }) => input === `prometheus ${url}/`)).toMatchObject({ read: 512, lost: 0 });
  });

  test('not where nothing is followed, nor for a time that has an end', async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked++;
      prometheus(request, response);
    });
    const following = startProgram(
      'report',
      '-o',
      'jsonl',
      '-',
      '--prometheus',
      url,
      '--since',
      '2025-01-01T00:00:00Z',
      '--until',
      '2025-01-01T00:10:00Z',
    );
    following.child.stdin.write(readFileSync(hbone));
    await sleep(2600);
    following.child.stdin.end();
    await following.end();
    expect(asked).toBe(1);
  });
});
