import type { JSX } from 'preact';
import { pathOf, type Shape } from '../icons/shapes.ts';

/** Decoration: what it means is always told in words beside it, or by the button's label. */
export const Icon = ({ shape }: { readonly shape: Shape }): JSX.Element => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={pathOf(shape)} />
  </svg>
);
