/** What configuration and policies say of an edge: what should be, when they were read. They prove nothing of what was. */
import type { Configuration } from '../mesh/configuration.ts';
import type { EffectiveMode } from '../mesh/peer-authentication.ts';
import type { Pod } from '../mesh/pods.ts';
import type { Evidence } from '../model/flow.ts';
import type { Statement } from '../model/stand.ts';
import type { SubjectEnd } from '../model/summary.ts';
import { podsByWorkload, workloadKey } from './pods-by-workload.ts';
import type { TableEdge, WitnessVoice } from './witness-table.ts';
import { workloadMode } from './workload-mode.ts';

type Told = { readonly configuration: Configuration; inputName(input: number): string };
type Pods = ReadonlyMap<string, readonly Pod[]>;
/** How many of a workload's pods ambient is to carry; null: not known. */
type Enrolled = 'all' | 'some' | 'none' | null;

const HBONE_PORT = 15008;

/** Is ambient to carry both ends? */
export function configVoice({ configuration, inputName }: Told): WitnessVoice {
  const pods = podsByWorkload(configuration);
  return {
    witness: 'config',
    knowsPorts: true,
    of: ({ source, destination, transport }) => {
      if (transport !== 'tcp') return null;
      const ends = [podsOf(pods, source), podsOf(pods, destination)];
      const [client = null, server = null] = ends.map(enrolled);
      const statement = statementOf(client, server);
      return statement === null ? null : { ...statement, evidence: ends.flatMap((group) => evidenceOf(group, inputName)) };
    },
  };
}

const podsOf = (pods: Pods, end: SubjectEnd): readonly Pod[] => (end.workload === null ? [] : (pods.get(workloadKey(end)) ?? []));

function enrolled(pods: readonly Pod[]): Enrolled {
  const known = pods.filter(({ captured }) => captured !== null);
  const inside = known.filter(({ captured }) => captured === true).length;
  if (known.length === 0) return null;
  return inside === known.length ? 'all' : inside === 0 ? 'none' : 'some';
}

function statementOf(client: Enrolled, server: Enrolled): Omit<Statement, 'evidence'> | null {
  if (client === null && server === null) return null;
  if (client === 'none' || server === 'none')
    return { says: 'plaintext', text: client === server ? 'neither enrolled' : `${client === 'none' ? 'client' : 'server'} not enrolled` };
  if (client === 'some' || server === 'some')
    return { says: 'mixed', text: `not all pods of the ${client === 'some' ? 'client' : 'server'} enrolled` };
  if (client === null || server === null) return { says: 'silent', text: `${client === null ? 'server' : 'client'} enrolled` };
  return { says: 'encrypted', text: 'both enrolled' };
}

/** One pod an end is enough to find the table. */
function evidenceOf(pods: readonly Pod[], inputName: Told['inputName']): readonly Evidence[] {
  const pod = pods.find(({ captured }) => captured !== null);
  if (pod === undefined) return [];
  const { input, record } = pod.origin;
  return [{ witness: 'config', input: inputName(input), record, says: `${pod.name} ${pod.captured ? 'enrolled' : 'not enrolled'}` }];
}

/** What PeerAuthentication asks of the server's port. Where ambient does not carry the server, nobody enforces it. */
export function policyVoice({ configuration, inputName }: Told): WitnessVoice {
  const pods = podsByWorkload(configuration, ({ captured }) => captured === true);
  const policies = configuration.peerAuthentications;
  const facts = policies.map(({ fact }) => fact);
  const known = new Map<string, Statement | null>();
  const modeStatement = (destination: TableEdge['destination']): Statement | null => {
    const group = podsOf(pods, destination);
    if (group.length === 0 || (facts.length === 0 && group.every((pod) => pod.policies === null))) return null;
    const port = destination.port === HBONE_PORT ? null : destination.port;
    const { mode, from } = workloadMode(facts, { namespace: destination.namespace, port, pods: group });
    const told = policies.find(({ fact }) => `${fact.namespace}/${fact.name}` === from);
    const evidence: Evidence[] =
      told === undefined
        ? []
        : [{ witness: 'policy', input: inputName(told.origin.input), record: told.origin.record, says: modeText({ mode, from }) }];
    return { says: mode === 'STRICT' ? 'encrypted' : 'silent', text: modeText({ mode, from }), evidence };
  };
  return {
    witness: 'policy',
    knowsPorts: true,
    of: ({ destination, transport }) => {
      if (transport !== 'tcp') return null;
      const key = `${workloadKey(destination)}:${destination.port}`;
      let statement = known.get(key);
      if (statement === undefined) {
        statement = modeStatement(destination);
        known.set(key, statement);
      }
      return statement;
    },
  };
}

const modeText = ({ mode, from }: EffectiveMode): string => `${mode} (${from ?? 'no policy'})`;
