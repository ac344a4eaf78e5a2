import { it } from 'vitest';
import { captureOptions } from '../../src/inputs/interface-options.ts';
import { CAPTURE_PROGRAMS, findProgram, programInput } from '../../src/inputs/interface-program.ts';
import { canMakeNamespaces } from '../native/netns.ts';
import { captureContract } from './interface-contract.ts';

const program = CAPTURE_PROGRAMS.find(({ name }) => name === 'dumpcap');
const path = findProgram('dumpcap');
if (program === undefined || path === null || !canMakeNamespaces()) it('needs dumpcap, Linux and root', () => {});
else {
  captureContract({
    name: 'dumpcap',
    delayMs: 1300,
    placesFilters: program.compile('') !== null,
    open: (device, options) => programInput(program, path, device, captureOptions(options)),
  });
}
