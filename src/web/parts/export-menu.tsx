import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { picture } from '../graph/picture.ts';
import { place } from '../state/place.ts';
import type { View } from '../state/query.ts';
import { apiPath } from '../state/request.ts';
import { Icon } from './icon.tsx';

/** What of the page's rows the server exports. */
const WHAT: { readonly [view in View]: string } = {
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
  const address = (format: string): string => apiPath(`export/${format}`, filters, { what });
  return (
    <div>
      <Choice href={address('csv')} name="CSV" text={`The ${what} that the filters let through`} close={close} />
      <Choice href={address('json')} name="JSON" text={`The ${what}, as the contract has them`} close={close} />
      <Choice href={address('html')} name="Audit report" text="One HTML file for those who ask for proof" close={close} />
      {picture.value !== null && (
        <button type="button" onClick={() => void savePicture().then(close)}>
          PNG <small>The graph as it is drawn</small>
        </button>
      )}
    </div>
  );
}

type ChoiceProps = { readonly href: string; readonly name: string; readonly text: string; readonly close: () => void };
const Choice = ({ href, name, text, close }: ChoiceProps): JSX.Element => (
  <a href={href} download="" onClick={close}>
    {name} <small>{text}</small>
  </a>
);

async function savePicture(): Promise<void> {
  const blob = await picture.peek()?.take();
  if (blob === undefined) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = 'plainsight.png';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
