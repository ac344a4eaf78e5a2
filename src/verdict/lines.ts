/** What the lines of a flow say together. */
import { LineEvent } from '../model/batch.ts';
import type { Joined, LineWitness } from '../model/flow.ts';

export const linesOf = ({ outbound, inbound }: Joined): readonly LineWitness[] => [outbound, inbound].filter((line) => line !== null);

/** Lines that tell an end: `complete` or `failed`. */
export const ended = (joined: Joined): readonly LineWitness[] => linesOf(joined).filter((line) => line.event !== LineEvent.opened);

export const passedBytes = (line: LineWitness): boolean => line.sent > 0 || line.received > 0;

/** The server's own error says more than what the client's ztunnel was told of it (`http status: 503`). */
export function errorOf(joined: Joined): string | null {
  return joined.inbound?.error ?? joined.outbound?.error ?? null;
}
