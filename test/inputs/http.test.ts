import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HTTP_DEFAULTS, type HttpOptions, httpInput, NO_ACCESS } from '../../src/inputs/http.ts';
import { httpAccess } from '../../src/inputs/http-access.ts';
import { kialiInput } from '../../src/inputs/kiali.ts';
import { prometheusInput } from '../../src/inputs/prometheus.ts';
import type { Input } from '../../src/model/input.ts';

const scratch = mkdtempSync(join(tmpdir(), 'plainsight-http-'));
const servers: Server[] = [];
afterAll(() => {
  rmSync(scratch, { recursive: true });
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(server: Server, scheme = 'http'): Promise<URL> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}
const serve = (answer: RequestListener): Promise<URL> => listening(createServer(answer));

async function text(input: Input, signal = new AbortController().signal): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input.open(signal)) chunks.push(chunk.slice());
  return Buffer.concat(chunks).toString().trimEnd();
}
const get = (url: URL, options: Partial<HttpOptions> = {}): Promise<string> =>
  text(httpInput('x', [url], { ...HTTP_DEFAULTS, ...NO_ACCESS, service: 'Prometheus', flag: '--prometheus', ...options }));
const file = (name: string, content: string): string => {
  writeFileSync(join(scratch, name), content);
  return join(scratch, name);
};
const NO_SOURCES = { flag: '--prometheus', tokenFile: null, basicAuthFile: null, caFile: null, variables: 'PLAINSIGHT_PROMETHEUS', environment: {} };

