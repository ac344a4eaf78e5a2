import type { ComponentChildren, JSX } from 'preact';
import { Selection } from '../panels/side-panel.tsx';
import { place } from '../state/place.ts';

type Props = { readonly said: ComponentChildren; readonly tools?: ComponentChildren; readonly children: ComponentChildren };

/** A table, and beside it the details of the row that is selected. */
export const TablePage = ({ said, tools, children }: Props): JSX.Element => (
  <div class="table-page">
    <div class="table-main">
      <div class="toolbar">
        <span role="status">{said}</span>
        <div class="end">{tools}</div>
      </div>
      {children}
    </div>
    {place.value.selected !== null && (
      <aside class="aside-panel" aria-label="Details">
        <Selection />
      </aside>
    )}
  </div>
);
