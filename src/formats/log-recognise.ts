/** Whether bytes are a ztunnel's log. */
import { asciiOf, withoutColours } from './log-bytes.ts';
import { Envelope, openDocker } from './log-envelope.ts';

const HEAD = 64 * 1024;
/** Nobody else has access lines; the lines of its start are told from istiod's and istio-cni's only by their targets. */
const SURE = 0.95;
const LIKELY = 0.6;

const TEXT = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t(?:trace|debug|info|warn|error)\t([^\t]+)\t/;
/**
 * Targets are Rust paths without the leading `ztunnel::`, and Go's scopes never have `::`. Of the names without one, those that
 * istiod and istio-cni do not have. A span may follow: `xds:xds{id=1}`.
 */
const TARGET = /^(?:ztunnel|app|hyper_util|readiness|proxyfactory|state_manager|signal|drain:[\w-]+\{.*|\w+(?:::\w+)+(?::.*)?|xds:xds\{.*)$/;
/** Also as other programs write it again, with spaces. */
const JSON_LINE = /^\{(?=.*"level": ?")(?=.*"time": ?")(?=.*"message": ?")(?:.*?[,{] ?)"scope": ?"(access|ztunnel)[":]/;

/** How sure, 0 to 1, that it is text or JSON: the commoner one of a mixture gets the input. */
export function recogniseLog(head: Uint8Array): { readonly text: number; readonly json: number } {
  const view = plain(new DataView(head.buffer, head.byteOffset, Math.min(head.byteLength, HEAD)));
  const envelope = new Envelope({ intern: () => 0 });
  const seen = { text: 0, json: 0, access: 0 };
  const all = asciiOf(view, 0, view.byteLength);
  for (let start = 0; start < all.length; ) {
    const newline = all.indexOf('\n', start);
    const end = newline < 0 ? all.length : newline;
    const inner = envelope.open(view, start, end);
    count(withoutColours(openDocker(view, inner, end)?.log ?? all.slice(inner, end)), seen);
    start = end + 1;
  }
  const confidence = seen.access > 0 ? SURE : LIKELY;
  if (seen.text + seen.json === 0) return { text: 0, json: 0 };
  return seen.text >= seen.json ? { text: confidence, json: seen.json > 0 ? 0.1 : 0 } : { text: seen.text > 0 ? 0.1 : 0, json: confidence };
}

/** Stern colours the names before a line as well. */
function plain(view: DataView): DataView {
  const coloured = asciiOf(view, 0, view.byteLength);
  const text = withoutColours(coloured);
  return text === coloured ? view : new DataView(new TextEncoder().encode(text).buffer);
}

function count(line: string, seen: { text: number; json: number; access: number }): void {
  const target = line.startsWith('{') ? undefined : TEXT.exec(line)?.[1];
  if (target !== undefined) {
    const isAccess = /^access(?::|$)/.test(target);
    if (isAccess || TARGET.test(target)) seen.text++;
    if (isAccess) seen.access++;
    return;
  }
  const scope = line.startsWith('{"') ? JSON_LINE.exec(line)?.[1] : undefined;
  if (scope === undefined) return;
  seen.json++;
  if (scope === 'access') seen.access++;
}
