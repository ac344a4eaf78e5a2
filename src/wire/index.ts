/** The layers that plainsight opens: a new one is a file, and a line here. */
import { ARP } from './arp.ts';
import { AUTHENTICATION_HEADER } from './authentication.ts';
import { ESP } from './esp.ts';
import { ETHERNET } from './ethernet.ts';
import { GENEVE } from './geneve.ts';
import { GRE } from './gre.ts';
import { ICMP_LAYER, ICMP6_LAYER } from './icmp.ts';
import { IP_IN_IP } from './ip-in-ip.ts';
import { IP4 } from './ip4.ts';
import { IP6 } from './ip6.ts';
import type { Layer } from './layer.ts';
import { LOOPBACK } from './loopback.ts';
import { MPLS } from './mpls.ts';
import { PPPOE } from './pppoe.ts';
import { RAW_IP } from './raw-ip.ts';
import { SLL } from './sll.ts';
import { SLL2 } from './sll2.ts';
import { TCP_LAYER } from './tcp.ts';
import { UDP_LAYER } from './udp.ts';
import { VLAN } from './vlan.ts';
import { VXLAN } from './vxlan.ts';

export const LAYERS: readonly Layer[] = [
  ...[ETHERNET, SLL, SLL2, RAW_IP, LOOPBACK],
  ...[VLAN, MPLS, PPPOE, ARP, IP4, IP6],
  ...[TCP_LAYER, UDP_LAYER, ICMP_LAYER, ICMP6_LAYER, AUTHENTICATION_HEADER, ESP],
  ...[GRE, IP_IN_IP, VXLAN, GENEVE],
];
