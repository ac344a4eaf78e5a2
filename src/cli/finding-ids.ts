/** Every finding's id (design.md §1): stable, they are the keys of baselines and of `--fail-on`. */
export const FINDING_IDS = [
  'bypassed-mesh',
  'wire-contradicts-log',
  'wire-contradicts-config',
  'metric-contradicts-log',
  'graph-contradicts-flows',
  'strict-but-plaintext',
  'unlogged-flow',
  'unseen-flow',
  'plaintext-on-hbone-port',
  'not-hbone-on-hbone-port',
  'identity-mismatch',
  'foreign-trust-domain',
  'certificate-expiring',
  'exposed-request',
  'evidence-lost',
  'blind-input',
] as const;
