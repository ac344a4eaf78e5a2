import type { Finder } from './finder.ts';

export const blindInput: Finder = {
  id: 'blind-input',
  severity: 'warning',
  looksAt: 'inputs',
  open: () => ({
    flow: () => false,
    findings: (inputs) =>
      inputs
        .filter((input) => input.witness === 'wire' && !input.sawHbone && !input.sawReadable)
        .map(({ input }) => ({
          subject: { input },
          message: `${input}: neither a packet of port 15008 nor readable payload on the network is in it; capture on the pod's eth0 or the node's interface, not on loopback.`,
          evidence: [],
        })),
  }),
};
