/**
 * What changes, as it changes. Nothing is queued for anybody: each listener asks for what is new since the revision it was told last,
 * at most four times a second and only when it has taken what it was sent, so that a slow one costs nothing and misses nothing.
 */
import type { ApiBanner, ApiChange, ApiEdge } from '../../model/api.ts';
import type { EdgeId } from '../../model/api-rows.ts';
import type { Query } from '../history/select.ts';
import { type Asked, shownOf } from '../views/edges.ts';
import type { Looks } from '../views/look.ts';
import { Refusal } from './query.ts';

const BEAT_MS = 250;
/** Inputs end and fall silent without any flow: so often somebody looks. */
const IDLE_MS = 1000;
const HEARTBEAT_MS = 10_000;
const MAX_LISTENERS = 32;

export class Beats {
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #last = -Infinity;
  #listeners = 0;
  /** Beats so far. */
  count = 0;

  /** Something changed: whoever waits hears of it within a beat. Cheap: called for every flow told. */
  touch(): void {
    if (this.#timer !== undefined || this.#listeners === 0) return;
    this.#timer = setTimeout(() => this.#beat(), Math.max(0, this.#last + BEAT_MS - performance.now()));
  }

  join(): () => void {
    if (this.#listeners >= MAX_LISTENERS) throw new Refusal(503, `too many pages listen already (${MAX_LISTENERS}): close one.`);
    this.#listeners++;
    let isHere = true;
    return () => {
      if (isHere) this.#listeners--;
      isHere = false;
    };
  }

  /** Resolves as soon as there has been a beat after the one of that number, or a while later. */
  next(seen: number, signal: AbortSignal): Promise<void> {
    if (this.count !== seen) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, IDLE_MS);
      signal.addEventListener('abort', done, { once: true });
      this.#waiting.add(done);
    });
  }

  #beat(): void {
    this.#timer = undefined;
    this.#last = performance.now();
    this.count++;
    for (const wake of [...this.#waiting]) wake();
  }
}

export type Listener = {
  readonly looks: Looks;
  readonly beats: Beats;
  /** Asked anew for each event: a span back from now moves on. */
  readonly query: () => Query;
  /** The revision it knows already; null for what there is now. */
  readonly after: number | null;
  readonly signal: AbortSignal;
};

/** Text of an event stream, as long as somebody takes it. */
export function eventStream(listener: Listener): ReadableStream<Uint8Array> {
  const leave = listener.beats.join();
  const events = told(listener);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await events.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        leave();
        await events.return();
      },
    },
    { highWaterMark: 1 },
  );

  async function* told({ looks, beats, query, after, signal }: Listener): AsyncGenerator<string, void, undefined> {
    try {
      yield 'retry: 1000\n\n';
      const teller = new Changes(looks, after);
      let quietSince = performance.now();
      while (!signal.aborted) {
        const seen = beats.count;
        const events = teller.next(query());
        for (const event of events) yield event;
        if (events.length > 0) quietSince = performance.now();
        else if (performance.now() - quietSince > HEARTBEAT_MS) {
          quietSince = performance.now();
          yield ': still here\n\n';
        }
        await beats.next(seen, signal);
      }
    } finally {
      leave();
    }
  }
}

class Changes {
  readonly #looks: Looks;
  #revision: number;
  /** What besides flows changes. */
  #rest: string;
  /** Edges that are shown, where time alone makes some go; undefined before the first look. */
  #shown: ReadonlySet<string> | undefined;
  #banners: ReadonlySet<string>;

  /** Who comes back may have missed banners as well: they are told again. */
  constructor(looks: Looks, after: number | null) {
    this.#looks = looks;
    this.#revision = after ?? looks.history.revision;
    this.#banners = new Set(after === null ? looks.inputs().banners.map(keyOf) : []);
    this.#rest = this.#restNow();
  }

  next(query: Query): readonly string[] {
    return [...this.#change(query), ...this.#newBanners()];
  }

  #change(query: Query): readonly string[] {
    const { history } = this.#looks;
    const gone = history.groups.graph.goneSince(this.#revision);
    // Of another run of the server, or too long ago.
    if (gone === undefined || this.#revision > history.revision) {
      this.#revision = history.revision;
      return [event('reset', { revision: this.#revision }, this.#revision)];
    }
    const rest = this.#restNow();
    const isTimed = query.filter.since !== null || query.filter.until !== null;
    const isSame = history.revision === this.#revision && rest === this.#rest;
    if (isSame && !isTimed) return [];
    const asked = this.#looks.asked(query);
    const { fresh, left } = isTimed ? this.#ofTime(asked) : this.#changed(asked);
    [this.#revision, this.#rest] = [history.revision, rest];
    if (isSame && fresh.length === 0 && left.length === 0) return [];
    const { shown, flows } = shownOf(asked);
    const change: ApiChange = {
      revision: this.#revision,
      running: this.#looks.running,
      shown,
      edges: fresh,
      nodes: this.#looks.nodes(fresh, asked),
      gone: [...new Set([...gone, ...left])],
      flows,
      findings: this.#looks.snapshots.look().snapshot.summary.findings,
    };
    return [event('change', change, this.#revision)];
  }

  #changed(asked: Asked): Fresh {
    const changed = [...this.#looks.edges].filter(({ changed: at }) => at > this.#revision);
    const { edges } = this.#looks.graph(asked, changed);
    const shown = new Set(edges.map(({ id }) => id));
    return { fresh: edges, left: changed.flatMap(({ id }) => (shown.has(id) ? [] : [id])) };
  }

  /** Time alone brings edges and takes them away. */
  #ofTime(asked: Asked): Fresh {
    const before = this.#shown;
    const { edges } = this.#looks.graph(asked, this.#looks.edges);
    const now = new Set(edges.map(({ id }) => id));
    this.#shown = now;
    const { graph } = this.#looks.history.groups;
    const fresh = edges.filter(({ id }) => before?.has(id) !== true || (graph.byId(id)?.changed ?? 0) > this.#revision);
    return { fresh, left: [...(before ?? [])].filter((id) => !now.has(id)) };
  }

  #restNow(): string {
    return JSON.stringify([this.#looks.running, this.#looks.snapshots.look().snapshot.summary.findings]);
  }

  #newBanners(): readonly string[] {
    const { banners } = this.#looks.inputs();
    const fresh = banners.filter((banner) => !this.#banners.has(keyOf(banner)));
    this.#banners = new Set(banners.map(keyOf));
    return fresh.map((banner) => event('banner', banner, this.#revision));
  }
}

type Fresh = { readonly fresh: readonly ApiEdge[]; readonly left: readonly EdgeId[] };

/** Of one kind and input one is enough: that more was lost is in the message, not news. */
const keyOf = ({ kind, input }: ApiBanner): string => `${kind} ${input ?? ''}`;

const event = (name: string, data: unknown, id: number): string => `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
