import type { Flow } from '../model/flow.ts';
import { byEdge, times } from './by-edge.ts';
import type { Finder } from './finder.ts';

export const wireContradictsLog: Finder = {
  id: 'wire-contradicts-log',
  severity: 'error',
  looksAt: 'packets',
  open: () =>
    byEdge(
      contradicts,
      ({ edge, flows }) =>
        `${edge}: for ${times(flows, 'connection')} ztunnel's log and the packets of the very same tuple disagree about encryption; trust the packets and look at the records cited.`,
    ),
};

function contradicts(flow: Flow): boolean {
  if (flow.witnesses.length < 2 || (flow.verdict !== 'plaintext' && flow.verdict !== 'hbone')) return false;
  // An hbone flow that no packet outside a tunnel speaks of can contradict nothing.
  if (flow.verdict === 'hbone' && flow.kind !== 'tunnel') return false;
  const says = (witness: string, what: string): boolean => flow.evidence.some((evidence) => evidence.witness === witness && evidence.says === what);
  return (says('log', 'hbone') && says('wire', 'plaintext')) || (says('log', 'plaintext') && says('wire', 'hbone'));
}
