/**
 * Thousands of workloads at once: boxes, nodes and lines on one canvas, moved by d3-zoom. cytoscape took 10 times as long for 10,000 edges,
 * most of it for styles that nobody can see at that distance.
 */
import { select } from 'd3-selection';
import { type ZoomTransform, zoom, zoomIdentity } from 'd3-zoom';
import type { Positions } from './arrange.ts';
import type { Drawing } from './drawing.ts';
import { type DrawOptions, type Picture, toArrange } from './elements.ts';
import { hit, paint, type Scene, sceneOf, tonesNow } from './scene.ts';

const SETTLED_MS = 140;

export function createOverview(container: HTMLElement, choose: (kind: 'node' | 'edge' | null, id: string) => void): Drawing {
  const canvas = document.createElement('canvas');
  canvas.className = 'graph-overview';
  container.append(canvas);
  const screen = createScreen(canvas, container);
  const worker = new Worker(new URL('./arrange-worker.ts', import.meta.url), { type: 'module' });
  let last: { readonly picture: Picture; readonly options: DrawOptions } | null = null;
  let positions: Positions = {};
  let wish = '';
  let isFirst = true;
  const build = (): void => {
    if (last !== null) screen.show(sceneOf(last.picture, last.options, positions));
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Positions>) => {
    positions = data;
    build();
    if (isFirst) screen.showAll();
    isFirst = false;
    requestAnimationFrame(() => {
      container.dataset['arranged'] = String(Object.keys(positions).length);
    });
  });
  canvas.addEventListener('click', (event) => {
    const found = screen.at(event.offsetX, event.offsetY);
    choose(found?.kind ?? null, found?.id ?? '');
  });
  return {
    draw(picture, options) {
      last = { picture, options };
      const now = [...picture.nodes.keys()].join(' ');
      if (now === wish) build();
      else worker.postMessage(toArrange(picture, canvas.clientWidth / Math.max(1, canvas.clientHeight)));
      wish = now;
    },
    restyle: screen.restyle,
    select: screen.select,
    zoomBy: screen.zoomBy,
    panBy: screen.panBy,
    showAll: screen.showAll,
    arrange: screen.showAll,
    png: () =>
      new Promise((resolve, reject) => canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture is too large.')) : resolve(blob)))),
    destroy() {
      worker.terminate();
      screen.destroy();
      canvas.remove();
    },
  };
}

type Screen = Pick<Drawing, 'restyle' | 'select' | 'zoomBy' | 'panBy' | 'showAll' | 'destroy'> & {
  show(scene: Scene): void;
  at(x: number, y: number): ReturnType<typeof hit>;
};

/** One canvas and the part of the scene that it shows; at most one drawing a frame. */
function createScreen(canvas: HTMLCanvasElement, container: HTMLElement): Screen {
  const context = canvas.getContext('2d');
  let scene: Scene | null = null;
  let view: ZoomTransform = zoomIdentity;
  let tones = tonesNow();
  let chosen: string | null = null;
  let frame = 0;
  let settle: ReturnType<typeof setTimeout> | undefined;
  const draw = (isMoving: boolean): void => {
    frame = 0;
    if (context === null || scene === null) return;
    paint(context, scene, {
      view,
      tones,
      chosen,
      isMoving,
      width: container.clientWidth,
      height: container.clientHeight,
      ratio: ratioOf(canvas, container),
    });
  };
  const ask = (isMoving = false): void => {
    if (frame === 0) frame = requestAnimationFrame(() => draw(isMoving));
    clearTimeout(settle);
    if (isMoving) settle = setTimeout(ask, SETTLED_MS);
  };
  const zooming = zoom<HTMLCanvasElement, unknown>().scaleExtent([0.01, 3]);
  zooming.on('zoom', ({ transform }: { readonly transform: ZoomTransform }) => {
    view = transform;
    ask(true);
  });
  const surface = select(canvas).call(zooming).on('dblclick.zoom', null);
  const watcher = new ResizeObserver(() => ask());
  watcher.observe(container);
  return {
    show(shown) {
      scene = shown;
      ask();
    },
    at: (x, y) => (scene === null ? null : hit(scene, ...view.invert([x, y]), 6 / view.k)),
    restyle() {
      tones = tonesNow();
      ask();
    },
    select(id) {
      chosen = id;
      ask();
    },
    zoomBy: (factor) => zooming.scaleBy(surface, factor),
    panBy: (x, y) => zooming.translateBy(surface, x / view.k, y / view.k),
    showAll: () => scene !== null && zooming.transform(surface, fitting(scene, container)),
    destroy() {
      watcher.disconnect();
      cancelAnimationFrame(frame);
      clearTimeout(settle);
    },
  };
}

/** All of the scene in view, above the key and the tools. */
function fitting({ bounds }: Scene, container: HTMLElement): ZoomTransform {
  const { left, top, right, bottom } = bounds;
  const scale = Math.min(1.2, (container.clientWidth - 48) / (right - left), (container.clientHeight - 150) / (bottom - top));
  return zoomIdentity
    .translate(container.clientWidth / 2, container.clientHeight / 2)
    .scale(scale)
    .translate(-(left + right) / 2, -(top + bottom) / 2);
}

/** Gives the canvas as many pixels as the screen has for it. */
function ratioOf(canvas: HTMLCanvasElement, container: HTMLElement): number {
  const ratio = Math.min(2, devicePixelRatio);
  const [width, height] = [Math.round(container.clientWidth * ratio), Math.round(container.clientHeight * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  return ratio;
}
