/** Packets that begin with their IP header: LINKTYPE_RAW (101; 12 and 14 where a platform's own DLT_RAW was written), LINKTYPE_IPV4, LINKTYPE_IPV6. */
import { type Layer, openByVersion } from './layer.ts';

export const RAW_IP: Layer = { name: 'raw-ip', linkTypes: [12, 14, 101, 228, 229], open: openByVersion };
