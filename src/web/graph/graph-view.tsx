import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { graph, revision } from '../state/live.ts';
import { go, place } from '../state/place.ts';
import { drawsExempt } from '../state/query.ts';
import { theme } from '../state/theme.ts';
import { attentionOf } from '../words.ts';
import { createDrawing, type Drawing } from './drawing.ts';
import { pictureOf } from './elements.ts';
import { GraphKey } from './graph-key.tsx';
import { GraphOptions } from './graph-options.tsx';
import { createOverview } from './overview.ts';
import { setPicture } from './picture.ts';

const PAN = 80;

/** The canvas, its tools, and keys for whoever has no mouse. What it shows is in the list beside it too, and in the table of edges. */
export function GraphView(): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const drawing = useDrawn(box);
  return (
    <div class="graph-main">
      <div
        ref={box}
        class="graph-canvas"
        tabIndex={0}
        role="application"
        aria-roledescription="graph"
        aria-label={HELP}
        onKeyDown={(event) => onKey(event, drawing.current)}
      />
      <GraphOptions />
      <GraphKey />
      <fieldset class="graph-tools" aria-label="Graph">
        <Tool shape="plus" label="Zoom in" act={() => drawing.current?.zoomBy(1.3)} />
        <Tool shape="minus" label="Zoom out" act={() => drawing.current?.zoomBy(1 / 1.3)} />
        <Tool shape="fit" label="Show all" act={() => drawing.current?.showAll()} />
        <Tool shape="layout" label="Arrange again" act={() => drawing.current?.arrange()} />
      </fieldset>
    </div>
  );
}

const HELP =
  'Graph of workloads. Arrow keys move it, plus and minus zoom, 0 shows all, N and P go through the edges, worst first. The list beside it has the same.';

type ToolProps = { readonly shape: 'plus' | 'minus' | 'fit' | 'layout'; readonly label: string; readonly act: () => void };
const Tool = ({ shape, label, act }: ToolProps): JSX.Element => (
  <button type="button" class="button square" title={label} aria-label={label} onClick={act}>
    <Icon shape={shape} />
  </button>
);

/** Text is measured, and written, once its font is there. */
const fonts = Promise.all([
  document.fonts.load('550 12px Inter'),
  new FontFace('padlocks', 'url(padlocks.ttf)').load().then((face) => document.fonts.add(face)),
]).catch(() => undefined);

const ruler = document.createElement('canvas').getContext('2d');
function widthOf(text: string): number {
  if (ruler === null) return text.length * 7;
  ruler.font = '550 12.5px Inter, sans-serif';
  return ruler.measureText(text).width;
}

type Made = { readonly drawing: Drawing; readonly isLarge: boolean };

function useDrawn(box: RefObject<HTMLDivElement>): { readonly current: Drawing | null } {
  const news = revision.value;
  const { showsIdentities, width, selected } = place.value;
  const showsExempt = drawsExempt(place.value);
  const look = theme.value;
  const made = useRef<Made | null>(null);
  const drawing = useRef<Drawing | null>(null);
  useEffect(() => {
    const options = { showsExempt, showsIdentities, width };
    void fonts.then(() => {
      if (box.current === null || (graph.nodes.size === 0 && news === 0)) return;
      const picture = pictureOf(graph, options, widthOf);
      if (made.current?.isLarge !== picture.isLarge) {
        made.current?.drawing.destroy();
        made.current = make(box.current, picture.isLarge);
        drawing.current = made.current.drawing;
      }
      drawing.current?.draw(picture, options);
      drawing.current?.select(idOf(place.peek().selected));
    });
  }, [news, showsExempt, showsIdentities, width]);
  useEffect(() => drawing.current?.restyle(), [look]);
  useEffect(() => drawing.current?.select(idOf(selected)), [selected]);
  useEffect(
    () => () => {
      setPicture(null);
      drawing.current?.destroy();
    },
    [],
  );
  return drawing;
}

const idOf = (selected: string | null): string | null => (selected === null ? null : selected.slice(selected.indexOf(':') + 1));

function make(box: HTMLElement, isLarge: boolean): Made {
  const drawing = (isLarge ? createOverview : createDrawing)(box, (kind, id) => go({ selected: kind === null ? null : `${kind}:${id}` }));
  setPicture(() => drawing.png());
  return { drawing, isLarge };
}

function onKey(event: KeyboardEvent, drawing: Drawing | null): void {
  const act = KEYS[event.key];
  if (act === undefined || drawing === null || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  act(drawing);
}

const KEYS: Readonly<Record<string, (drawing: Drawing) => void>> = {
  ArrowLeft: (drawing) => drawing.panBy(PAN, 0),
  ArrowRight: (drawing) => drawing.panBy(-PAN, 0),
  ArrowUp: (drawing) => drawing.panBy(0, PAN),
  ArrowDown: (drawing) => drawing.panBy(0, -PAN),
  '+': (drawing) => drawing.zoomBy(1.3),
  '-': (drawing) => drawing.zoomBy(1 / 1.3),
  '0': (drawing) => drawing.showAll(),
  n: () => step(1),
  p: () => step(-1),
  Escape: () => go({ selected: null }),
};

function step(by: number): void {
  const edges = [...graph.edges.values()].sort((a, b) => attentionOf(a) - attentionOf(b));
  const at = edges.findIndex(({ id }) => place.peek().selected === `edge:${id}`);
  const next = edges.at((at + by + (at < 0 && by < 0 ? 1 : 0)) % Math.max(1, edges.length));
  if (next !== undefined) go({ selected: `edge:${next.id}` }, { replace: true });
}
