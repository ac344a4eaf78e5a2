import type { JSX } from 'preact';
import type { ApiFinding, ApiFindings } from '../../model/api-rows.ts';
import type { Severity } from '../../model/summary.ts';
import { EvidenceList } from '../panels/evidence.tsx';
import { SeverityBadge } from '../parts/badge.tsx';
import { Empty, Loading, Trouble } from '../parts/empty.tsx';
import { followLink } from '../parts/link.ts';
import { hrefOf, place } from '../state/place.ts';
import { apiPath } from '../state/request.ts';
import { useResource } from '../state/resource.ts';
import { counted } from '../words.ts';

const SEVERITY_WORDS: { readonly [severity in Severity]: string } = {
  error: 'Someone must act',
  warning: 'Someone should look',
  note: 'Worth knowing',
};
const SHOWN = 200;

export function FindingsPage(): JSX.Element {
  const { data, error } = useResource<ApiFindings>(apiPath('findings', place.value.filters));
  if (data === null) return error === null ? <Loading rows={8} /> : <Trouble error={error} />;
  if (data.findings.length === 0)
    return (
      <Empty title="No finding" shape="proven">
        <p>
          No two witnesses contradict each other in what was seen, and no input is known to have been blind. More witnesses find more: add captures,
          configuration and policies.
        </p>
      </Empty>
    );
  return (
    <div class="cards">
      {(Object.keys(SEVERITY_WORDS) as readonly Severity[]).map((severity) => (
        <Group key={severity} severity={severity} findings={data.findings.filter((finding) => finding.severity === severity)} />
      ))}
    </div>
  );
}

function Group({ severity, findings }: { readonly severity: Severity; readonly findings: readonly ApiFinding[] }): JSX.Element | null {
  if (findings.length === 0) return null;
  return (
    <section class="card" aria-label={SEVERITY_WORDS[severity]}>
      <header>
        <h2>{SEVERITY_WORDS[severity]}</h2>
        <span class="dim">{counted(findings.length, 'finding')}</span>
      </header>
      <ul class="list">
        {findings.slice(0, SHOWN).map((finding) => (
          <li key={finding.key}>
            <div class="flow-line">
              <SeverityBadge severity={finding.severity} />
              <code>{finding.id}</code>
            </div>
            <p>{finding.message}</p>
            <EvidenceList evidence={finding.evidence.slice(0, 6)} />
            <EdgeLinks finding={finding} />
          </li>
        ))}
      </ul>
      {findings.length > SHOWN && <p class="dim">The first {SHOWN} are shown. Filter for the others, or export all.</p>}
    </section>
  );
}

function EdgeLinks({ finding }: { readonly finding: ApiFinding }): JSX.Element | null {
  const [first, ...more] = finding.edges;
  if (first === undefined) return null;
  const change = { view: 'graph', selected: `edge:${first}` } as const;
  return (
    <a href={hrefOf(change)} onClick={followLink(change)}>
      Show its edge in the graph{more.length > 0 && ` (the first of ${more.length + 1})`}
    </a>
  );
}
