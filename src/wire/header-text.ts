/** A packet's headers in one line, in tcpdump's manner. Never payload. */

import { ipFrom } from '../model/address.ts';
import { u32At } from '../model/column.ts';
import type { Addresses } from '../model/tables.ts';
import { O, type Opened } from './opened.ts';
import { OUTCOME_REASONS, Outcome } from './outcome.ts';

const FLAGS: readonly (readonly [number, string])[] = [
  [0x02, 'S'],
  [0x01, 'F'],
  [0x04, 'R'],
  [0x08, 'P'],
  [0x20, 'U'],
  [0x10, '.'],
];
const UDP = 17;

export function headerText(opened: Opened, outcome: number, addresses: Addresses): string {
  if (outcome !== Outcome.transport) return OUTCOME_REASONS[outcome] ?? 'unknown';
  const v6 = u32At(opened, O.v6) === 1;
  const socket = (ip: number, port: number): string => `${addresses.format(ipFrom(u32At(opened, ip), v6))}.${u32At(opened, port)}`;
  const ends = `${v6 ? 'IP6' : 'IP'} ${socket(O.source, O.sourcePort)} > ${socket(O.destination, O.destinationPort)}`;
  const length = u32At(opened, O.payloadLength);
  if (u32At(opened, O.protocol) === UDP) return `${ends}: UDP, length ${length}`;
  const bits = u32At(opened, O.flags);
  const flags = FLAGS.filter(([bit]) => (bits & bit) !== 0)
    .map(([, letter]) => letter)
    .join('');
  return `${ends}: Flags [${flags === '' ? 'none' : flags}], seq ${u32At(opened, O.sequence)}, ack ${u32At(opened, O.acknowledgement)}, length ${length}`;
}
