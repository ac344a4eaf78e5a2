/** Every kind of finding (design.md §1): ids are stable, they are rule ids, the keys of baselines and of `--fail-on`. */

export type FindingKind = {
  /** What is the matter, without names. */
  readonly summary: string;
  /** What it means, and what to do. */
  readonly help: string;
};

/** Ids and their texts, in the order told. */
export const FINDING_KINDS: { readonly [id: string]: FindingKind } = {
  'bypassed-mesh': {
    summary: 'both ends are enrolled in ambient, and yet they spoke in clear',
    help: 'Both workloads are captured by ambient, but application bytes were answered on the network without a tunnel. Mostly one pod has lost its redirection. Restart the pod, and see whether istio-cni runs on its node.',
  },
  'wire-contradicts-log': {
    summary: 'ztunnel logged mutual TLS and the packets are readable, or the other way round',
    help: 'The log and the packets of the very same connection say different things. The packets are right about what was readable. Look at both records with `plainsight explain`, and keep them.',
  },
  'wire-contradicts-config': {
    summary: 'configuration lists a workload as enrolled, and its packets say otherwise',
    help: 'The workload table says HBONE, but the workload refuses the tunnel port, or sends or serves plaintext that no ztunnel logs. Restart the pod, and compare `istioctl ztunnel-config workloads` with it.',
  },
  'metric-contradicts-log': {
    summary: "a ztunnel's counters and its log count different numbers of connections",
    help: 'Between two scrapes that the log covers, more or fewer connections were counted than logged. Log lines or scrapes are missing, or access logging is filtered: rely on neither alone.',
  },
  'graph-contradicts-flows': {
    summary: "Kiali's padlock says something else than the flows of the same minutes",
    help: 'Kiali shows mutual TLS on an edge where plaintext was seen, or none where it was proven. Its graph sums up metrics over a time range, and some edges are always shown as encrypted: trust the flows.',
  },
  'strict-but-plaintext': {
    summary: 'plaintext was accepted although the policy says STRICT',
    help: 'A PeerAuthentication in force at that time asks for mutual TLS, and a connection without it was served. The pod is not captured, or the policy has not reached its ztunnel.',
  },
  'unlogged-flow': {
    summary: 'packets from or to an enrolled pod that its ztunnel did not log',
    help: "The capture has a connection that the log of the pod's ztunnel lacks although it covers the time. The traffic went past ztunnel: restart the pod, and see whether istio-cni runs on its node.",
  },
  'unseen-flow': {
    summary: 'logged, but missing from a capture that saw its neighbours',
    help: 'The log has a connection that a capture of the same path should show. Packets were lost, or took another way: capture again, with a larger buffer or at another place.',
  },
  'plaintext-on-hbone-port': {
    summary: 'something that is no TLS was sent to port 15008',
    help: 'Port 15008 is where ztunnel accepts tunnels, with mutual TLS only. Find out what on the client speaks plaintext to it.',
  },
  'not-hbone-on-hbone-port': {
    summary: "TLS to port 15008 whose ClientHello is not a ztunnel's",
    help: 'Something else than a ztunnel or a waypoint opens TLS connections to the tunnel port: a scanner, a health check or a misdirected client. Find out what it is.',
  },
  'identity-mismatch': {
    summary: 'a certificate names another identity than configuration has for the pod',
    help: 'The SPIFFE identity seen is not that of the service account of the pod that held the address then. Compare the pod with `istioctl ztunnel-config certificates`, and take it seriously.',
  },
  'foreign-trust-domain': {
    summary: 'an identity of a trust domain that no configured workload has',
    help: 'A peer was accepted whose trust domain is not of this mesh. Expected with multi-cluster trust or an alias; otherwise find out who it is.',
  },
  'certificate-expiring': {
    summary: 'a certificate has less than a tenth of its lifetime left',
    help: 'Istio renews certificates at half of their lifetime: one that is nearly over was not renewed. Look at the ztunnel and at the connection to istiod.',
  },
  'exposed-request': {
    summary: 'a connection was turned away, but its request had crossed the network readable',
    help: 'The server refused the connection, yet the client had sent its request in clear by then. Enrol the client, or stop it.',
  },
  'evidence-lost': {
    summary: 'records are known to be missing from an input',
    help: 'Packets were dropped or cut, or a log has a gap. What was in them is not known: capture again with a larger buffer or a narrower filter, or fetch the rest of the log.',
  },
  'blind-input': {
    summary: 'a capture that could not have shown a tunnel or a leak',
    help: 'The input was taken where neither tunnels nor readable traffic can be seen, so that it shows nothing wrong proves nothing. Capture on the network interface of the pod or the node.',
  },
};

export const FINDING_IDS: readonly string[] = Object.keys(FINDING_KINDS);
