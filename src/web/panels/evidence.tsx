import type { JSX } from 'preact';
import type { ApiEvidence } from '../../model/api-rows.ts';
import { WITNESS_WORDS } from '../words.ts';

/** `ztunnel-n1.log 146`: input and record number, as an editor or tshark counts. */
export const EvidenceList = ({ evidence }: { readonly evidence: readonly ApiEvidence[] }): JSX.Element | null =>
  evidence.length === 0 ? null : (
    <ul class="evidence">
      {evidence.map(({ witness, input, record, says }) => (
        <li key={`${input} ${record}`}>
          <code title={input}>
            {fileName(input)} {record}
          </code>{' '}
          <span class="dim">
            {WITNESS_WORDS[witness]}: {says}
          </span>
        </li>
      ))}
    </ul>
  );

/** The last part of a path; interfaces and pods stay whole. */
const fileName = (input: string): string => (/^(?:pod|node)\//.test(input) ? input : (input.split('/').at(-1) ?? input));
