import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { collected, type What } from '../export/collect.ts';
import { csvOf } from '../export/rows.ts';
import { picture } from '../graph/picture.ts';
import { place } from '../state/place.ts';
import type { View } from '../state/query.ts';
import { Icon } from './icon.tsx';

/** Which rows a page's export has. */
const WHAT: { readonly [view in View]: What } = {
  graph: 'edges',
  edges: 'edges',
  flows: 'flows',
  workloads: 'edges',
  findings: 'findings',
  inputs: 'edges',
};

export function ExportMenu(): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const close = (event: Event): void => {
      const isInside = event.target instanceof Node && menu.current?.contains(event.target);
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !isInside) setOpen(false);
    };
    addEventListener('pointerdown', close);
    addEventListener('keydown', close);
    return () => {
      removeEventListener('pointerdown', close);
      removeEventListener('keydown', close);
    };
  }, [isOpen]);
  return (
    <div class="menu" ref={menu}>
      <button type="button" class="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon shape="export" />
        Export
      </button>
      {isOpen && <Choices close={() => setOpen(false)} />}
    </div>
  );
}

function Choices({ close }: { readonly close: () => void }): JSX.Element {
  const { filters, view } = place.value;
  const what = WHAT[view];
  const [problem, setProblem] = useState<string | null>(null);
  const saveRows = (format: 'csv' | 'json'): void => {
    collected(what, filters)
      .then((rows) => {
        const text = format === 'csv' ? csvOf(rows.map((row) => ({ ...row }))) : `${JSON.stringify({ [what]: rows }, null, 1)}\n`;
        save(new Blob([text], { type: format === 'csv' ? 'text/csv' : 'application/json' }), `plainsight-${what}.${format}`);
        close();
      })
      .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  };
  return (
    <div>
      <button type="button" onClick={() => saveRows('csv')}>
        CSV <small>The {what} that the filters let through</small>
      </button>
      <button type="button" onClick={() => saveRows('json')}>
        JSON <small>The same, with every field</small>
      </button>
      <a href="audit.html" download="plainsight.html" onClick={close}>
        Audit report <small>One HTML file of the whole run, for those who ask for proof</small>
      </a>
      {picture.value !== null && (
        <button type="button" onClick={() => void savePicture().then(close)}>
          PNG <small>The graph as it is drawn</small>
        </button>
      )}
      {problem !== null && <p role="alert">{problem}</p>}
    </div>
  );
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function savePicture(): Promise<void> {
  const blob = await picture.peek()?.take();
  if (blob !== undefined) save(blob, 'plainsight.png');
}
