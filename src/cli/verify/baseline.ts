/**
 * `--baseline FILE`: known exceptions. An entry excuses one finding by its key, or the connections of an edge; it says why, and
 * may say who answers for it and until when. After that day it excuses nothing, and is named.
 */
import type { Flow } from '../../model/flow.ts';
import type { Finding } from '../../model/summary.ts';
import { globMatcher } from '../filters.ts';
import { EDGE_KEYS, type EdgePattern, edgePattern } from './edge-pattern.ts';
import { type Entry, readEntries } from './entries.ts';

const KEYS = ['finding', ...EDGE_KEYS, 'reason', 'owner', 'expires'];

export type Excuse = {
  readonly place: string;
  /** What it is of: a finding's key (a glob), or an edge. */
  readonly of: { readonly finding: string } | EdgePattern;
  readonly reason: string;
  readonly owner: string | null;
  /** As written; null: for good. */
  readonly expires: string | null;
  readonly isExpired: boolean;
};

/** `nowMs`: wall clock. What is still excused is a matter of today, however old the recording is. */
export async function readBaseline(path: string, nowMs: number): Promise<readonly Excuse[]> {
  const entries = await readEntries({ flag: '--baseline', path, keys: KEYS });
  return entries.map((entry) => excuseOf(entry, nowMs));
}

export function excuseOf(entry: Entry, nowMs: number): Excuse {
  const [finding, another] = entry.texts('finding');
  const isEdge = ['from', 'to', 'port'].some((key) => entry.texts(key).length > 0);
  if (another !== undefined) throw entry.wrong('one finding an entry', 'finding');
  if (finding !== undefined && (isEdge || entry.texts('verdict').length > 0))
    throw entry.wrong('either a finding or from, to, port, verdict, not both');
  if (finding === undefined && !isEdge)
    throw entry.wrong("an exception wants what it is of: 'finding: KEY' (as -o json has it), or from, to, port in the words of the filters");
  const [reason] = entry.texts('reason');
  if (reason === undefined || reason.trim() === '') throw entry.wrong("an exception wants its reason: 'reason: why this is accepted'");
  const [expires = null] = entry.texts('expires');
  return {
    place: entry.place,
    of: finding === undefined ? edgePattern(entry) : { finding },
    reason,
    owner: entry.texts('owner')[0] ?? null,
    expires,
    isExpired: expires !== null && endOf(expires, entry) <= nowMs,
  };
}

/** Wall-clock ms after which it excuses nothing; a day counts to its end, UTC. */
function endOf(expires: string, entry: Entry): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(expires);
  const time = Date.parse(isDay ? `${expires}T00:00:00Z` : expires);
  // Date.parse makes 31 February the 3rd of March.
  const isReal = !Number.isNaN(time) && (!isDay || new Date(time).toISOString().startsWith(expires));
  if (!isReal || !/^\d{4}-/.test(expires)) throw entry.wrong('wants a day, as 2026-12-31, or a time with its zone', 'expires');
  return isDay ? time + 86_400_000 : time;
}

type Use = { readonly excuse: Excuse; readonly isKey: (key: string | null) => boolean; uses: number; wouldUse: number };

export class Baseline {
  readonly #uses: readonly Use[];

  constructor(excuses: readonly Excuse[]) {
    this.#uses = excuses.map((excuse) => ({
      excuse,
      isKey: 'finding' in excuse.of ? globMatcher(excuse.of.finding) : () => false,
      uses: 0,
      wouldUse: 0,
    }));
  }

  /** Whether it is known; asked once for each time that the flow comes or goes. */
  excusesFlow(flow: Flow, sign: 1 | -1): boolean {
    return this.#use(({ excuse: { of } }) => !('finding' in of) && of.verdicts.includes(flow.verdict) && of.isOf(flow), sign);
  }

  /** Who excuses it, or null. */
  excusesFinding(finding: Finding): Excuse | null {
    const fits = (use: Use): boolean => use.isKey(finding.key);
    return this.#use(fits, 1) ? (this.#uses.find((use) => fits(use) && !use.excuse.isExpired)?.excuse ?? null) : null;
  }

  /** Sentences about the file itself, told beside the answer. */
  notices(): readonly string[] {
    return this.#uses.flatMap(({ excuse, uses, wouldUse }) => {
      const { place, expires, owner } = excuse;
      if (wouldUse > 0)
        return [
          `${place}: the exception for ${nameOf(excuse)} expired on ${expires} and excuses nothing any more${owner === null ? '' : `; ask ${owner}`}`,
        ];
      return uses === 0
        ? [`${place}: the exception for ${nameOf(excuse)} was not needed${excuse.isExpired ? ', and has expired' : ''}; remove it`]
        : [];
    });
  }

  /** Those that excused something, or would have but for their day. */
  needed(): readonly Excuse[] {
    return this.#uses.filter(({ uses, wouldUse }) => uses + wouldUse > 0).map(({ excuse }) => excuse);
  }

  #use(fits: (use: Use) => boolean, sign: 1 | -1): boolean {
    let isExcused = false;
    for (const use of this.#uses) {
      if (!fits(use)) continue;
      if (use.excuse.isExpired) use.wouldUse += sign;
      else {
        use.uses += sign;
        isExcused = true;
      }
    }
    return isExcused;
  }
}

const nameOf = ({ of }: Excuse): string => ('finding' in of ? of.finding : of.name);

/** `known: OPS-123 (mesh-team, until 2026-12-31)`. */
export function excuseText({ reason, owner, expires }: Excuse): string {
  const rest = [...(owner === null ? [] : [owner]), ...(expires === null ? [] : [`until ${expires}`])];
  return `${reason}${rest.length === 0 ? '' : ` (${rest.join(', ')})`}`;
}
