import { expect, it } from 'vitest';
import { ClosedLineCounts } from '../../src/audit/closed-lines.ts';
import { EdgeShares, shareOf } from '../../src/audit/edge-shares.ts';
import type { LineWitness } from '../../src/model/flow.ts';
import { Direction, LineEvent } from '../../src/model/line-event.ts';
import { flow, later, NOON } from '../report/helpers.ts';

const line = (changes: Partial<LineWitness> = {}): LineWitness => ({
  event: LineEvent.complete,
  direction: Direction.outbound,
  time: NOON,
  start: NOON,
  identities: true,
  error: null,
  sent: 1,
  received: 1,
  input: 'n1.log',
  record: 1,
  ...changes,
});
const times = (counts: ClosedLineCounts): readonly number[] =>
  [...counts.logs.values()].flatMap(({ pairs }) => [...pairs.values()].map((pair) => pair.times.length));

it('lines count per log and direction, `opened` and `failed` do not, and a flow told again counts once', () => {
  const counts = new ClosedLineCounts();
  const before = flow({ lines: [line(), line({ event: LineEvent.opened })] });
  counts.add(before);
  counts.forget(before);
  counts.add(
    flow({
      revision: 2,
      replaces: before,
      lines: [line(), line({ direction: Direction.inbound, input: 'n2.log' }), line({ event: LineEvent.failed })],
    }),
  );
  expect(times(counts)).toEqual([1, 1]);
});

it('a flow that is withdrawn is no part of a share any more, and one that failed never was', () => {
  const shares = new EdgeShares();
  const plain = flow({ verdict: 'plaintext' });
  for (const one of [flow(), plain, flow({ verdict: 'failed' })]) shares.add(one);
  const share = (): unknown => shareOf([...shares.edges.values()], NOON - 1, later(1));
  expect(share()).toEqual({ flows: 2, mutual: 0.5 });
  shares.forget(flow({ verdict: 'failed' }));
  shares.forget(plain);
  expect(share()).toEqual({ flows: 1, mutual: 1 });
});
