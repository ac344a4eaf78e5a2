/** Community ID v1, seed 0: https://github.com/corelight/community-id-spec (TCP and UDP only). */
import { hash } from 'node:crypto';
import type { Ip } from '../model/address.ts';
import type { Addresses } from '../model/tables.ts';

export type Tuple = {
  readonly protocol: number;
  readonly sourceIp: Ip;
  readonly sourcePort: number;
  readonly destinationIp: Ip;
  readonly destinationPort: number;
};

/** Seed (2), addresses (4 or 16 each), protocol, padding, ports (2 each). */
const LONGEST = 2 + 16 + 16 + 2 + 4;
/** One buffer for all: a flow's id is hashed at once. */
const bytes = new Uint8Array(LONGEST);
const view = new DataView(bytes.buffer);

export function communityId(addresses: Addresses, tuple: Tuple): string {
  const inOrder = (addresses.compare(tuple.sourceIp, tuple.destinationIp) || tuple.sourcePort - tuple.destinationPort) < 0;
  view.setUint16(0, 0);
  let at = addresses.write(inOrder ? tuple.sourceIp : tuple.destinationIp, view, 2);
  at = addresses.write(inOrder ? tuple.destinationIp : tuple.sourceIp, view, at);
  view.setUint8(at, tuple.protocol);
  view.setUint8(at + 1, 0);
  view.setUint16(at + 2, inOrder ? tuple.sourcePort : tuple.destinationPort);
  view.setUint16(at + 4, inOrder ? tuple.destinationPort : tuple.sourcePort);
  return `1:${hash('sha1', bytes.subarray(0, at + 6), 'base64')}`;
}
