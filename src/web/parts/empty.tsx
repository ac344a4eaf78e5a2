import type { ComponentChildren, JSX } from 'preact';
import type { Shape } from '../icons/shapes.ts';
import { Icon } from './icon.tsx';

type Props = { readonly title: string; readonly shape?: Shape; readonly children?: ComponentChildren };

/** Nothing to show, and what to do about it. */
export const Empty = ({ title, shape = 'search', children }: Props): JSX.Element => (
  <div class="empty" role="status">
    <Icon shape={shape} />
    <h2>{title}</h2>
    {children}
  </div>
);

export const Loading = ({ rows = 4 }: { readonly rows?: number }): JSX.Element => (
  <div class="panel" role="status" aria-label="Loading">
    {Array.from({ length: rows }, (_, at) => (
      <div key={at} class="skeleton" />
    ))}
  </div>
);

export const Trouble = ({ error }: { readonly error: Error }): JSX.Element => (
  <Empty title="That could not be loaded" shape="contradicted">
    <p>{error.message}</p>
  </Empty>
);
