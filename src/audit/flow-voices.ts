/** What log and wire each say of an edge, apart from what the verdict makes of both. */
import type { Evidence, Flow } from '../model/flow.ts';
import { subjectEnd } from './finder.ts';
import type { Says, Statement, TableEdge, WitnessVoice } from './witness-table.ts';

type Seen = 'log' | 'wire';
type Count = { encrypted: number; tls: number; plaintext: number; blocked: number; other: number; first: Evidence | null };
const noCount = (): Count => ({ encrypted: 0, tls: 0, plaintext: 0, blocked: 0, other: 0, first: null });

const totalOf = ({ encrypted, tls, plaintext, blocked, other }: Count): number => encrypted + tls + plaintext + blocked + other;

/** Past this many, further edges are not on the stand. */
const MAX_EDGES = 100_000;

/** Counts flows as they are told; a revision takes its forerunner's place. */
export class FlowVoices {
  readonly #edges = new Map<string, { readonly edge: TableEdge; readonly log: Count; readonly wire: Count }>();

  add(flow: Flow): void {
    if (flow.replaces !== null) this.#count(flow.replaces, -1);
    this.#count(flow, 1);
  }

  /** Edges by name, then port. */
  edges(): readonly TableEdge[] {
    return [...this.#edges]
      .filter(([, { log, wire }]) => totalOf(log) + totalOf(wire) > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { edge }]) => edge);
  }

  voices(): readonly WitnessVoice[] {
    return (['log', 'wire'] as const).map((witness) => ({
      witness,
      knowsPorts: true,
      of: (edge) => {
        const count = this.#edges.get(keyOf(edge))?.[witness];
        return count === undefined || count.first === null || totalOf(count) === 0 ? null : statementOf(count, count.first);
      },
    }));
  }

  #count(flow: Flow, sign: 1 | -1): void {
    if (flow.exempt !== null || flow.supersededBy !== null || flow.kind === 'leg') return;
    const edge = {
      source: subjectEnd(flow.source),
      destination: { ...subjectEnd(flow.destination), port: flow.kind === 'tunnel' ? 15008 : flow.destination.port },
    };
    const key = keyOf(edge);
    let row = this.#edges.get(key);
    if (row === undefined) {
      if (this.#edges.size >= MAX_EDGES) return;
      row = { edge, log: noCount(), wire: noCount() };
      this.#edges.set(key, row);
    }
    for (const witness of ['log', 'wire'] as const) countSaid(row[witness], saidBy(flow, witness), sign);
  }
}

const keyOf = ({ source, destination }: TableEdge): string =>
  [source.namespace, source.workload, source.ip, destination.namespace, destination.workload, destination.ip, destination.port].join('\n');

/** The first of that witness that says anything about encryption: both ends' lines say the same. */
function saidBy(flow: Flow, witness: Seen): Evidence | null {
  const own = flow.evidence.filter((evidence) => evidence.witness === witness && evidence.says !== 'loopback leg');
  return own.find(({ says }) => says !== 'unknown') ?? own[0] ?? null;
}

function countSaid(count: Count, evidence: Evidence | null, sign: 1 | -1): void {
  if (evidence === null) return;
  count[kindOf(evidence.says)] += sign;
  count.first ??= evidence;
}

function kindOf(says: string): 'encrypted' | 'tls' | 'plaintext' | 'blocked' | 'other' {
  if (says === 'hbone') return 'encrypted';
  if (says === 'tls' || says === 'plaintext') return says;
  return says === 'denied' || says === 'failed' ? 'blocked' : 'other';
}

function statementOf({ encrypted, tls, plaintext, blocked, other }: Count, first: Evidence): Statement {
  const parts = [
    [encrypted, 'HBONE'],
    [tls, "application's TLS"],
    [plaintext, 'plaintext'],
    [blocked, 'blocked'],
    [other, 'undecided'],
  ] as const;
  const text = parts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])).join(', ');
  return { says: saysOf(encrypted, tls + plaintext, blocked), text, evidence: [first] };
}

function saysOf(encrypted: number, open: number, blocked: number): Says {
  if (encrypted > 0 && open > 0) return 'mixed';
  if (encrypted > 0) return 'encrypted';
  if (open > 0) return 'plaintext';
  return blocked > 0 ? 'blocked' : 'silent';
}
