/** Numbers, times and reasons as people read them. */
import type { Reason, Verdict } from '../../model/flow.ts';
import { isDated, MICROS_PER_SECOND, type Micros } from '../../model/time.ts';
import { quickTime } from '../contract/times.ts';

/** `12,345`. */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 connection`, `2,000 connections`. */
export const counted = (value: number, one: string, many = `${one}s`): string => `${grouped(value)} ${value === 1 ? one : many}`;

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `999 B`, `1.5 kB`, `20 kB`: SI units, two figures where they tell something. `–` for unknown. */
export function byteText(bytes: number | null): string {
  if (bytes === null) return '–';
  let value = bytes;
  let unit = 0;
  // 999.95 would be shown as 1000 of the smaller unit.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const figures = unit === 0 || value >= 9.95 ? String(Math.round(value)) : value.toFixed(1);
  return `${figures} ${UNITS[unit]}`;
}

/** `90 %`; `<1 %` and `>99 %` instead of a 0 or 100 that is not true. */
export function percentText(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = Math.round((part / whole) * 100);
  if (percent === 0 && part > 0) return '<1 %';
  if (percent === 100 && part < whole) return '>99 %';
  return `${percent} %`;
}

/** `850 µs`, `10 ms`, `4.2 s`, `4 min 40 s`, `3 h 5 min`, `2 d 4 h`. */
export function durationText(microseconds: number): string {
  if (microseconds < 1000) return `${microseconds} µs`;
  if (microseconds < MICROS_PER_SECOND) return `${Math.floor(microseconds / 1000)} ms`;
  const seconds = Math.floor(microseconds / MICROS_PER_SECOND);
  if (seconds < 10) return `${Math.floor(microseconds / 100_000) / 10} s`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return twoUnits(seconds, 60, 'min', 's');
  return seconds < 86_400 ? twoUnits(Math.floor(seconds / 60), 60, 'h', 'min') : twoUnits(Math.floor(seconds / 3600), 24, 'd', 'h');
}

function twoUnits(value: number, size: number, large: string, small: string): string {
  const rest = value % size;
  return `${Math.floor(value / size)} ${large}${rest > 0 ? ` ${rest} ${small}` : ''}`;
}

const secondText = (time: Micros): string => quickTime(time).slice(0, 19).replace('T', ' ');
/** `2026-11-21 08:19:01`, UTC; of a time on no known day `08:19:01`. */
export const dayAndSecond = (time: Micros): string => secondText(time).slice(isDated(time) ? 0 : 11);
/** `08:19:01.202`. */
export const milliText = (time: Micros): string => quickTime(time).slice(11, 23);

/** `2026-11-21 08:19:01 – 08:23:41 UTC`, the second day only where it is another. */
export function spanText(first: Micros, last: Micros): string {
  if (!isDated(first)) return `${clockSpanText(first, last)}, time of day only`;
  const [from, to] = [secondText(first), secondText(last)];
  return `${from} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to} UTC`;
}

/** `08:19:01 – 08:23:41`, with days where there are two. */
export function clockSpanText(first: Micros, last: Micros): string {
  const [from, to] = [secondText(first), secondText(last)];
  return from.slice(0, 10) === to.slice(0, 10) || !isDated(first) ? `${from.slice(11)} – ${to.slice(11)}` : `${from} – ${to}`;
}

/** The headline's words: `57 proven encrypted (HBONE)`. */
export const VERDICT_WORDS: { readonly [verdict in Verdict]: string } = {
  hbone: 'proven encrypted (HBONE)',
  tls: 'encrypted by the application, outside the mesh',
  plaintext: 'in plaintext',
  denied: 'denied',
  failed: 'failed',
  unknown: 'undecided',
};

/** Why, as the rest of a sentence that begins with a colon. Rules: rules.md §1 to §5. */
export const REASON_WORDS: { readonly [reason in Reason]: string } = {
  hbone: 'carried by an HBONE tunnel',
  'application-tls': 'the application speaks TLS itself',
  'sidecar-mtls': 'mutual TLS of an Istio sidecar',
  'source-not-enrolled': 'the client is not in the mesh',
  'destination-not-enrolled': 'the server is not in the mesh',
  'neither-enrolled': 'neither end is in the mesh',
  bypass: 'both ends are in the mesh, yet the traffic went past ztunnel',
  'host-network': 'one end uses the network of its host, where ambient captures nothing',
  udp: 'UDP, which ambient never encrypts',
  passthrough: 'sent in clear; whether both ends are in the mesh is not known',
  'strict-policy': 'a STRICT policy refuses plaintext',
  'authorization-policy': 'an authorization policy refuses it',
  refused: 'nothing listens there',
  timeout: 'no answer came',
  unreachable: 'the network says it is unreachable',
  reset: 'the server ended it before it answered',
  'tls-handshake': 'the TLS handshake failed',
  'no-client-certificate': 'the client showed no certificate',
  'plaintext-on-hbone-port': 'plaintext was sent to the HBONE port',
  'upstream-unavailable': 'no healthy endpoint behind the service',
  'no-payload': 'no byte was sent',
  'mid-stream': 'the capture began in the middle of it, and nothing of a known shape followed',
  'cut-short': 'the evidence ends before it was decided',
  attempted: 'ztunnel logged the attempt, and nothing shows how it went',
  loopback: 'a leg inside the pod',
};
