/** Sentences and quoted records without the names in them: what is known is replaced, and what only looks like a name as well. */
import { FINDING_IDS } from '../../model/finding-kinds.ts';
import { EXEMPTIONS, REASONS, VERDICTS, WITNESSES } from '../../model/flow.ts';
import type { Pseudonyms } from './pseudonyms.ts';

const V4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d)/g;
/** With a double colon, or all eight groups: a time of day has neither. */
const V6 = /(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?)(?![\w:])/gi;
const IDENTITY = /spiffe:\/\/[^\s"'<>,;)]+/g;
/** Inputs have names with blanks in them seldom, with slashes mostly. */
const PATH = /[^\s"'<>()]*\/[^\s"'<>()]*/g;
const WORD = /[\p{L}\p{N}_][\p{L}\p{N}_.@%+-]*/gu;
/** Numbers, times and spans: they name nobody. */
const NUMBER = /^(?:\d[\d.,]*(?:[a-zµ]{1,3})?|\d{4}-\d\d-\d\dT?\d*|\d+T\d+|[\d.]+Z)$/i;

/** Words of ours that look like names, and the keys of access lines. */
const OURS: ReadonlySet<string> = new Set([
  ...FINDING_IDS,
  ...REASONS,
  ...VERDICTS,
  ...WITNESSES,
  ...EXEMPTIONS,
  ...['istio-cni', 'ztunnel-config', 'mTLS', 'h2', 'IPv4', 'IPv6', 'x509', 'read-only', 'not-an-access-line', '-o', 'sarif-2', 'HTTP2', 'http2'],
  ...['src.addr', 'src.workload', 'src.namespace', 'src.cluster', 'src.identity', 'dst.addr', 'dst.hbone_addr', 'dst.service', 'dst.workload'],
  ...['dst.namespace', 'dst.cluster', 'dst.identity', 'bytes_sent', 'bytes_recv', 'hbone_addr', 'plaintext-on-hbone-port'],
]);

/** What is done with a text: addresses, identities and names gone, numbers and our own words left. */
export function redactText(text: string, names: Pseudonyms): string {
  const whole = names.known(text);
  if (whole !== undefined) return whole;
  const kept: string[] = [];
  // What has been replaced is not looked at again.
  const put = (replaced: string): string => `\uE000${kept.push(replaced) - 1}\uE000`;
  return text
    .replaceAll('\uE000', '')
    .replace(IDENTITY, (identity) => put(names.identity(identity)))
    .replace(PATH, (path) => {
      const known = names.known(path.replace(/[.,:;]+$/, ''));
      return known === undefined ? path : put(known) + (/[.,:;]+$/.exec(path)?.[0] ?? '');
    })
    .replace(V6, (address) => put(names.address(address)))
    .replace(V4, (address) => put(names.address(address)))
    .replace(/="([^"\s]+)"/g, (_, value: string) => `="${put(textValue(value, names))}"`)
    .replace(WORD, (word, at: number, whole: string) => (whole[at - 1] === '\uE000' && /^\d+$/.test(word) ? word : wordOf(word, names)))
    .replace(/\uE000(\d+)\uE000/g, (_, index: string) => kept[Number(index)] ?? '');
}

/** A value of an access line is a name even where it looks like a word. */
const textValue = (value: string, names: Pseudonyms): string =>
  DIRECTIONS.has(value) || NUMBER.test(value) || value.startsWith('\uE000') ? value : (names.known(value) ?? names.name('name', value));
const DIRECTIONS: ReadonlySet<string> = new Set(['inbound', 'outbound']);

function wordOf(whole: string, names: Pseudonyms): string {
  const [, word = '', end = ''] = /^(.*?)([.%+-]*)$/u.exec(whole) ?? [];
  const known = names.known(word);
  if (known !== undefined) return known + end;
  if (OURS.has(word) || NUMBER.test(word) || /^\p{L}+$/u.test(word)) return whole;
  return names.name('name', word) + end;
}
