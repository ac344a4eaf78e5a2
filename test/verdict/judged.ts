/** Witnesses as literals, for the rules of verdicts. */

import { expect, test } from 'vitest';
import { type Ip, ipv4 } from '../../src/model/address.ts';
import type { FlowEnd, Joined, LineWitness, WireWitness } from '../../src/model/flow.ts';
import { Direction, LineEvent } from '../../src/model/line-event.ts';
import { micros } from '../../src/model/time.ts';
import { Seen } from '../../src/model/wire-rows.ts';
import { type Judgement, judge } from '../../src/verdict/index.ts';

export type Sign = keyof typeof Seen;
const T = micros(1_700_000_000_000_000);

export const wire = (signs: readonly Sign[], changes: Partial<WireWitness> = {}): WireWitness => ({
  seen: signs.reduce((seen, sign) => seen | Seen[sign], 0),
  start: T,
  end: micros(T + 1000),
  sent: 100,
  received: 200,
  exposed: 0,
  clientIp: '10.0.0.1',
  clientPort: 40000,
  serverIp: '10.0.0.2',
  serverPort: 9080,
  protocol: 6,
  application: null,
  tls: null,
  underlay: null,
  evidence: [],
  ...changes,
});

const lineOf = (direction: LineWitness['direction'], changes: Partial<LineWitness>): LineWitness => ({
  event: LineEvent.complete,
  direction,
  time: T,
  start: T,
  identities: true,
  error: null,
  sent: 100,
  received: 200,
  input: 'a.log',
  record: 1,
  ...changes,
});
export const outbound = (changes: Partial<LineWitness> = {}): LineWitness => lineOf(Direction.outbound, changes);
export const inbound = (changes: Partial<LineWitness> = {}): LineWitness => lineOf(Direction.inbound, changes);

const end = (ip: string, port: number): FlowEnd => ({
  ip,
  port,
  pod: null,
  workload: null,
  namespace: null,
  service: null,
  cluster: null,
  identity: null,
  identityFrom: null,
});
const numberOf = (ip: string): Ip => ipv4(ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0));

export type Scene = Partial<Joined> & { readonly from?: string; readonly to?: string; readonly port?: number; readonly enrolled?: readonly string[] };

function judged({ from = '10.0.0.1', to = '10.0.0.2', port, enrolled = [], ...joined }: Scene): Judgement {
  const whole: Joined = { kind: 'connection', wire: null, tunnel: null, outbound: null, inbound: null, ...joined };
  const ends = {
    source: end(from, 40000),
    destination: end(to, port ?? whole.wire?.serverPort ?? 9080),
    sourceIp: numberOf(from),
    destinationIp: numberOf(to),
  };
  return judge(whole, ends, { isEnrolled: (ip) => enrolled.some((known) => numberOf(known) === ip), isLeftOut: () => false, configuration: null });
}

/** `verdict reason`, and `exempt` where it is. */
export const said = (scene: Scene): string => {
  const { verdict, reason, exempt } = judged(scene);
  return [verdict, reason, ...(exempt === null ? [] : [exempt])].join(' ');
};

/** No bytes, either way. */
export const none = { sent: 0, received: 0 };

/** What it is, what is seen, and what is said of it. */
export type Row = readonly [what: string, scene: Scene, expected: string];
export const check = (rows: readonly Row[]): void => {
  test.for(rows)('%s', ([, scene, expected]) => {
    expect(said(scene)).toBe(expected);
  });
};
