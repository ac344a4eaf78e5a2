/** The document says what the server does: every address is asked, every answer held against its schema. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { root } from '../cli/running.ts';
import { logOf } from '../flows/story.ts';
import { listenTo, read, type Served, served, until } from './served.ts';

type Document = {
  paths: Record<string, { get: { responses: Record<string, { content: Record<string, { schema: object }> }> } }>;
  components: { schemas: Record<string, object> };
};

async function validator(server: Served): Promise<{ document: Document; check(schema: object, value: unknown, what: string): void }> {
  const document = (await server.json('api/openapi.json')) as unknown as Document;
  const ajv = new Ajv2020({ strict: false });
  const check = (schema: object, value: unknown, what: string): void => {
    const isValid = ajv.compile({ ...schema, components: document.components });
    expect(isValid(value), `${what}: ${ajv.errorsText(isValid.errors)}`).toBe(true);
  };
  return { document, check };
}

test('every address answers what the document says', async () => {
  const server = await served(['serve', '--listen', '0', root('samples/bookinfo'), root('samples/strict-rollout')]);
  await read(server);
  const { document, check } = await validator(server);
  const { edges } = (await server.json('api/edges?sort=attention')) as { edges: { id: string }[] };
  const { flows } = (await server.json('api/flows?sort=verdict&limit=1000')) as { flows: { id: string; verdict: string }[] };
  expect(flows[0]?.verdict).toBe('plaintext');
  const asked = Object.entries(document.paths).filter(([path]) => path !== '/api/events');
  expect(asked.length).toBeGreaterThan(10);
  for (const [path, { get }] of asked) {
    const ids = path === '/api/edges/{id}' ? edges.slice(0, 12) : path === '/api/flows/{id}' ? flows.slice(0, 6) : [{ id: '' }];
    for (const { id } of ids) {
      const response = await server.get(path.slice(1).replace('{id}', id));
      const [[type = '', { schema }] = ['', { schema: {} }]] = Object.entries(get.responses['200']?.content ?? {});
      expect([response.status, response.headers.get('content-type')?.split(';')[0]], path).toEqual([200, type]);
      check(schema, type === 'application/json' ? await response.json() : await response.text(), path);
    }
  }
  for (const path of ['api/edges/0000000000000000', 'api/flows/0000000000000000', 'api/flows/nonsense', 'api/flows?port=x']) {
    const response = await server.get(path);
    expect([400, 404]).toContain(response.status);
    check({ $ref: '#/components/schemas/error' }, await response.json(), path);
  }
}, 60_000);

test('every event is of the schema of its name', async () => {
  const server = await served(['serve', '--listen', '0', '-']);
  const { revision } = await server.json('api/summary');
  const { check } = await validator(server);
  const { events, close } = await listenTo(`${server.url}api/events?after=${revision}&verdict=!hbone`);
  server.child.stdin.end(
    readFileSync(root('samples/bookinfo/ztunnel-n1.log'), 'utf8') +
      logOf([{ at: 1, direction: 'inbound', from: '10.0.0.1:50000', to: '10.0.0.2:9080' }]),
  );
  await until(
    async () => new Set(events.map(({ name }) => name)),
    (names) => names.has('change') && names.has('banner'),
  );
  close();
  const stale = await listenTo(`${server.url}api/events?after=1`);
  await until(
    async () => stale.events,
    (seen) => seen.some(({ name }) => name === 'reset'),
  );
  for (const { name, data } of [...events, ...stale.events]) check({ $ref: `#/components/schemas/${name}` }, data, name);
  const shown = events.flatMap(({ name, data }) => (name === 'change' ? (data['edges'] as { flows: { hbone: number } }[]) : []));
  expect(shown.length).toBeGreaterThan(0);
  for (const { flows } of shown) expect(flows.hbone).toBe(0);
}, 60_000);
