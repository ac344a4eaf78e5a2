/**
 * What informing runs say, in numbers: texts are interned once a run. Lines that go a path for the first time are then put together from
 * a few numbers; where many workloads speak to many, every tenth line is such a one.
 */
import type { ShapeEnd, Tables } from '../model/tables.ts';
import { type Constant, directionOf, eventOf } from './log-fields.ts';
import type { Template } from './log-paths.ts';

/** -1 where the run does not speak of it. */
export type Saying = {
  readonly event: number;
  readonly direction: number;
  /** Numbers of ends. */
  readonly source: number;
  readonly destination: number;
  readonly error: number;
  readonly service: string | null;
};

type Part = 'source' | 'destination';
const ENDS: { readonly [key: string]: readonly [Part, keyof ShapeEnd] } = {
  'src.workload': ['source', 'workload'],
  'src.namespace': ['source', 'namespace'],
  'src.identity': ['source', 'identity'],
  'src.cluster': ['source', 'cluster'],
  'dst.workload': ['destination', 'workload'],
  'dst.namespace': ['destination', 'namespace'],
  'dst.identity': ['destination', 'identity'],
  'dst.cluster': ['destination', 'cluster'],
};
const NOBODY: ShapeEnd = { workload: null, namespace: null, identity: null, cluster: null };
/** Of no consequence. */
const SILENT: ReadonlySet<string> = new Set(['level', 'scope', 'time']);

/** Null where only the parser knows: unknown keys, host names, messages and directions that are none. */
export function sayingOf(constants: readonly Constant[], { names, shapes }: Tables): Saying | null {
  const said = { event: -1, direction: -1, source: -1, destination: -1, error: -1, service: null as string | null };
  const ends: { [part in Part]: ShapeEnd | null } = { source: null, destination: null };
  for (const { key, text } of constants) {
    const end = ENDS[key];
    if (end !== undefined) ends[end[0]] = { ...(ends[end[0]] ?? NOBODY), [end[1]]: text };
    else if (key === 'message') said.event = eventOf(text);
    else if (key === 'direction') said.direction = directionOf(text);
    else if (key === 'error') said.error = names.intern(text);
    else if (key === 'dst.service') said.service = text;
    else if (!SILENT.has(key)) return null;
    if ((key === 'message' && said.event < 0) || (key === 'direction' && said.direction < 0)) return null;
  }
  if (ends.source !== null) said.source = shapes.end(ends.source);
  if (ends.destination !== null) said.destination = shapes.end(ends.destination);
  return said;
}

/** All runs of a path together; null where only the parser knows, since two of them speak of one thing. */
export function templateOfSayings(said: readonly { readonly saying: Saying | null }[], { shapes }: Tables): Template | null {
  let [event, direction, source, destination, error] = [-1, -1, -1, -1, -1];
  let service: string | null = null;
  for (const { saying } of said) {
    if (saying === null) return null;
    const isTold =
      (saying.event >= 0 && event >= 0) ||
      (saying.direction >= 0 && direction >= 0) ||
      (saying.source >= 0 && source >= 0) ||
      (saying.destination >= 0 && destination >= 0) ||
      (saying.error >= 0 && error >= 0) ||
      (saying.service !== null && service !== null);
    if (isTold) return null;
    // -1 is nothing said: the greater is what was.
    event = Math.max(event, saying.event);
    direction = Math.max(direction, saying.direction);
    source = Math.max(source, saying.source);
    destination = Math.max(destination, saying.destination);
    error = Math.max(error, saying.error);
    service ??= saying.service;
  }
  if (event < 0 || direction < 0) return null;
  const shape = shapes.join(source < 0 ? shapes.end(NOBODY) : source, destination < 0 ? shapes.end(NOBODY) : destination, service);
  return { event, direction, shape, error, extra: -1, hboneHost: -1, hbonePort: 0 };
}
