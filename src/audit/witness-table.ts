/**
 * Edges on the stand: what log and wire said is with them already; what metrics, graphs, configuration and policies say is one
 * `WitnessVoice` each.
 */
import type { Witness } from '../model/flow.ts';
import { type Agreement, NO_STATEMENTS, type Says, type Stand, type Statement } from '../model/stand.ts';
import type { Edge, SubjectEnd } from '../model/summary.ts';
import { eachAs } from './each-as.ts';

export type TableEdge = Pick<Edge, 'transport'> & {
  readonly source: SubjectEnd;
  readonly destination: SubjectEnd & { readonly port: number | null };
};

export type WitnessVoice = {
  readonly witness: Witness;
  /** True where it tells ports apart; else what it says is of all ports of two workloads together. */
  readonly knowsPorts: boolean;
  /** Null where it says nothing of that edge. */
  of(edge: TableEdge): Statement | null;
};

/** The same edges, with what all voices say of them. */
export function onTheStand(edges: Iterable<Edge>, voices: readonly WitnessVoice[]): Iterable<Edge> {
  if (voices.length === 0) return edges;
  const ports = new Map<string, number>();
  for (const edge of edges) if (edge.transport === 'tcp') ports.set(pairOf(edge), (ports.get(pairOf(edge)) ?? 0) + 1);
  return eachAs(edges, (edge) => {
    const statements: { [witness in Witness]: Statement | null } = { ...edge.stand.statements };
    const compared = new Map<Witness, Says>();
    const hear = (witness: Witness, statement: Statement | null): unknown => statement !== null && compared.set(witness, statement.says);
    hear('log', statements.log);
    hear('wire', statements.wire);
    for (const voice of voices) {
      const statement = voice.of(edge);
      // What is said of several ports together agrees or disagrees with none of them.
      const isOfAll = !voice.knowsPorts && ports.get(pairOf(edge)) !== 1;
      statements[voice.witness] = statement !== null && isOfAll ? { ...statement, text: `all ports: ${statement.text}` } : statement;
      if (!isOfAll) hear(voice.witness, statement);
    }
    return { ...edge, stand: { statements, agreement: agreementOf(compared) } };
  });
}

export const standOf = (log: Statement | null, wire: Statement | null): Stand => ({
  statements: { ...NO_STATEMENTS, log, wire },
  agreement: log === null || wire === null ? 'alone' : agreementOf(new Map([['log', log.says] as const, ['wire', wire.says] as const])),
});

const pairOf = ({ source, destination }: TableEdge): string => `${nameOf(source)}\n${nameOf(destination)}`;
const nameOf = ({ workload, namespace, ip }: SubjectEnd): string => (workload === null ? (ip ?? '') : `${namespace ?? ''}/${workload}`);

/** They say what should be, and may differ between them: a STRICT port has clients outside the mesh that it turns away. */
const EXPECTING: ReadonlySet<Witness> = new Set(['config', 'policy']);

/**
 * They disagree where one knows of nothing but encryption and another of something else: a witness who saw less of what is mixed
 * is no contradiction. `silent` and `blocked` are about something else than what was carried.
 */
function agreementOf(compared: ReadonlyMap<Witness, Says>): Agreement {
  const said = [...compared].filter(([, says]) => says !== 'silent' && says !== 'blocked');
  const seen = said.filter(([witness]) => !EXPECTING.has(witness)).map(([, says]) => says);
  const expected = said.filter(([witness]) => EXPECTING.has(witness)).map(([, says]) => says);
  if (seen.length === 0 || said.length < 2) return 'alone';
  const differ = (some: readonly Says[], others: readonly Says[]): boolean =>
    some.includes('encrypted') && others.some((says) => says !== 'encrypted');
  return differ(seen, [...seen, ...expected]) || differ(expected, seen) ? 'disagree' : 'agree';
}
