/** The words that JSON Schemas of plainsight's outputs are made of. */
import type { PlainObject } from './objects.ts';

export const text: PlainObject = { type: 'string' };
export const flag: PlainObject = { type: 'boolean' };
export const count: PlainObject = { type: 'integer', minimum: 0 };
export const record: PlainObject = { type: 'integer', minimum: 1 };
export const portNumber: PlainObject = { type: 'integer', minimum: 0, maximum: 65535 };
export const time: PlainObject = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$' };
export const flowId: PlainObject = { type: 'string', pattern: '^[0-9a-f]{16}$' };
export const slug: PlainObject = { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' };
export const communityId: PlainObject = { type: 'string', pattern: '^1:[A-Za-z0-9+/]{27}=$' };
export const anyOf = (values: readonly string[]): PlainObject => ({ enum: values });
export const orNull = (schema: PlainObject): PlainObject => ({ anyOf: [schema, { type: 'null' }] });
export const listOf = (items: PlainObject): PlainObject => ({ type: 'array', items });
export const ref = (name: string): PlainObject => ({ $ref: `#/$defs/${name}` });
export const object = (properties: PlainObject): PlainObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
export const same = (names: readonly string[], schema: PlainObject): PlainObject => Object.fromEntries(names.map((name) => [name, schema]));
