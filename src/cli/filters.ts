/**
 * Filters choose what is shown and judged, never what is joined (contract, Filters). Values of one flag are alternatives,
 * flags are joined by and. A value with `!` takes away: a flag matches when one of its plain values does (or it has none)
 * and none of its negated ones.
 */
import type { Flow } from '../model/flow.ts';
import type { Finding, Subject, SubjectEnd } from '../model/summary.ts';
import { type Micros, micros } from '../model/time.ts';
import { blockMatcher, parseBlock } from './addresses.ts';

/** A point in time, or a span back from now (live) or from the last record. */
export type Bound = { readonly kind: 'at'; readonly time: Micros } | { readonly kind: 'ago'; readonly span: Micros };

/** Values as typed, checked by `args.ts`. */
export type FilterOptions = {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly namespace: readonly string[];
  readonly workload: readonly string[];
  readonly identity: readonly string[];
  readonly verdict: readonly string[];
  readonly reason: readonly string[];
  readonly exempt: readonly string[];
  readonly port: readonly string[];
  readonly ip: readonly string[];
  readonly cidr: readonly string[];
  readonly since: Bound | null;
  readonly until: Bound | null;
};

export const NO_FILTERS: FilterOptions = {
  from: [],
  to: [],
  namespace: [],
  workload: [],
  identity: [],
  verdict: [],
  reason: [],
  exempt: [],
  port: [],
  ip: [],
  cidr: [],
  since: null,
  until: null,
};

/** `reference` is what `--since 10m` counts back from: now when anything is live, else the time of the last record. */
export type FilterContext = { readonly reference: Micros };

/** What filters ask of a flow besides its time. */
export type Filtered = {
  readonly source: End;
  readonly destination: End & { readonly port: number | null };
  readonly verdict: string;
  readonly reason: string;
  /** Null where it is not. */
  readonly exempt: string | null;
};

/** Whether a flow is shown and judged. Without filters it is always true, at no cost. */
export function compileFilter(options: FilterOptions, context: FilterContext): (flow: Flow) => boolean {
  const matches = compileTimeless(options);
  const { since, until } = boundsOf(options, context);
  return (flow) => {
    // A flow belongs to a time when any of it does.
    if (since !== null && flow.end !== null && flow.end < since) return false;
    return (until === null || flow.start <= until) && matches(flow);
  };
}

/** µs; null where there is no bound. */
export function boundsOf(
  { since, until }: FilterOptions,
  { reference }: FilterContext,
): { readonly since: Micros | null; readonly until: Micros | null } {
  return { since: resolveBound(since, reference), until: resolveBound(until, reference) };
}

/** All of a filter but its time. */
export function compileTimeless(options: FilterOptions): (flow: Filtered) => boolean {
  const tests: ((flow: Filtered) => boolean)[] = [];
  const add = <T>(values: readonly string[], make: (value: string) => (item: T) => boolean, of: (flow: Filtered) => readonly T[]): void => {
    if (values.length === 0) return;
    const matches = anyOf(values, make);
    tests.push((flow) => matches(of(flow)));
  };
  const source = (flow: Filtered): readonly End[] => [flow.source];
  const destination = (flow: Filtered): readonly End[] => [flow.destination];
  const either = (flow: Filtered): readonly End[] => [flow.source, flow.destination];
  add(options.from, endMatcher, source);
  add(options.to, endMatcher, destination);
  add(options.namespace, fieldMatcher('namespace'), either);
  add(options.workload, fieldMatcher('workload'), either);
  add(options.identity, fieldMatcher('identity'), either);
  add(options.ip, ipMatcher, either);
  add(options.cidr, ipMatcher, either);
  add(options.port, portMatcher, (flow) => [flow.destination.port]);
  add(options.verdict, globMatcher, (flow) => [flow.verdict]);
  add(options.reason, globMatcher, (flow) => [flow.reason]);
  add(options.exempt, globMatcher, (flow) => [flow.exempt]);
  return (flow) => {
    for (const test of tests) if (!test(flow)) return false;
    return true;
  };
}

type Pair = Extract<Subject, { source: SubjectEnd }>;

/**
 * The same rule for findings, as far as they know: what speaks of an input bears on everything and stays; what speaks of one
 * end stays when that end could be the one meant; what speaks of two ends has to fit them, and, where a filter asks for what
 * only flows know (verdict, reason, exempt, identity, time), `isShown` has to know the edge.
 */
