import { times } from './by-edge.ts';
import type { Finder } from './finder.ts';

export const evidenceLost: Finder = {
  id: 'evidence-lost',
  severity: 'warning',
  looksAt: 'inputs',
  open: () => ({
    flow: () => false,
    findings: (inputs) =>
      inputs
        .filter((input) => input.lost > 0)
        .map(({ input, lost }) => ({
          subject: { input },
          message: `${input}: ${times(lost, 'record')} ${lost === 1 ? 'is' : 'are'} known to be missing (drops, a cut, a gap); what it does not show may still have happened.`,
          evidence: [],
        })),
  }),
};
