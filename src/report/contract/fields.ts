/** The contract's fields as paths (`source.workload`), read off its schema: what tables and CSV call their columns. */
import type { Plain, PlainObject } from './objects.ts';
import { stringify } from './quote.ts';
import { LINE_SCHEMA } from './schema.ts';
import type { ContractedType } from './views.ts';

export type Field = { readonly path: string; readonly steps: readonly string[]; readonly isNumber: boolean };

/** Every field of an object that is no object itself, in the contract's order; lists are one field. */
export function fieldsOf(type: ContractedType): readonly Field[] {
  const found = new Map<string, Field>();
  collect(childOf(LINE_SCHEMA['$defs'], type), [], found);
  return [...found.values()];
}

/** Null where the object has no such field. */
export function valueAt(object: PlainObject, { steps }: Field): Plain {
  let value: Plain | undefined = object;
  for (const step of steps) value = childOf(value, step);
  return value ?? null;
}

/** A field in one cell: texts of a list side by side, whatever else has parts as JSON, null empty. */
export function cellText(value: Plain): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return String(value);
  if (isList(value) && value.every((item) => typeof item === 'string' && !/[; ]/.test(item))) return value.join(' ');
  return stringify(value);
}

/** An object is its fields; one of several shapes has the fields of all of them. */
function collect(schema: Plain | undefined, steps: readonly string[], found: Map<string, Field>): void {
  const referred = childOf(schema, '$ref');
  if (typeof referred === 'string') {
    collect(childOf(LINE_SCHEMA['$defs'], referred.slice('#/$defs/'.length)), steps, found);
    return;
  }
  const shapes = childOf(schema, 'anyOf');
  if (shapes !== undefined && isList(shapes)) {
    for (const shape of shapes) if (childOf(shape, 'type') !== 'null') collect(shape, steps, found);
    return;
  }
  const properties = childOf(schema, 'properties');
  if (isObject(properties)) {
    for (const name of Object.keys(properties)) collect(properties[name], [...steps, name], found);
    return;
  }
  const path = steps.join('.');
  if (!found.has(path)) found.set(path, { path, steps, isNumber: childOf(schema, 'type') === 'integer' });
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
const isObject = (value: Plain | undefined): value is PlainObject =>
  value !== undefined && value !== null && typeof value === 'object' && !isList(value);
const childOf = (value: Plain | undefined, name: string): Plain | undefined =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
