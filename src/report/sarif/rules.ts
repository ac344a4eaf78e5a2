/** Rules of the SARIF log: one for each kind of finding, and one for each other thing that a view may have to say. Ids are stable. */
import type { ReportingDescriptor } from 'sarif';
import { FINDING_KINDS, type FindingKind } from '../../model/finding-kinds.ts';

export type OtherRule =
  | 'edge-in-plaintext'
  | 'edge-outside-mesh'
  | 'edge-undecided'
  | 'expectation-failed'
  | 'expectation-undecided'
  | 'would-break-under-strict'
  | 'strict-without-traffic';

const OTHER_RULES: { readonly [id in OtherRule]: FindingKind } = {
  'edge-in-plaintext': {
    summary: 'application bytes crossed the network readable',
    help: 'Connections between these workloads were not encrypted. `plainsight flows` lists them, `plainsight explain` shows the records; the reason says which end to enrol.',
  },
  'edge-outside-mesh': {
    summary: 'encrypted by the application itself, outside the mesh',
    help: 'The connection is not readable, but the mesh neither encrypts it nor proves who is at its ends.',
  },
  'edge-undecided': {
    summary: 'the evidence does not decide whether it was encrypted',
    help: 'Look at what each input could see: a longer capture, another place or the logs of both nodes decide it.',
  },
  'expectation-failed': {
    summary: 'an expectation of `plainsight verify` failed',
    help: 'What the gate is to hold was not so. `plainsight verify --help` says what it expects.',
  },
  'expectation-undecided': {
    summary: '`plainsight verify` could not decide',
    help: 'The evidence has a gap: nothing was proven, records were lost, or an input could not have shown it.',
  },
  'would-break-under-strict': {
    summary: 'clients would be turned away under STRICT',
    help: 'A PeerAuthentication in STRICT mode would refuse these clients. Enrol them first.',
  },
  'strict-without-traffic': {
    summary: 'no traffic was seen, so nobody knows who would be turned away',
    help: 'Watch for longer, or at a time when the port is used.',
  },
};

export const RULES: readonly (ReportingDescriptor & { readonly id: string })[] = Object.entries<FindingKind>({
  ...FINDING_KINDS,
  ...OTHER_RULES,
}).map(([id, { summary, help }]) => ({
  id,
  name: id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(''),
  shortDescription: { text: `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.` },
  fullDescription: { text: help },
  help: { text: help, markdown: help },
}));

/** -1 for a finding of a later version. */
export const ruleIndex = (id: string): number => RULES.findIndex((rule) => rule.id === id);
