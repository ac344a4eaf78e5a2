/** Connections second by second over the last minute, of all that a question is about and edge by edge. */
import { f64At, u8At, u32At } from '../../model/column.ts';
import type { Verdict } from '../../model/flow.ts';
import { MICROS_PER_SECOND } from '../../model/time.ts';
import { F } from '../history/columns.ts';
import type { Edge } from '../history/graph.ts';
import type { History } from '../history/history.ts';

export const RECENT_SECONDS = 60;
/** Stamps so far from now are not of now: a replay, or history. */
const PRESENT_US = 30 * MICROS_PER_SECOND;
/** What a capture saw is decided so much later; the minute goes on by itself only behind that. */
const BEHIND_US = 5 * MICROS_PER_SECOND;

export type Recent = {
  /** Exempt ones are not in here. */
  readonly verdicts: { readonly [verdict in Verdict]: Uint32Array };
  /** All of them; undefined where there were none. */
  edge(id: string): Uint32Array | undefined;
};

const seconds = (): Uint32Array => new Uint32Array(RECENT_SECONDS);

/**
 * Where the minute ends: with the newest record, and where none comes, with the clock. Of what is not of now (a replay, history) the clock
 * goes on from the newest. µs; `stillUs`: for how long nothing has come.
 */
function endOf(newest: number, nowUs: number, stillUs: number): number {
  const isPresent = Math.abs(nowUs - newest) < PRESENT_US;
  return isPresent ? Math.max(newest, nowUs - BEHIND_US) : newest + Math.max(0, stillUs - BEHIND_US);
}

export type Moment = { readonly nowUs: number; readonly stillUs: number };

/** By the time they ended, or began where they are open. Looks at all: ask once a second. `passes`: 1 for each group that is asked for. */
export function recentOf(history: History, passes: Uint8Array, { nowUs, stillUs }: Moment): Recent {
  const verdicts = { hbone: seconds(), tls: seconds(), plaintext: seconds(), denied: seconds(), failed: seconds(), unknown: seconds() };
  const edges = new Map<Edge, Uint32Array>();
  const { columns, rows: used, newest, groups } = history;
  const { flags, group: groupOf, start, end } = columns;
  const last = newest === null ? nowUs : endOf(newest, nowUs, stillUs);
  const first = last - RECENT_SECONDS * MICROS_PER_SECOND;
  for (let row = 0; row < used; row++) {
    const ended = f64At(end, row);
    const time = Number.isNaN(ended) ? f64At(start, row) : ended;
    if (time <= first || (u8At(flags, row) & F.alive) === 0) continue;
    const id = u32At(groupOf, row);
    const group = u8At(passes, id) === 1 ? groups.group(id) : undefined;
    if (group === undefined) continue;
    const second = Math.min(RECENT_SECONDS - 1, Math.ceil((time - first) / MICROS_PER_SECOND) - 1);
    const ofEdge = edges.get(group.edge) ?? seconds();
    edges.set(group.edge, ofEdge);
    ofEdge[second] = u32At(ofEdge, second) + 1;
    if (group.exempt !== null) continue;
    const ofVerdict = verdicts[group.verdict];
    ofVerdict[second] = u32At(ofVerdict, second) + 1;
  }
  return {
    verdicts,
    edge: (id) => {
      const edge = groups.graph.byId(id);
      return edge && edges.get(edge);
    },
  };
}
