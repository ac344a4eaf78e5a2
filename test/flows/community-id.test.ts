/** Against the test vectors of https://github.com/corelight/community-id-spec (baseline, seed 0; TCP and UDP) and its reference implementation. */
import { expect, test } from 'vitest';
import { communityId } from '../../src/flows/community-id.ts';
import { flowId, socketText } from '../../src/flows/flow-id.ts';
import { AddressTable } from '../../src/model/addresses.ts';
import { micros } from '../../src/model/time.ts';

const idOf = (protocol: number, source: readonly [string, number], destination: readonly [string, number]): string => {
  const addresses = new AddressTable();
  // Numbers of addresses must not matter: this one comes first.
  addresses.parse('fe80::ffff');
  return communityId(addresses, {
    protocol,
    sourceIp: addresses.parse(source[0]),
    sourcePort: source[1],
    destinationIp: addresses.parse(destination[0]),
    destinationPort: destination[1],
  });
};

const TCP = 6;
const UDP = 17;
const VECTORS: readonly (readonly [number, readonly [string, number], readonly [string, number], string])[] = [
  [TCP, ['128.232.110.120', 34855], ['66.35.250.204', 80], '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  [UDP, ['192.168.1.52', 54585], ['8.8.8.8', 53], '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
  [TCP, ['2607:f8b0:400c:c03::1a', 25], ['2001:470:e5bf:dead:4957:2174:e82c:4887', 63943], '1:/qFaeAR+gFe1KYjMzVDsMv+wgU4='],
];

test.for(VECTORS)('%s %s %s is %s, from either end', ([protocol, source, destination, expected]) => {
  expect(idOf(protocol, source, destination)).toBe(expected);
  expect(idOf(protocol, destination, source)).toBe(expected);
});

test('between two ports of one address the lower comes first', () => {
  expect(idOf(TCP, ['10.0.0.1', 80], ['10.0.0.1', 4000])).toBe(idOf(TCP, ['10.0.0.1', 4000], ['10.0.0.1', 80]));
});

test('an IPv4-mapped address has the id of its IPv4 address', () => {
  expect(idOf(TCP, ['::ffff:128.232.110.120', 34855], ['66.35.250.204', 80])).toBe('1:LQU9qZlK+B5F3KDmev6m5PMibrg=');
});

test('a flow’s id is 16 hex digits of its first fragment, and stays what it is from release to release', () => {
  const facts = {
    transport: 'tcp',
    source: socketText('10.0.0.1', 40000),
    destination: socketText('fd00::2', 80),
    first: micros(1_700_000_000_000_001),
  };
  expect(facts.destination).toBe('[fd00::2]:80');
  expect(flowId(facts)).toBe('2989b986e1fdefc1');
  expect(flowId({ ...facts, first: micros(1_700_000_000_000_002) })).not.toBe(flowId(facts));
});
