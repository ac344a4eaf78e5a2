import type { JSX } from 'preact';
import { go, place } from '../state/place.ts';

export function GraphOptions(): JSX.Element {
  const { showsExempt, showsIdentities, width } = place.value;
  return (
    <fieldset class="graph-options" aria-label="What the graph shows">
      <select
        class="select"
        aria-label="Width of edges"
        value={width}
        onChange={({ currentTarget }) => go({ width: currentTarget.value === 'bytes' ? 'bytes' : 'connections' })}
      >
        <option value="connections">Width: connections</option>
        <option value="bytes">Width: bytes</option>
      </select>
      <button type="button" class="button" aria-pressed={showsIdentities} onClick={() => go({ showsIdentities: !showsIdentities })}>
        Identities
      </button>
      <button type="button" class="button" aria-pressed={showsExempt} onClick={() => go({ showsExempt: !showsExempt })}>
        Exempt
      </button>
    </fieldset>
  );
}
