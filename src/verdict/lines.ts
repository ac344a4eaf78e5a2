/** What the lines of a flow say together. Asked of every flow: nothing is made here. */

import type { Joined, LineWitness } from '../model/flow.ts';
import { isUnended, LineEvent } from '../model/line-event.ts';

type Test = (line: LineWitness) => boolean;

/** Whether one of the lines that tell an end (`complete`, `failed`) passes. */
export function someEnded({ outbound, inbound }: Joined, test: Test): boolean {
  return (outbound !== null && !isUnended(outbound.event) && test(outbound)) || (inbound !== null && !isUnended(inbound.event) && test(inbound));
}

export const passedBytes: Test = (line) => line.sent > 0 || line.received > 0;
export const isError: Test = (line) => line.error !== null || line.event === LineEvent.failed;

/** The server's own error says more than what the client's ztunnel was told of it (`http status: 503`). */
export function errorOf({ outbound, inbound }: Joined): string | null {
  return inbound?.error ?? outbound?.error ?? null;
}
