/** Opens one packet made by hand, and says what was seen. */
import { expect } from 'vitest';
import { ipFrom } from '../../src/model/address.ts';
import { AddressTable } from '../../src/model/addresses.ts';
import { OUTCOME_REASONS, packetOpener } from '../../src/wire/open.ts';
import { newOpened, O } from '../../src/wire/opened.ts';

export const ETHERNET = 1;
export const RAW = 101;
export const addresses = new AddressTable();

/** Opens a packet that lies at the very end of its buffer, so that a read beyond it throws. */
export function open(bytes: readonly number[], { linkType = ETHERNET, captured = bytes.length, original = bytes.length } = {}) {
  const opened = newOpened().fill(0xdeadbeef);
  const view = new DataView(new Uint8Array([...Array(5).fill(0xff), ...bytes.slice(0, captured)]).buffer);
  const outcome = packetOpener(addresses, opened)(view, 5, captured, original, linkType);
  const at = (offset: number): number => opened[offset] ?? -1;
  const ip = (offset: number, v6: number = O.v6): string => addresses.format(ipFrom(at(offset), at(v6) === 1));
  return { outcome, at, ip, payload: [at(O.payloadOffset) - 5, at(O.payloadCaptured), at(O.payloadLength)] };
}

export const seesTcp = (result: ReturnType<typeof open>): void => {
  expect(OUTCOME_REASONS[result.outcome]).toBe('transport');
  expect([result.at(O.protocol), result.at(O.sourcePort), result.at(O.destinationPort), result.at(O.flags)]).toEqual([6, 40_000, 8080, 0x18]);
  expect([result.at(O.sequence), result.at(O.acknowledgement)]).toEqual([0xfffffff0, 0x80000001]);
};
