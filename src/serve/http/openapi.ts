/** OpenAPI 3.1 of the API, made of the list of its addresses. */
import type { PlainObject } from '../../report/contract/objects.ts';
import type { Run } from '../run.ts';
import { ROUTES, type Route, type Word } from './routes.ts';
import { SCHEMAS } from './schemas.ts';

const ERRORS: { readonly [status: string]: string } = {
  400: 'A parameter is wrong; the message says how',
  401: 'The token is missing',
  403: 'Asked under a foreign name, or by the page of another site',
  404: 'There is no such thing, or it is no longer kept',
  503: 'Too much at once: ask again',
};

/** `cookie`: its name. */
export function openApi({ version, filterWords }: Pick<Run, 'version' | 'filterWords'>, cookie: string): PlainObject {
  const paths: { [path: string]: PlainObject } = Object.fromEntries(ROUTES.map((route) => [route.path, { get: operation(route, filterWords) }]));
  paths['/api/events'] = { get: events(filterWords) };
  paths['/api/openapi.json'] = { get: plain('This document', 'application/json', { type: 'object' }) };
  paths['/metrics'] = { get: plain('Counters for Prometheus, text format 0.0.4', 'text/plain', { type: 'string' }) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'plainsight serve',
      version,
      description: 'What plainsight knows of a mesh: read only, from the machine it runs on. Filters are the words of its command line.',
    },
    security: [{}, { token: [] }, { cookie: [] }],
    paths,
    components: {
      schemas: SCHEMAS,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' }, cookie: { type: 'apiKey', in: 'cookie', name: cookie } },
    },
  };
}

function operation(route: Route, filterWords: readonly string[]): PlainObject {
  const id: PlainObject[] = route.path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : [];
  return {
    summary: route.summary,
    parameters: [...id, ...route.words.map(parameter), ...(route.filtered ? filterWords.map(filterParameter) : [])],
    responses: { 200: content('Answered', 'application/json', ref(route.answer)), ...errors() },
  };
}

function parameter({ name, summary, values, most }: Word): PlainObject {
  const number: PlainObject | undefined = most === undefined ? undefined : { type: 'integer', minimum: 0, maximum: most };
  return { name, in: 'query', description: summary, schema: number ?? (values === undefined ? { type: 'string' } : { enum: values }) };
}

const filterParameter = (name: string): PlainObject => ({
  name,
  in: 'query',
  description: 'as on the command line: repeat for alternatives, * and ? are globs, ! negates',
  schema: { type: 'array', items: { type: 'string' } },
});

function events(filterWords: readonly string[]): PlainObject {
  const after: PlainObject = { name: 'after', in: 'query', description: 'a revision: tells what has changed since', schema: { type: 'integer' } };
  const resume: PlainObject = { name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } };
  return {
    summary: 'What changes, as it changes: events change, reset and banner, whose data are of the schemas of those names',
    parameters: [after, resume, parameter({ name: 'q', summary: 'free text' }), ...filterWords.map(filterParameter)],
    responses: { 200: content('Server-sent events', 'text/event-stream', { type: 'string' }), ...errors() },
  };
}

const plain = (summary: string, type: string, schema: PlainObject): PlainObject => ({
  summary,
  responses: { 200: content(summary, type, schema), ...errors() },
});
const errors = (): PlainObject =>
  Object.fromEntries(Object.entries(ERRORS).map(([status, says]) => [status, content(says, 'application/json', ref('error'))]));
const content = (description: string, type: string, schema: PlainObject): PlainObject => ({ description, content: { [type]: { schema } } });
const ref = (name: string): PlainObject => ({ $ref: `#/components/schemas/${name}` });
