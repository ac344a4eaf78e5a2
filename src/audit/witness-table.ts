/**
 * The stand: per edge what each witness says, and whether they agree. A witness is a `WitnessVoice`; what configuration and
 * policy say is one more of them each, and nothing here changes.
 */
import { type Evidence, WITNESSES, type Witness } from '../model/flow.ts';
import type { SubjectEnd } from '../model/summary.ts';

/**
 * `encrypted`: by the mesh. `plaintext`: outside any tunnel, readable or with the application's own TLS; the text says which.
 * `silent`: it knows of the edge and cannot say (an attempt, a set share). `blocked`: all was turned away or failed.
 */
export type Says = 'encrypted' | 'plaintext' | 'mixed' | 'blocked' | 'silent';

export type Statement = {
  readonly says: Says;
  /** A few words for people: `58 mTLS, 3 not (destination)`. */
  readonly text: string;
  readonly evidence: readonly Evidence[];
};

export type TableEdge = { readonly source: SubjectEnd; readonly destination: SubjectEnd & { readonly port: number | null } };

export type WitnessVoice = {
  readonly witness: Witness;
  /** True where it tells ports apart; else what it says is of all ports of two workloads together. */
  readonly knowsPorts: boolean;
  /** Null where it says nothing of that edge. */
  of(edge: TableEdge): Statement | null;
};

/** `alone`: fewer than two witnesses say anything that could agree. */
export type Agreement = 'agree' | 'disagree' | 'alone';

export type WitnessRow = TableEdge & {
  readonly statements: { readonly [witness in Witness]: Statement | null };
  readonly agreement: Agreement;
};

/** One row an edge, in the order given. */
export function witnessTable(edges: readonly TableEdge[], voices: readonly WitnessVoice[]): readonly WitnessRow[] {
  const ports = new Map<string, number>();
  for (const edge of edges) ports.set(pairOf(edge), (ports.get(pairOf(edge)) ?? 0) + 1);
  return edges.map((edge) => {
    const statements: { [witness in Witness]: Statement | null } = { log: null, wire: null, config: null, policy: null, metric: null, graph: null };
    const compared: Statement[] = [];
    for (const voice of voices) {
      const statement = voice.of(edge);
      statements[voice.witness] = statement;
      // What is said of several ports together agrees or disagrees with none of them.
      if (statement !== null && (voice.knowsPorts || ports.get(pairOf(edge)) === 1)) compared.push(statement);
    }
    return { ...edge, statements, agreement: agreementOf(compared) };
  });
}

const pairOf = ({ source, destination }: TableEdge): string => `${nameOf(source)}\n${nameOf(destination)}`;
const nameOf = ({ workload, namespace, ip }: SubjectEnd): string => (workload === null ? (ip ?? '') : `${namespace ?? ''}/${workload}`);

/** `mixed` is no disagreement with itself; `silent` and `blocked` are about something else than what was carried. */
function agreementOf(statements: readonly Statement[]): Agreement {
  const said = statements.map(({ says }) => says).filter((says) => says !== 'silent' && says !== 'blocked');
  if (said.length < 2) return 'alone';
  return said.every((says) => says === said[0]) ? 'agree' : 'disagree';
}

/** Witnesses that say anything at all: the columns worth showing, in their usual order. */
export function voicedWitnesses(rows: readonly WitnessRow[]): readonly Witness[] {
  return WITNESSES.filter((witness) => rows.some(({ statements }) => statements[witness] !== null));
}
