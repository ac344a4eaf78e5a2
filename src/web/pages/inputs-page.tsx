import type { JSX } from 'preact';
import type { ApiInput, ApiInputs } from '../../model/api.ts';
import { Badge } from '../parts/badge.tsx';
import { Empty, Loading, Trouble } from '../parts/empty.tsx';
import { useResource } from '../state/resource.ts';
import { counted, countText, durationText, spanText } from '../words.ts';

/** What each input could see, and what was lost of it: the part of the answer that others leave out. */
export function InputsPage(): JSX.Element {
  const { data, error } = useResource<ApiInputs>('api/inputs');
  if (data === null) return error === null ? <Loading rows={8} /> : <Trouble error={error} />;
  if (data.inputs.length === 0)
    return (
      <Empty title="No input">
        <p>Name captures, logs or folders: plainsight serve INPUT…, or an interface with -i.</p>
      </Empty>
    );
  return (
    <div class="cards">
      {data.inputs.map((input) => (
        <InputCard key={input.input} input={input} />
      ))}
    </div>
  );
}

function InputCard({ input }: { readonly input: ApiInput }): JSX.Element {
  const skipped = Object.entries(input.skipped).sort(([, a], [, b]) => b - a);
  return (
    <section class="card" aria-label={input.input}>
      <header>
        <h2>{input.input}</h2>
        <span class="dim">{input.format ?? 'not recognised'}</span>
        <span class="end">
          <State input={input} />
        </span>
      </header>
      {input.error !== null && <p>{input.error}</p>}
      <dl class="measures">
        <Measure name="Read" value={`${countText(input.read)} of ${counted(input.records, 'record')}`} />
        <Measure name="Lost" value={input.lost === 0 ? 'nothing known' : countText(input.lost)} />
        <Measure name="Saw HBONE" value={input.sawHbone ? 'yes' : 'no'} />
        <Measure name="Saw readable traffic" value={input.sawReadable ? 'yes' : 'no'} />
        {input.live && !input.ended && <Measure name="Arrives" value={`${countText(Math.round(input.recordsPerSecond))} records/s`} />}
        {input.lagSeconds !== null && <Measure name="Behind" value={durationText(Math.round(input.lagSeconds * 1000))} />}
        <Measure name="Covers" value={input.first === null || input.last === null ? 'no record with a time' : spanText(input.first, input.last)} />
      </dl>
      {skipped.length > 0 && <p class="dim">Skipped: {skipped.map(([why, count]) => `${countText(count)} ${why}`).join(', ')}</p>}
    </section>
  );
}

function State({ input }: { readonly input: ApiInput }): JSX.Element {
  if (input.error !== null) return <Badge tone="error" shape="contradicted" text="broke" />;
  if (input.lost > 0) return <Badge tone="error" shape="contradicted" text="lost records" />;
  if (input.blind) return <Badge tone="warning" shape="unproven" text="blind" />;
  if (!input.ended) return <Badge tone="proven" shape="play" text={input.live ? 'live' : 'being read'} />;
  return <Badge tone="note" shape="exempt" text={input.live ? 'ended' : 'read to its end'} />;
}

const Measure = ({ name, value }: { readonly name: string; readonly value: string }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
