import type { JSX } from 'preact';
import { EdgesPage } from './pages/edges-page.tsx';
import { FindingsPage } from './pages/findings-page.tsx';
import { FlowsPage } from './pages/flows-page.tsx';
import { GraphPage } from './pages/graph-page.tsx';
import { InputsPage } from './pages/inputs-page.tsx';
import { WorkloadsPage } from './pages/workloads-page.tsx';
import { Banners } from './parts/banners.tsx';
import { FilterBar } from './parts/filter-bar.tsx';
import { Headline } from './parts/headline.tsx';
import { TokenForm } from './parts/token-form.tsx';
import { Topbar } from './parts/topbar.tsx';
import { link, problem } from './state/live.ts';
import { place } from './state/place.ts';
import type { View } from './state/query.ts';

const PAGES: { readonly [view in View]: () => JSX.Element } = {
  graph: GraphPage,
  edges: EdgesPage,
  flows: FlowsPage,
  workloads: WorkloadsPage,
  findings: FindingsPage,
  inputs: InputsPage,
};

export function App(): JSX.Element {
  const Page = PAGES[place.value.view];
  const needsToken = link.value === 'failed' && problem.value?.status === 401;
  return (
    <div class="shell">
      <a class="skip" href="#content">
        To the content
      </a>
      <Topbar />
      <div>
        <Banners />
        <Headline />
      </div>
      <FilterBar />
      <main class="page" id="content" tabIndex={-1}>
        {needsToken ? <TokenForm /> : <Page />}
      </main>
    </div>
  );
}
