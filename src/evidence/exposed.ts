/** Counting readable bytes. What is seen on a loopback device is exposed to nobody. */
import { f64At } from '../model/column.ts';
import { F, Seen } from '../model/wire-rows.ts';
import { seenOf } from './connection-state.ts';
import type { Lane } from './lane.ts';

export function addExposed(lane: Lane, at: number, bytes: number): void {
  if (bytes <= 0 || (seenOf(lane.words, at) & Seen.loopback) !== 0) return;
  lane.sawReadable = true;
  lane.floats[(at >> 1) + F.exposed] = f64At(lane.floats, (at >> 1) + F.exposed) + bytes;
}

export const payloadOf = (lane: Lane, at: number, x: number): number => f64At(lane.floats, (at >> 1) + F.payloadA + x);
