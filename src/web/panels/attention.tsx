import type { JSX } from 'preact';
import type { ApiFindings } from '../../model/api-rows.ts';
import { followLink } from '../parts/link.ts';
import { graph, link, revision, summary } from '../state/live.ts';
import { hrefOf, place } from '../state/place.ts';
import { apiPath } from '../state/request.ts';
import { useResource } from '../state/resource.ts';
import { attentionOf, counted, totalOf } from '../words.ts';
import { EdgeRow } from './edge-row.tsx';
import { FindingRow } from './finding-row.tsx';
import { Section } from './panel.tsx';

const SHOWN = 12;
const SHOWN_FINDINGS = 4;
const CALM: ReadonlySet<string> = new Set(['proven', 'exempt']);

/** What to do next: the edges and findings that someone must look at, worst first. */
export function Attention(): JSX.Element {
  revision.value;
  const edges = [...graph.edges.values()]
    .filter((edge) => edge.contradicted || !CALM.has(edge.state))
    .sort((a, b) => attentionOf(a) - attentionOf(b) || totalOf(b.flows) - totalOf(a.flows));
  const findings =
    useResource<ApiFindings>(apiPath('findings', place.value.filters)).data?.findings.filter(({ severity }) => severity !== 'note') ?? [];
  const proven = [...graph.edges.values()].filter(({ state }) => state === 'proven').length;
  return (
    <div class="panel">
      <header>
        <div>
          <h2>{title(edges.length, findings.length)}</h2>
          <p class="sub">{counted(proven, 'edge is', 'edges are')} proven encrypted throughout. Choose an edge or a workload for the proof.</p>
        </div>
      </header>
      {edges.length > 0 && (
        <Section title="Not proven, worst first">
          <ul class="list">
            {edges.slice(0, SHOWN).map((edge) => (
              <EdgeRow key={edge.id} edge={edge} />
            ))}
          </ul>
          {edges.length > SHOWN && <More view="edges" text={`All ${counted(edges.length, 'edge')}`} />}
        </Section>
      )}
      {findings.length > 0 && (
        <Section title="Findings">
          <ul class="list">
            {findings.slice(0, SHOWN_FINDINGS).map((finding) => (
              <FindingRow key={finding.key} finding={finding} />
            ))}
          </ul>
          {findings.length > SHOWN_FINDINGS && <More view="findings" text={`All ${counted(findings.length, 'finding')}`} />}
        </Section>
      )}
    </div>
  );
}

function title(edges: number, findings: number): string {
  if (edges > 0) return `${counted(edges, 'edge needs', 'edges need')} a look`;
  if (findings > 0) return `${counted(findings, 'finding')} to look at`;
  if (link.value === 'loading' || summary.value === null) return 'Loading';
  return 'Nothing unproven in what was seen';
}

const More = ({ view, text }: { readonly view: 'edges' | 'findings'; readonly text: string }): JSX.Element => (
  <p>
    <a href={hrefOf({ view, selected: null })} onClick={followLink({ view, selected: null })}>
      {text}
    </a>
  </p>
);
