/** ARP: counted, never opened. RFC 826. */
import type { Layer } from './layer.ts';
import { Outcome } from './outcome.ts';

export const ARP: Layer = { name: 'arp', etherTypes: [0x0806], open: () => Outcome.arp };
