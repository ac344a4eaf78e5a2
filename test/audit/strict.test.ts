/** May STRICT be turned on: what a row says of the connections that were seen. */
import { expect, test } from 'vitest';
import { StrictTable } from '../../src/audit/strict.ts';
import { Configuration } from '../../src/mesh/configuration.ts';
import type { Flow } from '../../src/model/flow.ts';
import { flow, plaintextFlow } from '../report/helpers.ts';

function stateOf(...flows: readonly Flow[]): string | undefined {
  const table = new StrictTable({ configuration: new Configuration(), tried: [], isEnrolled: () => true });
  for (const one of flows) table.add(one);
  return table.rows()[0]?.state;
}
const failed = flow({ verdict: 'failed', reason: 'refused' });

test.for([
  ['ready', [flow(), failed]],
  ['would break', [flow(), plaintextFlow()]],
  // A port that nobody listens on breaks for nobody.
  ['ready', [failed, failed]],
] as const)('%s: %#', ([state, flows]) => {
  expect(stateOf(...flows)).toBe(state);
});
