import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import type { ApiHistory } from '../../model/api.ts';
import type { Verdict } from '../../model/flow.ts';
import { go, place } from '../state/place.ts';
import { theme } from '../state/theme.ts';
import { toneColor } from '../state/tones.ts';
import { totalOf } from '../words.ts';
import { verdictsText } from './verdict-bar.tsx';

/** Drawn from the top of the stack down, so that each bar covers the rest of the one before. */
const STACK: readonly Verdict[] = ['hbone', 'tls', 'denied', 'failed', 'unknown', 'plaintext'];

type Props = { readonly history: ApiHistory; readonly canSelect?: boolean; readonly height?: number };

/** Verdicts over time, stacked. Dragging over it chooses a time range. */
export function TimeChart({ history, canSelect = false, height = 62 }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const look = theme.value;
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const plot = new UPlot(optionsOf(history, element.clientWidth, height, canSelect), stacked(history), element);
    const watcher = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      plot.destroy();
    };
  }, [history, look, canSelect, height]);
  return <div class="chart" ref={box} role="img" aria-label={spoken(history)} />;
}

function spoken({ buckets, bucketSeconds }: ApiHistory): string {
  const worst = buckets.filter(({ flows }) => flows.plaintext > 0);
  const latest = buckets.at(-1);
  const times = worst.length === 0 ? 'none had plaintext' : `${worst.length} had plaintext, the last at ${worst.at(-1)?.time.slice(11, 19)} UTC`;
  return `Verdicts over time: ${buckets.length} intervals of ${bucketSeconds} s, ${times}. Latest: ${latest === undefined ? 'nothing' : verdictsText(latest.flows)}.`;
}

function stacked({ buckets }: ApiHistory): UPlot.AlignedData {
  const times = buckets.map(({ time }) => Date.parse(time) / 1000);
  const sums = STACK.map((_, at) => buckets.map(({ flows }) => STACK.slice(at).reduce((sum, verdict) => sum + flows[verdict], 0)));
  return [times, ...sums];
}

function optionsOf(history: ApiHistory, width: number, height: number, canSelect: boolean): UPlot.Options {
  const axis = { stroke: toneColor('ink-3'), font: '11px Inter', grid: { show: false }, ticks: { show: false } };
  const most = Math.max(1, ...history.buckets.map(({ flows }) => totalOf(flows)));
  return {
    width,
    height,
    padding: [4, 0, 0, 0],
    legend: { show: false },
    cursor: { show: canSelect, x: false, y: false, points: { show: false }, drag: { x: canSelect, y: false, setScale: false } },
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'UTC'),
    scales: { x: { range: (_, from, to) => [from - history.bucketSeconds / 2, to + history.bucketSeconds / 2] }, y: { range: [0, most] } },
    axes: [
      { ...axis, size: 18, gap: 2, space: 70, values: (_, times) => times.map((time) => new Date(time * 1000).toISOString().slice(11, 19)) },
      { show: false },
    ],
    series: [
      {},
      ...STACK.map((verdict) => ({
        fill: toneColor(verdict),
        stroke: toneColor(verdict),
        width: 0,
        points: { show: false },
        ...(UPlot.paths.bars && { paths: UPlot.paths.bars({ size: [0.8, 24], align: 0 }) }),
      })),
    ],
    hooks: { setSelect: [(plot) => choose(plot)] },
  };
}

function choose(plot: UPlot): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  const text = (x: number): string => new Date(plot.posToVal(x, 'x') * 1000).toISOString();
  go({ filters: { ...place.peek().filters, since: [text(left)], until: [text(left + width)] } });
}
