import type { JSX } from 'preact';
import type { ApiEdge } from '../../model/api.ts';
import { Icon } from '../parts/icon.tsx';
import { followLink } from '../parts/link.ts';
import { graph } from '../state/live.ts';
import { hrefOf } from '../state/place.ts';
import { bytesOf, byteText, counted, countText, fullName, STATE_WORDS, totalOf } from '../words.ts';

const UNKNOWN = { workload: null, namespace: null, ip: null };
const edgeName = (edge: ApiEdge): string =>
  `${fullName(graph.nodes.get(edge.source) ?? UNKNOWN)} → ${fullName(graph.nodes.get(edge.destination) ?? UNKNOWN)}${edge.port === null ? '' : `:${edge.port}`}`;

/** One edge as a line of a list. */
export function EdgeRow({ edge }: { readonly edge: ApiEdge }): JSX.Element {
  const change = { selected: `edge:${edge.id}` };
  return (
    <li class={`bare tone-${edge.contradicted ? 'contradicted' : edge.state}`}>
      <a class="row" href={hrefOf(change)} onClick={followLink(change)}>
        <Icon shape={edge.contradicted ? 'contradicted' : edge.state} />
        <b>{edgeName(edge)}</b>
        <span class="aside">{edge.contradicted ? 'contradicted' : STATE_WORDS[edge.state].short}</span>
        <small>{said(edge)}</small>
      </a>
    </li>
  );
}

function said(edge: ApiEdge): string {
  const total = totalOf(edge.flows);
  if (total === 0) return `${counted(edge.exempt, 'exempt connection')}, ${byteText(bytesOf(edge))}`;
  const share = edge.state === 'partly' ? `${countText(edge.flows.hbone)} of ${counted(total, 'connection')} proven` : counted(total, 'connection');
  const exposed = (edge.exposedBytes ?? 0) > 0 ? `, ${byteText(edge.exposedBytes)} readable` : '';
  const why = edge.state === 'proven' || edge.reason === null ? '' : `: ${REASON_WORDS[edge.reason]}`;
  return `${share}${exposed}${why}`;
}
