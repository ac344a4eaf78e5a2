/** Rules.md §6: the certificate names another service account than configuration has for the pod that held the address then. */
import type { Evidence, Flow, FlowEnd } from '../model/flow.ts';
import { byEdge, times } from './by-edge.ts';
import type { Coverage, Finder } from './finder.ts';

export const identityMismatch: Finder = {
  id: 'identity-mismatch',
  severity: 'error',
  looksAt: 'flows',
  open: (coverage) =>
    byEdge(
      (flow) => mayBeWrong(flow, coverage) && mismatches(flow, coverage).length > 0,
      ({ edge, flows, detail }) =>
        `${edge}: in ${times(flows, 'connection')} ${detail}; find out who holds that certificate, and whether the configuration is of the same time.`,
      {
        cites: (flow) => mismatches(flow, coverage).map(({ evidence }) => evidence),
        detail: (flow) =>
          mismatches(flow, coverage)
            .map(({ shown, expected }) => `the certificate is ${shown}'s, and the pod's service account is ${expected}`)
            .join('; '),
        sparesCommon: () => !hasConfiguration(coverage),
      },
    ),
};

/** Asked of every flow: before its ends are made, and addresses looked up. */
const mayBeWrong = ({ verdict }: Flow, coverage: Coverage): boolean => verdict === 'hbone' && hasConfiguration(coverage);

const hasConfiguration = ({ configuration }: Coverage): boolean => configuration !== null && configuration.version > 0;

type Mismatch = { readonly shown: string; readonly expected: string; readonly evidence: Evidence };

const mismatches = (flow: Flow, coverage: Coverage): readonly Mismatch[] =>
  [flow.source, flow.destination].map((end) => mismatchOf(flow, end, coverage)).filter((found) => found !== null);

/** The line has to name the very pod that configuration has at the address: behind gateways, waypoints and a node's SNAT it does not. */
function mismatchOf({ start }: Flow, { ip, pod: name, namespace, identity, identityFrom }: FlowEnd, { podAt, inputName }: Coverage): Mismatch | null {
  if (identityFrom !== 'certificate' || identity === null) return null;
  const pod = podAt(ip, start);
  if (pod === null || pod.gateway || pod.identity === null) return null;
  if (pod.name !== name || pod.namespace !== namespace || pod.identity === identity) return null;
  const { input, record } = pod.origin;
  return {
    shown: identity,
    expected: pod.identity,
    evidence: { witness: 'config', input: inputName(input), record, says: `${pod.name} is ${pod.identity}` },
  };
}
