/** Reading documents that anybody may have written: each function takes whatever is there, and says null where it is something else. */
import type { Ip } from '../model/address.ts';
import type { Addresses } from '../model/tables.ts';
import { type Micros, micros } from '../model/time.ts';

export type Fields = { readonly [name: string]: unknown };

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What lies at a path of names; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let inner = value;
  for (const name of path) {
    if (!isFields(inner) || !Object.hasOwn(inner, name)) return undefined;
    inner = inner[name];
  }
  return inner;
}

/** A string that says something. YAML turns unquoted words into numbers: those count as the text they were. */
export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path);
  if (typeof found === 'number') return String(found);
  return typeof found === 'string' && found !== '' ? found : null;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function entriesAt(value: unknown, ...path: readonly string[]): readonly (readonly [string, unknown])[] {
  const found = at(value, ...path);
  return isFields(found) ? Object.entries(found) : [];
}

export const textsOf = (values: readonly unknown[]): string[] => values.filter((value) => typeof value === 'string');

/** A map of strings; null where there is no map. */
export function labelsAt(value: unknown, ...path: readonly string[]): { readonly [name: string]: string } | null {
  const found = at(value, ...path);
  if (!isFields(found)) return null;
  return Object.fromEntries(Object.entries(found).map(([name, label]) => [name, String(label)]));
}

/** 1 to 65535, as a number or in digits. */
export function portOf(value: unknown): number | null {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port <= 65_535 ? port : null;
}

export function portsOf(values: readonly unknown[]): number[] {
  return values.map(portOf).filter((port) => port !== null);
}

/** RFC 3339. */
export function timeAt(value: unknown, ...path: readonly string[]): Micros | null {
  const milliseconds = Date.parse(textAt(value, ...path) ?? '');
  return Number.isNaN(milliseconds) ? null : micros(milliseconds * 1000);
}

/** Addresses among texts; ztunnel writes `network/address`. */
export function ipsOf(texts: readonly string[], addresses: Addresses): Ip[] {
  return texts.map((text) => addresses.parse(text.slice(text.lastIndexOf('/') + 1))).filter((ip) => ip >= 0);
}
