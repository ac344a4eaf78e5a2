/** What the live screen shows, asked of the same history and by the same questions as the page in a browser. */
import type { Verdict } from '../../model/flow.ts';
import { MICROS_PER_DAY, micros } from '../../model/time.ts';
import { type EdgeRow, type FindingRow, type Opened, pageOf, type Scene, type ScreenState } from '../../report/screen/scene.ts';
import { History } from '../../serve/history/history.ts';
import { type Asked, askedOf, Refusal } from '../../serve/http/query.ts';
import type { FlowSink, Run } from '../../serve/run.ts';
import { edge, findings, flow } from '../../serve/views/answers.ts';
import { sortEdges } from '../../serve/views/attention.ts';
import { shownOf } from '../../serve/views/edges.ts';
import { Looks } from '../../serve/views/look.ts';
import { type Recent, recentOf } from '../../serve/views/recent.ts';
import { parseFilterLine } from './filter-line.ts';

/** Some 50 MB. The counts at the top are of these as well, so it is told when they are no longer all. */
const MAX_FLOWS = 500_000;
const RECENT_MS = 1000;
const NOTHING: ArrayLike<number> = [];

export type FeedOptions = {
  /** Something that takes a while has come, to be looked at. */
  onLoaded(): void;
  /** The newest is shown. */
  readonly messages: readonly string[];
};

/** What a question was answered with, and what of both would have to change for another answer. */
type Listed = { readonly key: string; readonly findings: unknown; readonly answer: Pick<Scene, 'edges' | 'exemptEdges' | 'shown'> };
type Lately = { readonly recent: Recent; readonly key: string; readonly until: number };

export class Feed {
  readonly #options: FeedOptions;
  readonly #history = new History({ keep: micros(MICROS_PER_DAY), maxFlows: MAX_FLOWS, revision: 0 });
  readonly #closed = new AbortController();
  readonly #startedMs: number;
  /** Since when each finding is there, ms. */
  readonly #seenAt = new Map<string, number>();
  #looks: Looks | undefined;
  /** When something came last. */
  #changed: { readonly revision: number; readonly atMs: number };
  #lately: Lately | undefined;
  #listed: Listed | undefined;
  /** The connection that was opened last. */
  #loaded: { readonly id: string; readonly opened: Opened } | undefined;

  constructor(options: FeedOptions, nowMs: number) {
    this.#options = options;
    this.#startedMs = nowMs;
    this.#changed = { revision: 0, atMs: nowMs };
  }

  /** Told of every flow. */
  get sink(): FlowSink {
    return this.#history;
  }

  show(run: Run): void {
    this.#looks = new Looks(run, this.#history);
  }

