import type { JSX } from 'preact';
import type { ApiFlow } from '../../model/api-rows.ts';
import { followLink } from '../parts/link.ts';
import { hrefOf } from '../state/place.ts';
import { clockText } from '../words.ts';
import { EvidenceList } from './evidence.tsx';

export function FlowRow({ flow, badge }: { readonly flow: ApiFlow; readonly badge: JSX.Element }): JSX.Element {
  const change = { selected: `flow:${flow.id}` };
  return (
    <li>
      <div class="flow-line">
        {badge}
        <a href={hrefOf(change)} onClick={followLink(change)}>
          {clockText(flow.start)}
        </a>
        <span class="dim">{REASON_WORDS[flow.reason]}</span>
      </div>
      <EvidenceList evidence={flow.evidence} />
    </li>
  );
}
