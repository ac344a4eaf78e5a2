import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** A command to be pasted into a shell. */
export function Command({ text }: { readonly text: string }): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  const code = useRef<HTMLElement>(null);
  const copy = async (): Promise<void> => {
    // Without TLS and off this machine a page has no clipboard: the text is selected, for the keys.
    if (navigator.clipboard === undefined) {
      if (code.current !== null) getSelection()?.selectAllChildren(code.current);
      return;
    }
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div class="command">
      <code ref={code}>{text}</code>
      <button type="button" class="button bare" onClick={() => void copy()}>
        <Icon shape="copy" />
        <span aria-live="polite">{isCopied ? 'Copied' : 'Copy'}</span>
      </button>
    </div>
  );
}
