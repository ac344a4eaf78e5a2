import type { JSX } from 'preact';
import { GraphView } from '../graph/graph-view.tsx';
import { SidePanel } from '../panels/side-panel.tsx';
import { NoTraffic } from '../parts/no-traffic.tsx';
import { graph, link, revision } from '../state/live.ts';

export function GraphPage(): JSX.Element {
  revision.value;
  if (graph.edges.size === 0 && link.value !== 'loading') return <NoTraffic />;
  return (
    <div class="graph-page">
      <GraphView />
      <aside class="side" aria-label="Details">
        <SidePanel />
      </aside>
    </div>
  );
}
