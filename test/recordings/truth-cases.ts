/** Every case of the two netns recordings' truth.json: between whom, and what each witness alone and both together should make of it. */

/** `verdict reason`, then `exempt`, then `exposed` where readable bytes were seen on the network. */
export type Says = string;
export type Case = {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly connections: number;
  /** By the logs of both nodes; null where no ztunnel logs it. */
  readonly log: Says | null;
  /** By packets on the network; `TUNNEL` where all they show is the tunnel that carried it; null where it never leaves its pod. */
  readonly wire: Says | typeof TUNNEL | null;
  readonly both: Says | null;
  /** The port packets show where it is not the application's. */
  readonly wirePort?: number;
};

/** An established tunnel between the two pods' addresses: nothing tells its streams apart. */
export const TUNNEL = 'tunnel';

const HBONE = { port: 9080, connections: 1, log: 'hbone hbone', wire: TUNNEL, both: 'hbone hbone' } as const;
const PASSTHROUGH = {
  connections: 1,
  log: 'plaintext passthrough',
  wire: 'plaintext passthrough exposed',
  both: 'plaintext passthrough exposed',
} as const;
const UNLOGGED = { ...PASSTHROUGH, log: null } as const;
const all = (says: Says): Pick<Case, 'log' | 'wire' | 'both'> => ({ log: says, wire: says, both: says });

/** By truth.json's `case`; a `6` behind a pod's name is its IPv6 address. */
export const CASES: { readonly [name: string]: Case } = {
  'mesh-to-mesh-cross-node-vip-0': { from: 'curl', to: 'reviews', ...HBONE },
  'mesh-to-mesh-cross-node-vip-1': { from: 'curl', to: 'reviews', ...HBONE },
  'mesh-to-mesh-cross-node-vip-2': { from: 'curl', to: 'reviews', ...HBONE },
  'mesh-to-mesh-cross-node-vip-3': { from: 'curl', to: 'reviews', ...HBONE },
  'mesh-to-mesh-cross-node-vip-4': { from: 'curl', to: 'reviews', ...HBONE },
  'mesh-to-mesh-cross-node-pod-ip': { from: 'curl', to: 'details', ...HBONE },
  'mesh-to-mesh-same-node': { from: 'curl', to: 'ratings', ...HBONE },
  'mesh-to-mesh-keepalive': { from: 'productpage', to: 'reviews', ...HBONE },
  'mesh-to-mesh-big': { from: 'productpage', to: 'details', ...HBONE },
  'mesh-to-mesh-ipv6': { from: 'curl6', to: 'reviews6', ...HBONE },
  'mesh-to-mesh-404': { from: 'curl', to: 'reviews', ...HBONE },
  'mesh-to-legacy-http': { from: 'curl', to: 'web', port: 80, ...PASSTHROUGH },
  'mesh-to-legacy-http-ip': { from: 'productpage', to: 'legacy', port: 8080, ...PASSTHROUGH },
  'mesh-to-legacy-https': {
    from: 'curl',
    to: 'web',
    port: 443,
    connections: 1,
    log: 'plaintext passthrough',
    wire: 'tls application-tls',
    both: 'tls application-tls',
  },
  'mesh-to-redis': { from: 'reviews', to: 'redis', port: 6379, ...PASSTHROUGH, connections: 2 },
  'legacy-to-mesh-permissive': { from: 'legacy', to: 'reviews', port: 9080, ...PASSTHROUGH },
  'legacy-to-mesh-ipv6': { from: 'legacy6', to: 'reviews6', port: 9080, ...PASSTHROUGH },
  // Turned away, yet its request had crossed the network.
  'legacy-to-strict': {
    from: 'legacy',
    to: 'payments',
    port: 8443,
    connections: 1,
    log: 'denied strict-policy',
    wire: 'failed reset exposed',
    both: 'denied strict-policy exposed',
  },
  'mesh-to-strict': { from: 'curl', to: 'payments', ...HBONE, port: 8443 },
  'mesh-to-denied-port': {
    from: 'curl',
    to: 'reviews',
    port: 9999,
    connections: 1,
    log: 'denied authorization-policy',
    wire: TUNNEL,
    both: 'denied authorization-policy',
  },
  'mesh-to-closed-port': { from: 'curl', to: 'reviews', port: 9081, connections: 1, log: 'failed refused', wire: TUNNEL, both: 'failed refused' },
  'mesh-to-unreachable': { from: 'curl', to: '10.10.2.99', port: 80, connections: 1, ...all('failed unreachable') },
  // The packets show a ClientHello that came to nothing; why, only the log can say.
  'tls-without-client-cert-to-15008': {
    from: 'legacy',
    to: 'reviews',
    port: 15008,
    connections: 1,
    log: 'failed no-client-certificate',
    wire: 'failed tls-handshake',
    both: 'failed no-client-certificate',
  },
  'plaintext-to-15008': {
    from: 'legacy',
    to: 'reviews',
    port: 15008,
    connections: 1,
    log: 'failed plaintext-on-hbone-port',
    wire: 'failed plaintext-on-hbone-port exposed',
    both: 'failed plaintext-on-hbone-port exposed',
  },
  'kubelet-probe': {
    from: '169.254.7.127',
    to: 'productpage',
    port: 9080,
    connections: 1,
    log: null,
    wire: 'plaintext passthrough kubelet-probe exposed',
    both: 'plaintext passthrough kubelet-probe exposed',
  },
  'localhost-in-pod': { from: '127.0.0.1', to: '127.0.0.1', port: 9080, connections: 1, log: null, wire: null, both: null },
  'self-call-via-vip': { from: 'reviews', to: 'reviews', ...HBONE, wire: null },
  'legacy-to-legacy': { from: 'legacy', to: 'web', port: 80, ...UNLOGGED },
  'mesh-to-stale': { from: 'curl', to: 'stale', port: 9080, connections: 1, ...all('failed refused'), wirePort: 15008 },
  // The server's own line proves the server enrolled; that the client is, only configuration could say.
  'stale-to-mesh': { from: 'stale', to: 'reviews', port: 9080, ...PASSTHROUGH },
  'legacy-to-stale': { from: 'legacy', to: 'stale', port: 9080, ...UNLOGGED },
  concurrent: { from: 'productpage', to: 'reviews', ...HBONE, connections: 20 },
};

