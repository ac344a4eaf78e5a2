import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { ApiBanner } from '../../model/api.ts';
import type { Shape } from '../icons/shapes.ts';
import { banners, link, problem } from '../state/live.ts';
import { Icon } from './icon.tsx';

const SHAPES: { readonly [kind in ApiBanner['kind']]: Shape } = {
  ended: 'pause',
  broke: 'contradicted',
  lost: 'contradicted',
  blind: 'unproven',
  dropped: 'exempt',
};
/** A recording that has been read to its end is no news. */
const dismissed = signal<ReadonlySet<string>>(new Set());
const keyOf = ({ kind, input, message }: ApiBanner): string => `${kind} ${input} ${message}`;

export function Banners(): JSX.Element {
  const shown = banners.value.filter((banner) => !dismissed.value.has(keyOf(banner)));
  return (
    <div class="banners" role="status">
      {link.value === 'reconnecting' && (
        <div class="banner broke">
          <Icon shape="contradicted" />
          <p>
            {problem.value?.message ?? 'The connection to plainsight is lost. What you see may be old; the page goes on by itself when it is back.'}
          </p>
        </div>
      )}
      {shown.map((banner) => (
        <div key={keyOf(banner)} class={`banner ${banner.kind}`}>
          <Icon shape={SHAPES[banner.kind]} />
          <p>{banner.message}</p>
          <button
            type="button"
            class="button bare square"
            aria-label={`Dismiss: ${banner.message}`}
            onClick={() => {
              dismissed.value = new Set([...dismissed.value, keyOf(banner)]);
            }}
          >
            <Icon shape="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
