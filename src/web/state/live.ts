/** The graph and the summary of what the filters let through, kept up to date by server-sent events. */
import { batch, effect, signal } from '@preact/signals';
import type { ApiBanner, ApiChange, ApiEdge, ApiGraph, ApiNode, ApiSummary } from '../../model/api.ts';
import { place } from './place.ts';
import { type Filters, filterParams } from './query.ts';
import { apiPath, getJson, isAbort, RequestProblem } from './request.ts';

export type Link = 'loading' | 'live' | 'reading' | 'done' | 'reconnecting' | 'failed';

/** Mutated in place by changes; `revision` tells that it has. A copy of 10,000 edges four times a second would be waste. */
export type Graph = { readonly nodes: Map<string, ApiNode>; readonly edges: Map<string, ApiEdge> };

export const graph: Graph = { nodes: new Map(), edges: new Map() };
export const revision = signal(0);
export const summary = signal<ApiSummary | null>(null);
export const banners = signal<readonly ApiBanner[]>([]);
export const link = signal<Link>('loading');
export const problem = signal<RequestProblem | null>(null);
export const isPaused = signal(false);
/** Changes that came while paused. */
export const missed = signal(0);

let events: EventSource | null = null;
let loading = new AbortController();
let held: ApiChange[] = [];
let retryMs = 500;

/** Filters as text: signals compare by identity, and a selection must not load everything again. */
const filterText = (filters: Filters): string => filterParams(filters).toString();

export function start(): void {
  let known: string | null = null;
  effect(() => {
    const text = filterText(place.value.filters);
    if (text === known) return;
    known = text;
    void load();
  });
}

async function load(): Promise<void> {
  loading.abort();
  loading = new AbortController();
  const { signal: aborted } = loading;
  events?.close();
  const { filters } = place.peek();
  try {
    const [whole, sums] = await Promise.all([
      getJson<ApiGraph>(apiPath('graph', filters), aborted),
      getJson<ApiSummary>(apiPath('summary', filters), aborted),
    ]);
    retryMs = 500;
    batch(() => {
      take(whole, sums);
      problem.value = null;
    });
    listen(whole.revision, filters);
  } catch (error) {
    if (isAbort(error)) return;
    const trouble = error instanceof RequestProblem ? error : new RequestProblem(0, String(error));
    batch(() => {
      problem.value = trouble;
      link.value = trouble.status === 0 ? 'reconnecting' : 'failed';
    });
    // A wrong filter or a missing token will not mend itself.
    if (trouble.status === 0 || trouble.status >= 500) retry();
  }
}

function retry(): void {
  const { signal: aborted } = loading;
  setTimeout(() => {
    if (!aborted.aborted) void load();
  }, retryMs);
  retryMs = Math.min(retryMs * 2, 10_000);
}

function take(whole: ApiGraph, sums: ApiSummary): void {
  graph.nodes.clear();
  graph.edges.clear();
  for (const node of whole.nodes) graph.nodes.set(node.id, node);
  for (const edge of whole.edges) graph.edges.set(edge.id, edge);
  held = [];
  missed.value = 0;
  isPaused.value = false;
  takeSummary(sums);
  revision.value++;
}

function takeSummary(sums: ApiSummary): void {
  summary.value = sums;
  banners.value = sums.banners;
  link.value = sums.running ? (sums.live ? 'live' : 'reading') : 'done';
}

/** The browser reconnects by itself and sends Last-Event-ID; where it gives up (the server answered, but with no stream), `load` begins anew. */
function listen(after: number, filters: Filters): void {
  const source = new EventSource(apiPath('events', filters, { after }));
  events = source;
  source.addEventListener('open', () => {
    if (link.value === 'reconnecting') refreshSummary();
  });
  source.addEventListener('change', (event: MessageEvent<string>) => receive(JSON.parse(event.data)));
  source.addEventListener('reset', () => void load());
  source.addEventListener('banner', (event: MessageEvent<string>) => {
    const banner: ApiBanner = JSON.parse(event.data);
    banners.value = [...banners.value.filter(({ kind, input }) => kind !== banner.kind || input !== banner.input), banner];
  });
  source.addEventListener('error', () => {
    link.value = 'reconnecting';
    if (source.readyState === EventSource.CLOSED) retry();
  });
}

function receive(change: ApiChange): void {
  if (isPaused.value) {
    held.push(change);
    missed.value += change.edges.length;
    // Held changes of hours would fill the memory: what was missed is loaded whole instead.
    if (held.length > 1000) held = [];
    return;
  }
  batch(() => apply(change));
}

export function pause(): void {
  isPaused.value = true;
}

export function resume(): void {
  batch(() => {
    isPaused.value = false;
    if (held.length === 0 && missed.value > 0) void load();
    for (const change of held) apply(change);
    held = [];
    missed.value = 0;
  });
}

function apply(change: ApiChange): void {
  for (const node of change.nodes) graph.nodes.set(node.id, node);
  for (const edge of change.edges) graph.edges.set(edge.id, edge);
  for (const id of change.gone) graph.edges.delete(id);
  const before = summary.value;
  if (before !== null) summary.value = { ...before, running: change.running, shown: change.shown };
  link.value = change.running ? (before?.live ? 'live' : 'reading') : 'done';
  revision.value++;
  scheduleSummary();
}

let summaryTimer: ReturnType<typeof setTimeout> | undefined;

/** Totals, inputs and banners: once a second is soon enough. */
function scheduleSummary(): void {
  summaryTimer ??= setTimeout(refreshSummary, 1000);
}

function refreshSummary(): void {
  clearTimeout(summaryTimer);
  summaryTimer = undefined;
  const { signal: aborted } = loading;
  getJson<ApiSummary>(apiPath('summary', place.peek().filters), aborted).then(
    (sums) => {
      if (!aborted.aborted) takeSummary(sums);
    },
    // The event stream tells when the server is gone.
    () => undefined,
  );
}
