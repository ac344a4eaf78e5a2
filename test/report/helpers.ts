import type { Flow, FlowEnd } from '../../src/model/flow.ts';
import type { Out } from '../../src/model/reporter.ts';
import { NO_STAND } from '../../src/model/stand.ts';
import type { Edge, EdgeEnd, Finding, InputStatus, Summary, VerdictCounts } from '../../src/model/summary.ts';
import { type Micros, micros } from '../../src/model/time.ts';

/** 2026-11-21T08:19:01.202141Z, the time of the contract's example. */
export const NOON: Micros = micros(Date.UTC(2026, 10, 21, 8, 19, 1, 202) * 1000 + 141);
export const later = (seconds: number): Micros => micros(NOON + seconds * 1_000_000);

export const NOBODY: FlowEnd = {
  ip: '10.10.1.20',
  port: 40000,
  pod: null,
  workload: null,
  namespace: null,
  service: null,
  cluster: null,
  identity: null,
  identityFrom: null,
};

/** The flow of the contract's example. */
export function flow(changes: Partial<Flow> = {}): Flow {
  return {
    type: 'flow',
    id: '9f3c6a1be07d4452',
    revision: 1,
    supersededBy: null,
    kind: 'connection',
    start: NOON,
    end: later(0.01),
    open: false,
    source: {
      ip: '10.10.1.11',
      port: 55728,
      pod: 'curl-v1-7d5f8c6b9-11xyz',
      workload: 'curl-v1',
      namespace: 'default',
      service: null,
      cluster: 'Kubernetes',
      identity: 'spiffe://cluster.local/ns/default/sa/curl',
      identityFrom: 'certificate',
    },
    destination: {
      ip: '10.10.2.11',
      port: 9080,
      pod: 'reviews-v1-7d5f8c6b9-11xyz',
      workload: 'reviews-v1',
      namespace: 'bookinfo',
      service: 'reviews.bookinfo.svc.cluster.local',
      cluster: 'Kubernetes',
      identity: 'spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews',
      identityFrom: 'certificate',
    },
    transport: 'tcp',
    application: null,
    tls: null,
    underlay: null,
    verdict: 'hbone',
    reason: 'hbone',
    exempt: null,
    bytes: { sent: 78, received: 1467 },
    exposedBytes: 0,
    communityId: null,
    carrier: {
      source: { ip: '10.10.1.11', port: 57346 },
      destination: { ip: '10.10.2.11', port: 15008 },
      communityId: '1:r3GAfNn58JrLfhgKaOIxIqAVumM=',
    },
    witnesses: ['log', 'wire'],
    findings: [],
    evidence: [
      { witness: 'log', input: 'ztunnel-n1.log', record: 146, says: 'hbone' },
      { witness: 'log', input: 'ztunnel-n2.log', record: 146, says: 'hbone' },
      { witness: 'wire', input: 'node1-eth0.pcap', record: 11, says: 'hbone' },
    ],
    wireSeen: 0,
    edge: -1,
    replaces: null,
    ...changes,
  };
}

/** A request of a client outside the mesh, readable on the network. */
export function plaintextFlow(changes: Partial<Flow> = {}): Flow {
  return flow({
    id: '00c0ffee00c0ffee',
    verdict: 'plaintext',
    reason: 'source-not-enrolled',
    application: 'http',
    carrier: null,
    exposedBytes: 1545,
    source: { ...NOBODY, workload: 'legacy', namespace: 'default' },
    communityId: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
    witnesses: ['wire'],
    evidence: [{ witness: 'wire', input: 'node1-eth0.pcap', record: 31, says: 'plaintext' }],
    ...changes,
  });
}

export const counts = (changes: Partial<VerdictCounts> = {}): VerdictCounts => ({
  hbone: 0,
  tls: 0,
  plaintext: 0,
  denied: 0,
  failed: 0,
  unknown: 0,
  ...changes,
});

const end = (workload: string | null, namespace: string | null, ip: string | null = null): EdgeEnd => ({
  workload,
  namespace,
  ip,
  identity: workload === null ? null : `spiffe://cluster.local/ns/${namespace}/sa/${workload}`,
});

export function edge(changes: Partial<Edge> = {}): Edge {
  return {
    type: 'edge',
    source: end('curl-v1', 'default'),
    destination: { ...end('reviews-v1', 'bookinfo'), port: 9080 },
    transport: 'tcp',
    flows: counts({ hbone: 5 }),
    exempt: 0,
    bytes: { sent: 390, received: 7335 },
    exposedBytes: 0,
    secured: 'yes',
    reason: 'hbone',
    deniedBy: null,
    stand: NO_STAND,
    ...changes,
  };
}

export const between = (source: string, destination: string, port: number | null = 9080): Pick<Edge, 'source' | 'destination'> => ({
  source: named(source),
  destination: { ...named(destination), port },
});

function named(name: string): EdgeEnd {
  const [namespace, workload] = name.split('/');
  return workload === undefined ? end(null, null, name) : end(workload, namespace ?? '');
}

export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    type: 'finding',
    id: 'bypassed-mesh',
    key: 'bypassed-mesh default/stale bookinfo/reviews-v1:9080',
    severity: 'error',
    message: 'default/stale reaches bookinfo/reviews-v1:9080 in clear although both are enrolled: its redirection is lost, restart the pod.',
    subject: {
      source: { workload: 'stale', namespace: 'default', ip: null },
      destination: { workload: 'reviews-v1', namespace: 'bookinfo', ip: null, port: 9080 },
    },
    evidence: [{ witness: 'wire', input: 'pod-stale-eth0.pcap', record: 4, says: 'plaintext' }],
    ...changes,
  };
}

export function input(changes: Partial<InputStatus> = {}): InputStatus {
  return {
    input: 'node1-eth0.pcap',
    format: 'pcap',
    witness: 'wire',
    records: 2543,
    read: 2540,
    skipped: { arp: 3 },
    lost: 0,
    first: NOON,
    last: later(280),
    sawHbone: true,
    sawReadable: true,
    ...changes,
  };
}

export function summary(changes: Partial<Summary> = {}): Summary {
  return {
    type: 'summary',
    flows: counts({ hbone: 5 }),
    exempt: 2,
    bytes: { hbone: 7725, tls: 0, plaintext: 0 },
    exposedBytes: 0,
    tunnels: { count: 1, bytes: 20480 },
    edges: { yes: 1, partly: 0, no: 0, unproven: 0 },
    findings: { error: 0, warning: 0, note: 0 },
    late: 0,
    evicted: 0,
    inputs: [input()],
    exitCode: 0,
    ...changes,
  };
}

/** An `Out` that keeps its text. */
export function textOut(columns = 80, color = false): Out & { text(): string } {
  const parts: string[] = [];
  return {
    columns,
    color,
    write: (text) => {
      parts.push(text);
      return undefined;
    },
    text: () => parts.join(''),
  };
}
