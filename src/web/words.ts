/** Numbers, times and states as people read them. Reasons come from the reports' own words (globals.d.ts). */
import type { ApiEdge, ApiNode, EdgeState } from '../model/api.ts';
import type { IdentitySource, Verdict, Witness } from '../model/flow.ts';
import type { VerdictCounts } from '../model/summary.ts';

export const VERDICT_ORDER: readonly Verdict[] = ['hbone', 'tls', 'plaintext', 'unknown', 'denied', 'failed'];
export const VERDICT_WORDS: { readonly [verdict in Verdict]: string } = {
  hbone: 'proven',
  tls: 'own TLS',
  plaintext: 'plaintext',
  denied: 'denied',
  failed: 'failed',
  unknown: 'undecided',
};
export const STATE_WORDS: { readonly [state in EdgeState]: { readonly short: string; readonly long: string } } = {
  proven: { short: 'proven', long: 'Every connection is proven encrypted by the mesh' },
  partly: { short: 'partly', long: 'Some connections are proven encrypted, others are not' },
  plaintext: { short: 'plaintext', long: 'Readable on the network' },
  tls: { short: 'own TLS', long: 'Encrypted by the application itself, outside the mesh' },
  unproven: { short: 'unproven', long: 'The evidence does not decide' },
  denied: { short: 'denied', long: 'Turned away by policy' },
  failed: { short: 'failed', long: 'No connection came about' },
  exempt: { short: 'exempt', long: 'Outside the mesh by design, and never counted' },
};
export const WITNESS_WORDS: { readonly [witness in Witness]: string } = {
  log: 'ztunnel’s log',
  wire: 'Packets',
  config: 'Configuration',
  policy: 'Policy',
  metric: 'Metrics',
  graph: 'Kiali’s graph',
};
export const PROVENANCE: { readonly [from in IdentitySource]: string } = {
  certificate: 'read from its certificate',
  expected: 'expected by the client’s ztunnel',
  configured: 'from configuration',
  metric: 'from metrics',
};
/** What needs attention comes first. */
const ATTENTION: readonly EdgeState[] = ['plaintext', 'partly', 'unproven', 'tls', 'denied', 'failed', 'proven', 'exempt'];
export const attentionOf = (edge: ApiEdge): number => (edge.contradicted ? -1 : ATTENTION.indexOf(edge.state));

const COUNT = new Intl.NumberFormat('en');
export const countText = (value: number): string => COUNT.format(value);
export const counted = (value: number, one: string, many = `${one}s`): string => `${countText(value)} ${value === 1 ? one : many}`;

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
/** `999 B`, `1.5 kB`; `–` for unknown. */
export function byteText(bytes: number | null): string {
  if (bytes === null) return '–';
  let value = bytes;
  let power = 0;
  // 999.95 would be shown as 1000 of the smaller unit.
  while (value >= 999.5 && power < UNITS.length - 1) {
    value /= 1000;
    power++;
  }
  return `${power === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** `66 %`; `<1 %` and `>99 %` instead of a 0 or 100 that is not true. */
export function percentText(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = Math.round((part / whole) * 100);
  if (percent === 0 && part > 0) return '<1 %';
  return percent === 100 && part < whole ? '>99 %' : `${percent} %`;
}

/** `08:19:01.202` of `2026-11-21T08:19:01.202141Z`. */
export const clockText = (time: string | null): string => (time === null ? '–' : time.slice(11, 23));
export const secondText = (time: string | null): string => (time === null ? '–' : `${time.slice(0, 10)} ${time.slice(11, 19)}`);

export function spanText(first: string, last: string): string {
  const [from, to] = [secondText(first), secondText(last)];
  return `${from} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to} UTC`;
}

/** Milliseconds of a flow; null while it is open. */
export const durationMs = (start: string, end: string | null): number | null => (end === null ? null : Date.parse(end) - Date.parse(start));
export function durationText(ms: number | null): string {
  if (ms === null) return 'open';
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 3_600_000
    ? `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
    : `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
}

export const totalOf = (flows: VerdictCounts): number => VERDICT_ORDER.reduce((sum, verdict) => sum + flows[verdict], 0);
export const bytesOf = ({ bytes }: Pick<ApiEdge, 'bytes'>): number => (bytes.sent ?? 0) + (bytes.received ?? 0);

type Named = Pick<ApiNode, 'workload' | 'namespace' | 'ip'>;
export const shortName = ({ workload, ip }: Named): string => workload ?? ip ?? 'unknown';
export const fullName = ({ workload, namespace, ip }: Named): string =>
  workload === null ? (ip ?? 'unknown') : namespace === null ? workload : `${namespace}/${workload}`;

/** `sa/bookinfo-reviews` of `spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews`: what differs between neighbours. */
export const shortIdentity = (identity: string): string =>
  /\/(ns\/[^/]+\/sa\/[^/]+)$/.exec(identity)?.[1]?.replace(/^ns\/([^/]+)\/sa\//, '$1/') ?? identity;