  look(state: ScreenState, nowMs: number): Scene {
    const looks = this.#looks;
    if (looks === undefined) return emptyScene(nowMs, this.#startedMs);
    const asked = ask(looks, state.filter);
    const { inputs, banners } = looks.inputs();
    const recent = this.#recent(looks, asked, nowMs);
    return {
      nowMs,
      startedMs: this.#startedMs,
      trends: recent.verdicts,
      trendOf: (id) => recent.edge(id) ?? NOTHING,
      ...this.#list(looks, asked, state),
      findings: aged(findings(looks, asked).findings, this.#seenAt, nowMs),
      inputs,
      notices: [...this.#options.messages.slice(-1), ...banners.map(({ message }) => message)],
      opened: this.#opened(looks, asked, state),
    };
  }

  /** The same picture, but for the page on top: of what is paused, edges can still be opened. */
  reopened(scene: Scene, state: ScreenState): Scene {
    const looks = this.#looks;
    return looks === undefined ? scene : { ...scene, opened: this.#opened(looks, ask(looks, state.filter), state) };
  }

  /** What is wrong with a filter; null for nothing. */
  check(filter: string): string | null {
    const looks = this.#looks;
    const found = looks === undefined ? null : orMissing(() => ask(looks, filter));
    return found !== null && 'kind' in found ? found.message : null;
  }

  close(): void {
    this.#closed.abort();
  }

  #recent(looks: Looks, { query }: Asked, nowMs: number): Recent {
    if (this.#changed.revision !== this.#history.revision) this.#changed = { revision: this.#history.revision, atMs: nowMs };
    if (this.#lately === undefined || this.#lately.key !== query.key || nowMs >= this.#lately.until) {
      const recent = recentOf(this.#history, looks.selector.groups(query), { nowUs: nowMs * 1000, stillUs: (nowMs - this.#changed.atMs) * 1000 });
      this.#lately = { recent, key: query.key, until: nowMs + RECENT_MS };
    }
    return this.#lately.recent;
  }

  /** Ten thousand edges are not asked for again while nothing comes; but a range of time moves on by itself. */
  #list(looks: Looks, asked: Asked, state: ScreenState): Listed['answer'] {
    const { filter, key: question } = asked.query;
    const { findings: found } = looks.snapshots.look();
    const key = [this.#history.revision, state.sort, state.descending, state.showsExempt, question].join(' ');
    const isTimed = filter.since !== null || filter.until !== null;
    if (isTimed || this.#listed?.key !== key || this.#listed.findings !== found)
      this.#listed = { key, findings: found, answer: edgesOf(looks, asked, state) };
    return this.#listed.answer;
  }

  #opened(looks: Looks, asked: Asked, state: ScreenState): Opened | null {
    const { kind, id } = pageOf(state);
    if (kind === 'edge') return orMissing(() => ({ kind, details: edge(looks, asked, id), trend: this.#lately?.recent.edge(id) ?? NOTHING }));
    return kind === 'flow' ? this.#flow(looks, id) : null;
  }

  /** Its records are read again, which takes a while. */
  #flow(looks: Looks, id: string): Opened {
    if (this.#loaded?.id === id) return this.#loaded.opened;
    const opened: Opened = { kind: 'missing', message: 'reading its records …' };
    this.#loaded = { id, opened };
    const told = (answer: Opened): void => {
      if (this.#closed.signal.aborted || this.#loaded?.id !== id) return;
      this.#loaded = { id, opened: answer };
      this.#options.onLoaded();
    };
    flow(looks, id, this.#closed.signal).then(
      (details) => told({ kind: 'flow', details }),
      (error: unknown) => told({ kind: 'missing', message: error instanceof Error ? error.message : String(error) }),
    );
    return opened;
  }
}

/** Throws `Refusal` where the filter is none. */
function ask({ run }: Looks, filter: string): Asked {
  const parsed = parseFilterLine(filter, run.filterWords);
  if ('error' in parsed) throw new Refusal(400, parsed.error);
  return askedOf(new URL(`http://screen/?${parsed.words}`), run, { own: ['q'], filtered: true });
}

/** What an answer says where there is none. */
function orMissing<T>(answer: () => T): T | Extract<Opened, { kind: 'missing' }> {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'missing', message: error.message };
    throw error;
  }
}

function edgesOf(looks: Looks, question: Asked, { sort, descending, showsExempt }: ScreenState): Listed['answer'] {
  const asked = looks.asked(question.query);
  // Who asks for exempt flows wants to see them.
  const isShown = showsExempt || question.one('exempt') !== null;
  const told = looks.graph(asked, looks.edges);
  const nodes = new Map(told.nodes.map((node) => [node.id, node]));
  const counted = told.edges.filter(({ state }) => state !== 'exempt');
  const edges = sortEdges(isShown ? told.edges : counted, nodes, { sort, descending }).flatMap((one): EdgeRow[] => {
    const source = nodes.get(one.source);
    const destination = nodes.get(one.destination);
    return source === undefined || destination === undefined ? [] : [{ edge: one, source, destination }];
  });
  return { edges, exemptEdges: isShown ? 0 : told.edges.length - counted.length, shown: shownOf(asked).shown };
}

const SEVERITIES = ['error', 'warning', 'note'];

/** The worst first, the newest first among equals. `seenAt`: since when each is there, ms; filled. */
function aged(found: ReturnType<typeof findings>['findings'], seenAt: Map<string, number>, nowMs: number): readonly FindingRow[] {
  const rows = found.map((finding): FindingRow => {
    const since = seenAt.get(finding.key) ?? nowMs;
    seenAt.set(finding.key, since);
    return { finding, ageMs: nowMs - since };
  });
  return rows.sort((a, b) => SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity) || a.ageMs - b.ageMs);
}

const NO_TRENDS: { readonly [verdict in Verdict]: ArrayLike<number> } = { hbone: [], tls: [], plaintext: [], denied: [], failed: [], unknown: [] };

const emptyScene = (nowMs: number, startedMs: number): Scene => ({
  nowMs,
  startedMs,
  shown: {
    flows: { hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 },
    exempt: 0,
    bytes: { hbone: 0, tls: 0, plaintext: 0 },
    exposedBytes: 0,
    edges: { yes: 0, partly: 0, no: 0, unproven: 0 },
  },
  trends: NO_TRENDS,
  edges: [],
  trendOf: () => NOTHING,
  exemptEdges: 0,
  findings: [],
  inputs: [],
  notices: [],
  opened: null,
});
