import { it } from 'vitest';
import { libpcapInput } from '../../src/inputs/interface-libpcap.ts';
import { captureOptions } from '../../src/inputs/interface-options.ts';
import { builtBinding } from '../native/built.ts';
import { canMakeNamespaces } from '../native/netns.ts';
import { captureContract } from './interface-contract.ts';

const loaded = builtBinding();
if (loaded === undefined || !canMakeNamespaces()) it('needs the binding, Linux and root', () => {});
else {
  captureContract({
    name: 'libpcap',
    // 20 ms by itself; the rest is for a machine that is busy.
    delayMs: 400,
    placesFilters: true,
    open: (device, options) => libpcapInput(loaded, device, captureOptions(options)),
  });
}
