import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { parseFilter, withFilter, withoutFilter } from '../state/filter-text.ts';
import { summary } from '../state/live.ts';
import { go, place } from '../state/place.ts';
import { FILTER_KEYS, type FilterKey, type Filters } from '../state/query.ts';
import { Icon } from './icon.tsx';

const RANGES = [
  ['', 'All times'],
  ['5m', 'Last 5 minutes'],
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['24h', 'Last day'],
] as const;

const apply = (filters: Filters): void => go({ filters });

export function FilterBar(): JSX.Element {
  const { filters } = place.value;
  const chips = FILTER_KEYS.flatMap((key) => (filters[key] ?? []).map((value) => ({ key, value })));
  return (
    <search class="filters" aria-label="Filters">
      <FilterBox filters={filters} />
      <NamespacePicker filters={filters} />
      <RangePicker filters={filters} />
      {chips.map(({ key, value }) => (
        <Chip key={`${key} ${value}`} name={key} value={value} filters={filters} />
      ))}
      {chips.length > 1 && (
        <button type="button" class="button bare" onClick={() => apply({})}>
          Clear all
        </button>
      )}
    </search>
  );
}

function FilterBox({ filters }: { readonly filters: Filters }): JSX.Element {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => onSlash(box), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const parsed = parseFilter(text, filters);
    setWrong('error' in parsed ? parsed.error : null);
    if ('error' in parsed) return;
    setText('');
    apply(parsed.filters);
  };
  return (
    <form onSubmit={submit}>
      <label class="field">
        <Icon shape="search" />
        <span class="only-read">Filter, with the command line’s words</span>
        <input
          ref={box}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          placeholder="reviews, verdict:plaintext, to:payments/*, port:9080"
          aria-describedby={wrong === null ? undefined : 'filter-wrong'}
          aria-invalid={wrong !== null}
          autocomplete="off"
          spellcheck={false}
        />
        {wrong === null && (
          <span class="key" aria-hidden="true">
            /
          </span>
        )}
      </label>
      {wrong !== null && (
        <p class="only-read" id="filter-wrong" role="alert">
          {wrong}
        </p>
      )}
      {wrong !== null && (
        <p class="wrong" aria-hidden="true">
          {wrong}
        </p>
      )}
    </form>
  );
}

/** `/` goes to the box from anywhere but another box. */
function onSlash(box: { readonly current: HTMLInputElement | null }): () => void {
  const listen = (event: KeyboardEvent): void => {
    if (event.key !== '/' || event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    box.current?.focus();
  };
  addEventListener('keydown', listen);
  return () => removeEventListener('keydown', listen);
}

function NamespacePicker({ filters }: { readonly filters: Filters }): JSX.Element {
  const namespaces = summary.value?.namespaces ?? [];
  const chosen = filters.namespace ?? [];
  return (
    <select
      class="select"
      aria-label="Namespace"
      value={chosen.length === 1 ? chosen[0] : ''}
      onChange={({ currentTarget }) =>
        apply(currentTarget.value === '' ? withoutFilter(filters, 'namespace') : { ...filters, namespace: [currentTarget.value] })
      }
    >
      <option value="">{chosen.length > 1 ? `${chosen.length} namespaces` : 'All namespaces'}</option>
      {namespaces.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

function RangePicker({ filters }: { readonly filters: Filters }): JSX.Element {
  const since = filters.since?.[0] ?? '';
  const isOwn = !RANGES.some(([value]) => value === since) || filters.until !== undefined;
  const choose = (value: string): void => {
    const rest = withoutFilter(withoutFilter(filters, 'since'), 'until');
    apply(value === '' ? rest : withFilter(rest, 'since', value));
  };
  return (
    <select class="select" aria-label="Time range" value={isOwn ? 'own' : since} onChange={({ currentTarget }) => choose(currentTarget.value)}>
      {RANGES.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
      {isOwn && <option value="own">Chosen range</option>}
    </select>
  );
}

function Chip({ name, value, filters }: { readonly name: FilterKey; readonly value: string; readonly filters: Filters }): JSX.Element {
  return (
    <span class="chip">
      <span title={`--${name} ${value}`}>
        {name}: {value}
      </span>
      <button type="button" aria-label={`Remove filter ${name} ${value}`} onClick={() => apply(withoutFilter(filters, name, value))}>
        <Icon shape="close" />
      </button>
    </span>
  );
}
