/** What changed between two runs: edges that became readable or encrypted, that are new or gone; findings that came and went. */
import type { Change } from '../model/change.ts';
import type { Edge, Finding, Subject, SubjectEnd } from '../model/summary.ts';

export type Side = { readonly edges: readonly Edge[]; readonly findings: readonly Finding[] };

const endKey = ({ namespace, workload, ip }: SubjectEnd): string => (workload === null ? `ip ${ip}` : `${namespace ?? ''}/${workload}`);
const edgeKey = ({ source, destination, transport }: Edge): string => `${endKey(source)}\n${endKey(destination)}\n${destination.port}\n${transport}`;

/** What got worse first, then as the edges and findings stand. */
export function changesBetween(before: Side, after: Side): readonly Change[] {
  const changes = [...edgeChanges(before.edges.filter(isJudged), after.edges.filter(isJudged)), ...findingChanges(before, after)];
  return changes.sort((a, b) => Number(isWorse(b)) - Number(isWorse(a)));
}

/** Somebody has to act: application bytes are readable that were not, or a finding that is more than a note. */
export function isWorse(change: Change): boolean {
  switch (change.change) {
    case 'became-plaintext':
      return true;
    case 'new':
      return change.edge.transport === 'tcp' && change.edge.flows.plaintext > 0;
    case 'finding-came':
      return change.finding.severity !== 'note';
    case 'became-encrypted':
    case 'gone':
    case 'finding-gone':
      return false;
    default:
      return change satisfies never;
  }
}

/** What is exempt by design comes and goes with kubelet and DNS. */
const isJudged = ({ flows }: Edge): boolean => Object.values(flows).some((count) => count > 0);

function edgeChanges(before: readonly Edge[], after: readonly Edge[]): readonly Change[] {
  const known = new Map(before.map((edge) => [edgeKey(edge), edge]));
  const kept = new Set(after.map(edgeKey));
  const changed = after.flatMap((edge): Change[] => {
    const earlier = known.get(edgeKey(edge));
    if (earlier === undefined) return [{ type: 'change', change: 'new', edge }];
    if (becameReadable(earlier, edge)) return [{ type: 'change', change: 'became-plaintext', edge }];
    const wasOpen = earlier.flows.plaintext + earlier.flows.tls > 0;
    return wasOpen && edge.secured === 'yes' ? [{ type: 'change', change: 'became-encrypted', edge }] : [];
  });
  const gone = before.filter((edge) => !kept.has(edgeKey(edge)));
  return [...changed, ...gone.map((edge): Change => ({ type: 'change', change: 'gone', edge }))];
}

/** A line without identities is plaintext to the log alone, and the application's own TLS to whoever sees its packets: no change where packets were seen before only. */
function becameReadable(earlier: Edge, { flows, exposedBytes }: Edge): boolean {
  if (earlier.flows.plaintext > 0 || flows.plaintext === 0) return false;
  return earlier.flows.tls === 0 || (exposedBytes ?? 0) > 0;
}

/** Findings of inputs are no matter of the mesh: another run has other inputs. */
function findingChanges(before: Side, after: Side): readonly Change[] {
  const ofMesh = ({ findings }: Side): readonly Finding[] => findings.filter(({ subject }) => !('input' in subject));
  const [earlier, later] = [ofMesh(before), ofMesh(after)];
  const [had, has] = [new Set(earlier.map(({ key }) => key)), new Set(later.map(({ key }) => key))];
  return [
    ...later
      .filter(({ key }) => !had.has(key))
      .map((finding): Change => ({ type: 'change', change: 'finding-came', edge: edgeOf(finding, after), finding })),
    ...earlier
      .filter(({ key }) => !has.has(key))
      .map((finding): Change => ({ type: 'change', change: 'finding-gone', edge: edgeOf(finding, before), finding })),
  ];
}

/** The edge that it is about, where it is about one. */
function edgeOf({ subject }: Finding, { edges }: Side): Edge | null {
  return 'source' in subject ? (edges.find((edge) => isBetween(edge, subject)) ?? null) : null;
}

/** `subject`: on any port where it names none. */
export const isBetween = (edge: Edge, { source, destination }: Extract<Subject, { readonly source: unknown }>): boolean =>
  endKey(edge.source) === endKey(source) &&
  endKey(edge.destination) === endKey(destination) &&
  (destination.port === null || edge.destination.port === destination.port);
