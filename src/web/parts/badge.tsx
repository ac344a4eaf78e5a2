import type { JSX } from 'preact';
import type { ApiEdge, EdgeState } from '../../model/api.ts';
import type { Verdict } from '../../model/flow.ts';
import type { Severity } from '../../model/summary.ts';
import type { Shape, StateShape } from '../icons/shapes.ts';
import { STATE_WORDS, VERDICT_WORDS } from '../words.ts';
import { Icon } from './icon.tsx';

const VERDICT_SHAPES: { readonly [verdict in Verdict]: StateShape } = {
  hbone: 'proven',
  tls: 'tls',
  plaintext: 'plaintext',
  denied: 'denied',
  failed: 'failed',
  unknown: 'unproven',
};
export const shapeOfVerdict = (verdict: Verdict): StateShape => VERDICT_SHAPES[verdict];

export const Badge = ({ tone, shape, text }: { readonly tone: string; readonly shape: Shape; readonly text: string }): JSX.Element => (
  <span class={`badge tone-${tone}`}>
    <Icon shape={shape} />
    {text}
  </span>
);

export const VerdictBadge = ({ verdict }: { readonly verdict: Verdict }): JSX.Element => (
  <Badge tone={verdict} shape={VERDICT_SHAPES[verdict]} text={VERDICT_WORDS[verdict]} />
);

const StateBadge = ({ state }: { readonly state: EdgeState }): JSX.Element => <Badge tone={state} shape={state} text={STATE_WORDS[state].short} />;

export const EdgeBadges = ({ edge }: { readonly edge: ApiEdge }): JSX.Element => (
  <>
    <StateBadge state={edge.state} />
    {edge.contradicted && <Badge tone="contradicted" shape="contradicted" text="contradicted" />}
  </>
);

const SEVERITY_SHAPES: { readonly [severity in Severity]: Shape } = { error: 'contradicted', warning: 'contradicted', note: 'unproven' };
export const SeverityBadge = ({ severity }: { readonly severity: Severity }): JSX.Element => (
  <Badge tone={severity} shape={SEVERITY_SHAPES[severity]} text={severity} />
);
