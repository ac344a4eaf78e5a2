import type { Micros } from '../model/time.ts';
import type { Stores } from './pending.ts';
import type { Rows, TimedList } from './row-list.ts';

/** The time before which half of what waits has ended, judged by some 4,096 of each kind. */
export function middleOf({ wires }: Stores, waitingLines: TimedList, waitingWires: Rows): Micros {
  const times = sample(waitingLines.length, (index) => waitingLines.time(index));
  const ends = [...times, ...sample(waitingWires.length, (index) => wires.end(waitingWires.at(index)))].sort((a, b) => a - b);
  // One of their own times.
  return (ends[ends.length >> 1] ?? 0) as Micros;
}

/** The times of some 4,096 of them, evenly spread. */
function sample(length: number, time: (index: number) => number): number[] {
  const step = Math.max(1, Math.floor(length / 4096));
  const times: number[] = [];
  for (let at = 0; at < length; at += step) times.push(time(at));
  return times;
}
