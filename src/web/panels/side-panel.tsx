import type { JSX } from 'preact';
import { place } from '../state/place.ts';
import { Attention } from './attention.tsx';
import { EdgePanel } from './edge-panel.tsx';
import { FlowPanel } from './flow-panel.tsx';
import { NodePanel } from './node-panel.tsx';

/** What is selected; without a selection, what needs attention. */
export function SidePanel(): JSX.Element {
  return place.value.selected === null ? <Attention /> : <Selection />;
}

export function Selection(): JSX.Element | null {
  const { selected } = place.value;
  if (selected === null) return null;
  const at = selected.indexOf(':');
  const [kind, id] = [selected.slice(0, at), selected.slice(at + 1)];
  if (kind === 'edge') return <EdgePanel key={id} id={id} />;
  if (kind === 'node') return <NodePanel key={id} id={id} />;
  return kind === 'flow' ? <FlowPanel key={id} id={id} /> : null;
}
