/** Community ID v1, seed 0: https://github.com/corelight/community-id-spec (TCP and UDP only). */
import { createHash } from 'node:crypto';
import type { Ip } from '../model/address.ts';
import type { Addresses } from '../model/tables.ts';

export type Tuple = { readonly protocol: number; readonly sourceIp: Ip; readonly sourcePort: number; readonly destinationIp: Ip; readonly destinationPort: number };

export function communityId(addresses: Addresses, tuple: Tuple): string {
  const inOrder = (addresses.compare(tuple.sourceIp, tuple.destinationIp) || tuple.sourcePort - tuple.destinationPort) < 0;
  const [lowIp, lowPort, highIp, highPort] = inOrder
    ? [tuple.sourceIp, tuple.sourcePort, tuple.destinationIp, tuple.destinationPort]
    : [tuple.destinationIp, tuple.destinationPort, tuple.sourceIp, tuple.sourcePort];
  const hash = createHash('sha1');
  hash.update(bigEndian(0));
  hash.update(addresses.bytes(lowIp));
  hash.update(addresses.bytes(highIp));
  hash.update(Uint8Array.of(tuple.protocol, 0));
  hash.update(bigEndian(lowPort));
  hash.update(bigEndian(highPort));
  return `1:${hash.digest('base64')}`;
}

const bigEndian = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value & 255);
