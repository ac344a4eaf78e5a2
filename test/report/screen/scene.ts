/** A scene by hand, with everything in it that a screen may have to show. */
import type { ApiEdge, ApiInput, ApiNode, EdgeState } from '../../../src/model/api.ts';
import type { ApiFinding } from '../../../src/model/api-rows.ts';
import type { Scene } from '../../../src/report/screen/scene.ts';

const node = (workload: string | null, namespace: string | null): ApiNode => ({
  id: `${namespace}/${workload}`,
  workload,
  namespace,
  cluster: null,
  ip: workload === null ? '10.10.1.20' : null,
  identity: null,
  identityFrom: null,
  enrolled: null,
});

export function edgeRow(state: EdgeState, from: string, to: string): Scene['edges'][number] {
  const source = node(from, 'shop');
  const destination = node(to, 'shop');
  const edge: ApiEdge = {
    id: `${state}-${from}`,
    source: source.id,
    destination: destination.id,
    port: 9080,
    transport: 'tcp',
    flows: { hbone: 3, tls: 0, plaintext: 2, denied: 0, failed: 0, unknown: 0 },
    exempt: 0,
    bytes: { sent: 100, received: 2000 },
    exposedBytes: 1500,
    secured: 'partly',
    state,
    reason: 'source-not-enrolled',
    contradicted: state === 'partly',
    findings: state === 'plaintext' ? ['exposed-request'] : [],
    identities: { source: null, destination: null },
    first: null,
    last: null,
  };
  return { edge, source, destination };
}

export const input = (name: string, more: Partial<ApiInput> = {}): ApiInput => ({
  input: name,
  format: 'ztunnel-text',
  records: 1200,
  read: 1190,
  skipped: { malformed: 10 },
  lost: 0,
  first: null,
  last: null,
  sawHbone: true,
  sawReadable: true,
  live: true,
  ended: false,
  error: null,
  blind: false,
  recordsPerSecond: 12.5,
  lagSeconds: 0.3,
  silentSeconds: 0,
  ...more,
});

export const finding = (message: string, more: Partial<ApiFinding> = {}): ApiFinding => ({
  id: 'exposed-request',
  key: message,
  severity: 'warning',
  message,
  subject: { input: 'a.log' },
  evidence: [],
  edges: [],
  ...more,
});

const QUIET: ArrayLike<number> = new Array(60).fill(0);

export const SCENE: Scene = {
  nowMs: 252_000,
  startedMs: 0,
  shown: {
    flows: { hbone: 33, tls: 1, plaintext: 9, denied: 2, failed: 5, unknown: 0 },
    exempt: 4,
    bytes: { hbone: 649_000, tls: 3000, plaintext: 11_000 },
    exposedBytes: 9400,
    edges: { yes: 1, partly: 1, no: 1, unproven: 0 },
  },
  trends: { hbone: Array.from({ length: 60 }, (_, second) => second), tls: QUIET, plaintext: QUIET, denied: QUIET, failed: QUIET, unknown: QUIET },
  edges: [edgeRow('plaintext', 'legacy', 'reviews'), edgeRow('partly', 'productpage', 'details'), edgeRow('proven', 'curl', 'ratings')],
  trendOf: () => Array.from({ length: 60 }, (_, second) => second % 7),
  exemptEdges: 2,
  findings: [{ finding: finding('legacy → reviews: 80 readable bytes had crossed the network'), ageMs: 400_000 }],
  inputs: [input('ztunnel-n1.log'), input('-'), input('pod/shop/reviews', { lost: 12 })],
  notices: [],
  opened: null,
};
