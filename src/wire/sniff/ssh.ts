/** SSH: the version line either end begins with. RFC 4253 §4.2. Only it and the key exchange are readable. */
import type { Sniffer } from '../../model/sniffer.ts';
import { startsWithAny } from './match.ts';

const VERSIONS = ['SSH-2.0-', 'SSH-1.99-', 'SSH-1.5-'];

export const ssh: Sniffer = {
  protocol: 'ssh',
  summary: 'SSH version line',
  encrypted: true,
  transport: 'tcp',
  side: 'either',
  upgradable: false,
  sniff: (bytes, start, end) => startsWithAny(bytes, start, end, VERSIONS),
};