export function compileFindingFilter(options: FilterOptions, isShown: (pair: Pair) => boolean): (finding: Finding) => boolean {
  const from = anyOf(options.from, endMatcher);
  const to = anyOf(options.to, endMatcher);
  const port = anyOf(options.port, portMatcher);
  const ends = [
    anyOf(options.namespace, fieldMatcher('namespace')),
    anyOf(options.workload, fieldMatcher('workload')),
    anyOf(options.ip, ipMatcher),
    anyOf(options.cidr, ipMatcher),
  ];
  const asksFlows =
    options.verdict.length + options.reason.length + options.exempt.length + options.identity.length > 0 ||
    options.since !== null ||
    options.until !== null;
  // An edge of workloads has no address: then only its flows know whether one fits.
  const asksAddress = [...options.from, ...options.to, ...options.ip, ...options.cidr].some((value) => /[.:]/.test(value));
  return ({ subject }) => {
    if ('input' in subject) return true;
    if (!('source' in subject)) return (from([subject]) || to([subject])) && ends.every((matches) => matches([subject]));
    // One of all ports: those of its flows decide.
    const isOfAllPorts = subject.destination.port === null && options.port.length > 0;
    if (!isOfAllPorts && !port([subject.destination.port])) return false;
    if (isOfAllPorts || asksFlows || (asksAddress && subject.source.ip === null && subject.destination.ip === null)) return isShown(subject);
    return from([subject.source]) && to([subject.destination]) && ends.every((matches) => matches([subject.source, subject.destination]));
  };
}

export const hasFilters = (options: FilterOptions): boolean =>
  Object.values(options).some((value) => value !== null && (!Array.isArray(value) || value.length > 0));

/** Null where there is no bound. */
function resolveBound(bound: Bound | null, reference: Micros): Micros | null {
  if (bound === null) return null;
  return bound.kind === 'at' ? bound.time : micros(reference - bound.span);
}

/** `*` any text, `?` any one character; the rest as it is. The whole text has to match. */
export function globMatcher(glob: string): (text: string | null) => boolean {
  if (!/[*?]/.test(glob)) return (text) => text === glob;
  const pattern = glob
    .replace(/\*+/g, '*')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const expression = new RegExp(`^${pattern}$`, 'su');
  return (text) => text !== null && expression.test(text);
}

type End = SubjectEnd & { readonly identity?: string | null };

/** Values of one flag over the ends (or values) it looks at. */
function anyOf<T>(values: readonly string[], make: (value: string) => (item: T) => boolean): (items: readonly T[]) => boolean {
  const wanted = values.filter((value) => !value.startsWith('!')).map(make);
  const unwanted = values.filter((value) => value.startsWith('!')).map((value) => make(value.slice(1)));
  return (items) => (wanted.length === 0 || wanted.some((matches) => items.some(matches))) && !unwanted.some((matches) => items.some(matches));
}

const fieldMatcher =
  (field: 'namespace' | 'workload' | 'identity') =>
  (glob: string): ((end: End) => boolean) => {
    const matches = globMatcher(glob);
    return (end) => matches(end[field] ?? null);
  };

/** An address in any spelling, a network, or a glob. */
function ipMatcher(value: string): (end: End) => boolean {
  const block = parseBlock(value);
  const matches = block === undefined ? globMatcher(value) : blockMatcher(block);
  return ({ ip }) => ip !== null && matches(ip);
}

/** `workload`, `namespace/workload`, an address, a network, globs of each. */
function endMatcher(value: string): (end: End) => boolean {
  if (parseBlock(value) !== undefined) return ipMatcher(value);
  const slash = value.indexOf('/');
  if (slash >= 0) {
    const [namespace, workload] = [globMatcher(value.slice(0, slash)), globMatcher(value.slice(slash + 1))];
    return (end) => namespace(end.namespace) && workload(end.workload);
  }
  const matches = globMatcher(value);
  return (end) => matches(end.workload) || matches(end.ip);
}

/** A port, a range, or a glob. */
function portMatcher(value: string): (port: number | null) => boolean {
  const range = /^(\d+)(?:-(\d+))?$/.exec(value);
  if (range === null) {
    const matches = globMatcher(value);
    return (port) => port !== null && matches(String(port));
  }
  const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
  return (port) => port !== null && port >= first && port <= last;
}
