/** `plainsight serve` and `--metrics`: a run, shown to browsers and to Prometheus while it goes on and after. */
import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import type { Flow } from '../model/flow.ts';
import type { Micros } from '../model/time.ts';
import { History } from './history/history.ts';
import { addMetrics, app, bare } from './http/app.ts';
import { Beats } from './http/events.ts';
import { type Answers, type Listening, listen } from './http/listen.ts';
import { isLoopback, type Listen, urlOf } from './http/listen-address.ts';
import { loadPage } from './http/page.ts';
import { FlowCounters } from './metrics/flow-counters.ts';
import { metricsText } from './metrics/metrics.ts';
import type { FlowSink, Run } from './run.ts';
import { Looks } from './views/look.ts';

export type ServeOptions = {
  /** Where the dashboard and its API answer; null for none. */
  readonly dashboard: Listen | null;
  /** Where the metrics alone answer; null for none. */
  readonly metrics: Listen | null;
  /** How far back flows are kept, µs. */
  readonly keep: Micros;
  /** What an address other than loopback asks for; null: a new one is made. */
  readonly token: string | null;
  /** A bug in an answer. */
  onBug(error: unknown): void;
};

export type Server = {
  /** To be opened in a browser, with the token where one is needed; null without a dashboard. */
  readonly url: string | null;
  readonly metricsUrl: string | null;
  /** What has to be said with `Authorization: Bearer`; null where nobody has to. */
  readonly token: string | null;
  readonly sink: FlowSink;
  /** What is asked from now on, it answers. */
  show(run: Run): void;
  close(): Promise<void>;
};

/** Some 200 MB at most; a busy mesh fills it in less time than `keep`. */
const MAX_FLOWS = 2_000_000;

/** Rejects with `PlainsightError` (unavailable) where an address cannot be had. */
export async function openServer(options: ServeOptions): Promise<Server> {
  const { dashboard, metrics } = options;
  const isOpen = [dashboard, metrics].some((where) => where !== null && !isLoopback(where.address));
  const token = isOpen ? (options.token ?? randomBytes(24).toString('base64url')) : null;
  const history = new History({ keep: options.keep, maxFlows: MAX_FLOWS, revision: Date.now() * 1000 });
  const shown: Shown = { history, beats: new Beats(), counters: new FlowCounters(), token };
  let show: (apps: Apps) => void = () => {};
  // A pod may take a while to be attached to: whoever asks before waits.
  const answering = new Promise<Apps>((resolve) => {
    show = resolve;
  });
  const answers =
    (which: 'page' | 'metrics'): Answers =>
    async (request) =>
      (await answering)[which].fetch(request);
  const open: Listening[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.map((one) => one.close()));
  };
  try {
    const page = dashboard === null ? null : await opened(dashboard, answers('page'), open);
    const counters = metrics === null ? null : await opened(metrics, answers('metrics'), open);
    const files = dashboard === null ? new Map() : await loadPage();
    return {
      url: page === null ? null : urlOf(page) + (token === null || isLoopback(page.address) ? '' : `?token=${token}`),
      metricsUrl: counters === null ? null : `${urlOf(counters)}metrics`,
      token,
      sink: sinkOf(shown, dashboard !== null),
      show: (run) => {
        const looks = new Looks(run, history);
        const text = (): string => metricsText(run, looks.snapshots, shown.counters, Date.now());
        const guarded = (where: Listen | null) => ({
          address: where?.address ?? '',
          token: where === null || isLoopback(where.address) ? null : token,
        });
        const parts = { looks, beats: shown.beats, page: files, metrics: text, onBug: options.onBug };
        show({
          page: app({ ...parts, guard: guarded(dashboard) }),
          metrics: addMetrics(bare({ ...guarded(metrics), isPublic: () => false }, options.onBug), text),
        });
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Apps = { readonly page: Hono; readonly metrics: Hono };
type Shown = { readonly history: History; readonly beats: Beats; readonly counters: FlowCounters; readonly token: string | null };

async function opened(where: Listen, answers: Answers, open: Listening[]): Promise<Listening> {
  const listening = await listen(where, answers);
  open.push(listening);
  return listening;
}

/** Counters alone need no history. */
function sinkOf({ history, beats, counters }: Shown, keeps: boolean): FlowSink {
  if (!keeps) return counters;
  const add = (flow: Flow): void => {
    counters.add(flow);
    history.add(flow);
    beats.touch();
  };
  const remove = (flow: Flow): void => {
    counters.remove(flow);
    history.remove(flow);
    beats.touch();
  };
  return { add, remove };
}
