import type { JSX } from 'preact';
import type { StrictState } from '../../model/summary.ts';
import type { Shape } from '../icons/shapes.ts';
import { Badge } from './badge.tsx';

const LOOKS: { readonly [state in StrictState]: { readonly tone: string; readonly shape: Shape } } = {
  ready: { tone: 'ready', shape: 'proven' },
  'already strict': { tone: 'strict', shape: 'proven' },
  'would break': { tone: 'breaks', shape: 'contradicted' },
  'no traffic seen': { tone: 'unseen', shape: 'unproven' },
};
export const StrictBadge = ({ state }: { readonly state: StrictState }): JSX.Element => <Badge {...LOOKS[state]} text={state} />;
