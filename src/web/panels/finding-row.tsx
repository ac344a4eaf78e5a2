import type { JSX } from 'preact';
import type { ApiFinding } from '../../model/api-rows.ts';
import { SeverityBadge } from '../parts/badge.tsx';

export const FindingRow = ({ finding }: { readonly finding: ApiFinding }): JSX.Element => (
  <li>
    <SeverityBadge severity={finding.severity} /> <code>{finding.id}</code>
    <p>{finding.message}</p>
  </li>
);
