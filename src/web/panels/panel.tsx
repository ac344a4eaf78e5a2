import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { go } from '../state/place.ts';

type Props = {
  readonly title: ComponentChildren;
  readonly above: ComponentChildren;
  readonly below?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** Details of one thing; Escape closes it. */
export function Panel({ title, above, below, children }: Props): JSX.Element {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') go({ selected: null });
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  return (
    <article class="panel" aria-live="polite">
      <header>
        <div>
          {above}
          <h2>{title}</h2>
          {below !== undefined && <p class="sub">{below}</p>}
        </div>
        <button type="button" class="button bare square" aria-label="Close details" onClick={() => go({ selected: null })}>
          <Icon shape="close" />
        </button>
      </header>
      {children}
    </article>
  );
}

export const Section = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }): JSX.Element => (
  <section>
    <h3>{title}</h3>
    {children}
  </section>
);