describe('an HTTP input', () => {
  it('gives the body, and follows redirects without taking the secret to another server', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('there');
    });
    const first = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: `${other}x` }).end();
    });
    expect(await get(first, { authorization: 'Bearer s3cret' })).toBe('there');
    expect(seen).toEqual(['Bearer s3cret', undefined]);
  });

  it.for([
    [400, '{"status":"error","errorType":"bad_data","error":"parse error: \\"x\\""}', 'it does not take the question: HTTP 400 (parse error: "x")'],
    [401, '', 'it wants to know who asks: HTTP 401; give a token (--prometheus-token-file)'],
    [403, '{"error":"Requested namespace [nosuch] is not accessible."}', 'HTTP 403 (Requested namespace [nosuch] is not accessible.)'],
    [404, '<html>', 'there is no Prometheus at that address: HTTP 404'],
    [503, 'x'.repeat(100_000), 'it answers HTTP 503'],
  ] as const)('HTTP %i is an error of code 69 that says what to do', async ([status, body, said]) => {
    const url = await serve((_, response) => response.writeHead(status).end(body));
    url.username = 'user';
    url.password = 'pa55';
    url.search = '?query=secret';
    const error: Error = await get(url, { authorization: 'Bearer s3cret' }).then(
      () => new Error('no error'),
      (caught) => caught,
    );
    expect(error).toMatchObject({ code: 69, message: expect.stringContaining(said) });
    expect(error.message).not.toMatch(/s3cret|pa55|query=|user@/);
    expect(error.cause).toBeUndefined();
  });

  it('redirects without end, to a login page, nowhere, or out of TLS are errors', async () => {
    const to = (location: string): Promise<URL> => serve((_, response) => response.writeHead(302, { location }).end());
    await expect(get(await to('/again'))).rejects.toMatchObject({ code: 69, message: expect.stringContaining('redirects more than 5 times') });
    await expect(get(await to('/oauth2/start'))).rejects.toMatchObject({ message: expect.stringContaining('login page') });
    await expect(get(await to('http://['))).rejects.toMatchObject({ message: expect.stringContaining('no address') });
    await expect(get(await to('file:///etc/passwd'))).rejects.toMatchObject({ message: expect.stringContaining('no HTTP address') });
  });

  it('says when nothing listens, no name is there, nothing comes in time, an answer ends early or never', async () => {
    const closed = await serve((_, response) => response.end());
    servers.at(-1)?.close();
    await expect(get(closed)).rejects.toMatchObject({ code: 69, message: expect.stringContaining('nothing listens there') });
    await expect(get(new URL('http://no-such-host.invalid/'))).rejects.toMatchObject({ code: 69 });
    const silent = await serve(() => {});
    await expect(get(silent, { timeoutMs: 100 })).rejects.toMatchObject({ code: 69, message: expect.stringContaining('nothing came for 0.1 s') });
    const stuck = await serve((_, response) => response.write('begun'));
    await expect(get(stuck, { timeoutMs: 100 })).rejects.toMatchObject({ code: 69 });
    const short = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('begun');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(get(short)).rejects.toMatchObject({ code: 69 });
    const endless = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await expect(get(endless, { maxBytes: 1 << 20 })).rejects.toMatchObject({ code: 69, message: expect.stringContaining('longer than 1048576') });
  });

  it('ends at once when nobody wants it any more', async () => {
    const abort = new AbortController();
    const silent = await serve(() => setTimeout(() => abort.abort(), 20));
    const input = httpInput('x', [silent], { ...HTTP_DEFAULTS, ...NO_ACCESS, service: 'Kiali', flag: '--kiali' });
    expect(await text(input, abort.signal)).toBe('');
  });

  it('trusts a certificate of its own CA only where that CA was given', async () => {
    const [key, cert] = [join(scratch, 'key.pem'), join(scratch, 'cert.pem')];
    const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${key} -out ${cert} -days 1 -subj /CN=x -addext subjectAltName=IP:127.0.0.1`;
    execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
    const url = await listening(
      createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => response.end('in')),
      'https',
    );
    await expect(get(url)).rejects.toMatchObject({ code: 69, message: expect.stringContaining("give the CA's certificate (--prometheus-ca-file)") });
    expect(await get(url, await httpAccess(url, { ...NO_SOURCES, caFile: cert }))).toBe('in');
    const plain = await serve((_, response) => response.end());
    plain.protocol = 'https:';
    await expect(get(plain)).rejects.toMatchObject({ code: 69 });
  });
});

describe('who asks', () => {
  const url = new URL('http://u%40x:p%3Aw@127.0.0.1/');
  it('is said by a file, the environment or the address, in that order', async () => {
    const environment = { PLAINSIGHT_PROMETHEUS_TOKEN: 'from-env' };
    const tokenFile = file('token', 'from-file\n');
    expect((await httpAccess(url, { ...NO_SOURCES, tokenFile, environment })).authorization).toBe('Bearer from-file');
    expect((await httpAccess(url, { ...NO_SOURCES, environment })).authorization).toBe('Bearer from-env');
    expect((await httpAccess(url, NO_SOURCES)).authorization).toBe(`Basic ${Buffer.from('u@x:p:w').toString('base64')}`);
    const basicAuthFile = file('basic', 'me:you\n');
    expect((await httpAccess(new URL('http://h/'), { ...NO_SOURCES, basicAuthFile })).authorization).toBe(
      `Basic ${Buffer.from('me:you').toString('base64')}`,
    );
    expect(await httpAccess(new URL('http://h/'), NO_SOURCES)).toEqual(NO_ACCESS);
  });

  it('a file that cannot be it is an error of usage that does not quote it', async () => {
    for (const sources of [
      { tokenFile: file('two', 'a\nHost: b') },
      { basicAuthFile: file('nocolon', 'secretword') },
      { caFile: file('noca', 'secretword') },
      { tokenFile: join(scratch, 'absent') },
    ]) {
      const error: Error = await httpAccess(new URL('http://h/'), { ...NO_SOURCES, ...sources }).then(
        () => new Error('no error'),
        (caught) => caught,
      );
      expect(error).toMatchObject({ code: 64 });
      expect(error.message).not.toMatch(/secretword|Host: b/);
    }
  });
});

describe('what is asked', () => {
  const asked = async (input: (base: URL) => Input, answer = '{}'): Promise<readonly string[]> => {
    const urls: string[] = [];
    const base = await serve((request, response) => {
      urls.push(decodeURIComponent(request.url ?? '').replaceAll('+', ' '));
      response.end(answer);
    });
    await text(input(base));
    return urls;
  };

  it('of Prometheus: the moment, every scrape since a time, or points of a long time', async () => {
    const since = (seconds: number | null, path = ''): Promise<readonly string[]> =>
      asked((base) => prometheusInput(new URL(path, base), NO_ACCESS, { since: seconds, until: 1_795_251_535 }));
    expect(await since(null, '/prom/')).toEqual([
      '/prom/api/v1/query?query={__name__=~"istio_tcp_(connections_(opened|closed|failed)|(sent|received)_bytes)_total"}&time=1795251535',
    ]);
    expect((await since(1_795_251_535 - 600))[0]).toContain('_total"}[600s]&time=1795251535');
    expect((await since(1_795_251_535 - 864_000))[0]).toContain('/api/v1/query_range?');
    await expect(since(1_795_251_535)).rejects.toMatchObject({ code: 64 });
  });

  it('of Kiali: the graph of all namespaces that it shows, with the appender that makes padlocks', async () => {
    const question = { namespaces: [], graphTypes: ['workload', 'app'], durationSeconds: 60, until: null } as const;
    const urls = await asked((base) => kialiInput(base, NO_ACCESS, question), '[{"name":"a"},{"name":"b"}]');
    expect(urls[0]).toBe('/kiali/api/namespaces');
    expect(urls[1]).toContain('/kiali/api/namespaces/graph?namespaces=a,b&graphType=workload&duration=60s&appenders=ambient,');
    expect(urls[1]).toContain('securityPolicy');
    expect(urls[2]).toContain('graphType=app');
  });
});
