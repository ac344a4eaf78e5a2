import type { View } from '../../model/reporter.ts';
import type { Contracted } from './to-json.ts';

export type ContractedType = Contracted['type'];

/** Which objects a view has in machine outputs, in their order; all but `explain` end with the summary as JSON lines. */
export const VIEW_OBJECTS: { readonly [view in View]: readonly [ContractedType, ...ContractedType[]] } = {
  report: ['edge', 'finding'],
  flows: ['flow', 'finding'],
  edges: ['edge', 'finding'],
  verify: ['finding'],
  strict: ['strict', 'finding'],
  explain: ['flow', 'record'],
};

/** Names of the arrays of `-o json`. */
export const ARRAY_NAMES: { readonly [type in ContractedType]: string } = {
  flow: 'flows',
  edge: 'edges',
  strict: 'strict',
  finding: 'findings',
  record: 'records',
};

/** What a row is where an output has one table. */
export const ROW_TYPES: { readonly [view in View]: ContractedType } = {
  report: 'edge',
  flows: 'flow',
  edges: 'edge',
  verify: 'finding',
  strict: 'strict',
  explain: 'record',
};
