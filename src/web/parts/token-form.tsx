import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Empty } from './empty.tsx';

/** The server answers other machines only with its token. */
export function TokenForm(): JSX.Element {
  const [token, setToken] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    location.assign(`${location.pathname}?token=${encodeURIComponent(token.trim())}`);
  };
  return (
    <Empty title="This page needs its token" shape="proven">
      <p>plainsight printed an address with a token when it started. Open that address, or paste the token here.</p>
      <form onSubmit={submit}>
        <label class="field">
          <span class="only-read">Token</span>
          <input
            type="password"
            autocomplete="off"
            required
            value={token}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
            placeholder="Token"
          />
          <button type="submit" class="button primary">
            Open
          </button>
        </label>
      </form>
    </Empty>
  );
}