/** Legs inside a pod, by capture: the client's own side of each connection, or what ztunnel hands the server. `joined`: with the logs they are part of a flow. */
export const LOOPBACK: readonly { readonly file: string; readonly legs: readonly string[]; joined(leg: string): boolean }[] = [
  {
    file: 'pod-curl-any.pcap',
    legs: [
      'curl > 10.10.2.99:80 plaintext loopback',
      'curl > 10.96.0.1:9080 plaintext loopback',
      'curl > 10.96.0.2:9080 plaintext loopback',
      'curl > 10.96.0.5:8443 plaintext loopback',
      'curl > 10.96.0.7:80 plaintext loopback',
      'curl > details:9080 plaintext loopback',
      'curl > reviews:9081 failed reset',
      'curl > reviews:9999 failed reset',
      'curl > stale:9080 failed reset',
      'curl > web:443 plaintext loopback',
      'curl6 > reviews6:9080 plaintext loopback',
    ],
    joined: () => true,
  },
  {
    file: 'pod-productpage-eth0-lo.pcapng',
    legs: [
      'productpage > 10.96.0.1:9080 plaintext loopback',
      'productpage > 10.96.0.3:9080 plaintext loopback',
      'productpage > legacy:8080 plaintext loopback',
    ],
    joined: () => true,
  },
  {
    file: 'pod-reviews-lo.pcap',
    legs: [
      '127.0.0.1 > 127.0.0.1:9080 plaintext loopback',
      'curl > reviews:9080 plaintext loopback',
      'curl > reviews:9081 failed refused',
      'curl6 > reviews6:9080 plaintext loopback',
      'legacy > reviews:9080 plaintext loopback',
      'legacy6 > reviews6:9080 plaintext loopback',
      'productpage > reviews:9080 plaintext loopback',
      'reviews > 10.96.0.1:9080 plaintext loopback',
      'reviews > redis:6379 plaintext loopback',
      'reviews > reviews:15008 hbone hbone',
      'reviews > reviews:9080 plaintext loopback',
      'stale > reviews:9080 plaintext loopback',
    ],
    // What ztunnel hands the server comes from a port of its own: no line names it.
    joined: (leg) => ['reviews > 10.96.0.1:9080', 'reviews > redis:6379', 'reviews > reviews:15008'].some((side) => leg.startsWith(side)),
  },
];
