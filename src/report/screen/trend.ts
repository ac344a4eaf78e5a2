/** Connections over the last minute, as a line of blocks and as a rate. */
import { type Cell, cell } from '../text/layout.ts';
import type { Color } from '../text/paint.ts';
import { grouped } from '../text/words.ts';
import type { Trend } from './scene.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';
/** A rate over one second jumps; over these it can be read. */
const RATE_SECONDS = 10;

/** One cell for some seconds each, the newest at the right; as high as its share of the highest. Whatever happened is seen. */
function sparkline(trend: Trend, cells: number): string {
  const sums = summed(trend, cells);
  const highest = Math.max(1, ...sums);
  return sums.map((sum) => (sum === 0 ? BLOCKS.charAt(0) : BLOCKS.charAt(Math.max(1, Math.ceil((sum / highest) * BLOCKS.length) - 1)))).join('');
}

function summed(trend: Trend, cells: number): number[] {
  const sums = new Array<number>(cells).fill(0);
  for (let second = 0; second < trend.length; second++) {
    const at = Math.floor((second * cells) / trend.length);
    sums[at] = (sums[at] ?? 0) + (trend[second] ?? 0);
  }
  return sums;
}

/** In pieces: seconds in which nothing happened are dim. */
export function sparkCells(trend: Trend, cells: number, color: Color): Cell[] {
  const line = sparkline(trend, cells);
  return (line.match(/▁+|[^▁]+/g) ?? []).map((run) => cell(run, run.startsWith('▁') ? 'dim' : color));
}

/** Connections a second, lately. */
export function rateOf(trend: Trend): number {
  let sum = 0;
  for (let second = Math.max(0, trend.length - RATE_SECONDS); second < trend.length; second++) sum += trend[second] ?? 0;
  return sum / RATE_SECONDS;
}

/** `0.4/s`, `12/s`, `1,240/s`; a dot for none. */
export function rateText(rate: number): string {
  if (rate === 0) return '·';
  return `${rate < 9.95 ? rate.toFixed(1) : compact(Math.round(rate))}/s`;
}

/** `12,345`, `123k`, `4.5M`: at most six cells. */
export function compact(count: number): string {
  if (count < 100_000) return grouped(count);
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  const millions = count / 1e6;
  return millions < 9.95 ? `${millions.toFixed(1)}M` : `${grouped(Math.round(millions))}M`;
}
