/** Flows by number: each with an id of its own, between some hundred workloads. */
import type { Flow } from '../../src/model/flow.ts';
import { micros } from '../../src/model/time.ts';

const VERDICTS = ['hbone', 'plaintext', 'denied'] as const;

/** `at`: ms since 1970. */
export function flow(number: number, at: number = number): Flow {
  const end = (name: string, port: number): Flow['source'] => ({
    ip: `10.0.${number % 50}.${name.length}`,
    port,
    pod: null,
    workload: `${name}-${number % 100}`,
    namespace: `ns-${number % 7}`,
    service: null,
    cluster: null,
    identity: null,
    identityFrom: null,
  });
  return {
    type: 'flow',
    id: (BigInt(number) * 0x9e3779b97f4a7c15n).toString(16).padStart(16, '0').slice(-16),
    revision: 1,
    supersededBy: null,
    kind: 'connection',
    start: micros(at * 1000),
    end: micros(at * 1000 + 500),
    open: false,
    source: end('client', 30_000 + (number % 30_000)),
    destination: end('server', 8000 + (number % 100)),
    transport: 'tcp',
    application: null,
    tls: null,
    underlay: null,
    verdict: VERDICTS[number % 3] ?? 'hbone',
    reason: 'passthrough',
    exempt: null,
    bytes: { sent: (number * 7919) % 100_003, received: null },
    exposedBytes: null,
    communityId: null,
    carrier: null,
    witnesses: ['log'],
    findings: [],
    evidence: [{ witness: 'log', input: 'a.log', record: number + 1, says: 'hbone' }],
    wireSeen: 0,
    edge: -1,
    replaces: null,
  };
}
