import type { WireWitness } from '../model/flow.ts';
import { Seen } from '../model/wire-rows.ts';

export const has = (wire: WireWitness, bit: number): boolean => (wire.seen & bit) !== 0;

export const isReadable = (wire: WireWitness): boolean => has(wire, Seen.clientReadable) || has(wire, Seen.serverReadable);
