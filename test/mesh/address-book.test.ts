import { describe, expect, test } from 'vitest';
import { AddressBook } from '../../src/mesh/address-book.ts';
import { IpIndex } from '../../src/mesh/ip-index.ts';
import { IPV6, ipFrom, ipv4, NO_IP } from '../../src/model/address.ts';
import { micros } from '../../src/model/time.ts';

const IP = ipv4(0x0a000001);
const OTHER = ipv4(0x0a000002);
const at = (seconds: number): ReturnType<typeof micros> => micros(1_700_000_000_000_000 + seconds * 1e6);
const pod = (workload: string | null): Parameters<AddressBook['learn']>[1]['end'] => ({ workload, namespace: 'shop', identity: null, cluster: null });

describe('who had an address', () => {
  test('the pod that was seen with it, near that time', () => {
    const book = new AddressBook();
    book.learn(IP, { time: at(100), end: pod('a-0') });
    expect(book.at(IP, at(100))?.workload).toBe('a-0');
    expect(book.at(IP, at(0))?.workload).toBe('a-0');
    expect(book.at(IP, at(600))?.workload).toBe('a-0');
    expect(book.at(OTHER, at(100))).toBeNull();
  });

  test('nobody is named for a time ten minutes away from all that is known', () => {
    const book = new AddressBook();
    book.learn(IP, { time: at(0), end: pod('a-0') });
    expect(book.at(IP, at(599))?.workload).toBe('a-0');
    expect(book.at(IP, at(601))).toBeNull();
    expect(book.at(IP, at(-601))).toBeNull();
  });

  test('an address that was given to another pod is each one’s at its time', () => {
    const book = new AddressBook();
    for (const [seconds, name] of [
      [0, 'old-0'],
      [50, 'old-0'],
      [60, 'new-0'],
      [200, 'new-0'],
      [210, 'old-0'],
    ] as const)
      book.learn(IP, { time: at(seconds), end: pod(name) });
    expect([-5, 25, 54, 56, 61, 150, 204, 206, 300].map((seconds) => book.at(IP, at(seconds))?.workload)).toEqual([
      'old-0',
      'old-0',
      'old-0',
      'new-0',
      'new-0',
      'new-0',
      'new-0',
      'old-0',
      'old-0',
    ]);
  });

  test('an address that two clusters have is nobody’s', () => {
    const book = new AddressBook();
    const learn = (cluster: string | null): void => {
      book.learn(IP, { time: at(0), end: { ...pod('a-0'), cluster } });
      book.enrolled(IP, at(0), 1);
    };
    learn(null);
    learn('east');
    expect([book.at(IP, at(0))?.workload, book.isEnrolled(IP, at(0)), book.logsOf(IP, at(0)).length]).toEqual(['a-0', true, 1]);
    learn('west');
    expect([book.at(IP, at(0)), book.isEnrolled(IP, at(0)), book.lastKnown(IP, at(1)), book.logsOf(IP, at(0))]).toEqual([null, false, null, []]);
  });

  test('a line without a workload teaches nothing', () => {
    const book = new AddressBook();
    book.learn(IP, { time: at(0), end: pod(null) });
    book.learn(NO_IP, { time: at(0), end: pod('a-0') });
    expect(book.at(IP, at(0))).toBeNull();
    expect(book.at(NO_IP, at(0))).toBeNull();
  });

  test('an address whose pods change without end takes no more than its share', () => {
    const book = new AddressBook();
    for (let index = 0; index < 5000; index++) book.learn(IP, { time: at(index), end: pod(`pod-${index}`) });
    expect(book.at(IP, at(3))?.workload).toBe('pod-3');
  });
});

describe('who is captured by ambient', () => {
  test('a pod is, between the first and the last line of its own', () => {
    const book = new AddressBook();
    expect(book.isEnrolled(IP, at(1))).toBe(false);
    book.enrolled(IP, at(1), 0);
    book.enrolled(IP, at(5), 0);
    expect([0, 1, 3, 5, 6].map((seconds) => book.isEnrolled(IP, at(seconds)))).toEqual([false, true, true, true, false]);
    expect(book.isEnrolled(OTHER, at(3))).toBe(false);
    // For people the last that is known goes on to hold for a while.
    expect([0, 1, 6, 500, 3600].map((seconds) => book.lastKnown(IP, at(seconds)))).toEqual([null, true, true, true, null]);
    expect(book.lastKnown(OTHER, at(3))).toBeNull();
  });

  test('its ztunnel’s log covers the time between that log’s first and last line, whosever they are', () => {
    const book = new AddressBook();
    expect(book.hasLogs).toBe(false);
    book.enrolled(OTHER, at(0), 1);
    book.enrolled(IP, at(5), 1);
    book.enrolled(OTHER, at(9), 1);
    book.enrolled(OTHER, at(50), 2);
    expect(book.hasLogs).toBe(true);
    expect(book.logsOf(IP, at(0))).toEqual([{ lane: 1, first: at(0), last: at(9) }]);
    expect(book.logsOf(OTHER, at(0))).toEqual([
      { lane: 1, first: at(0), last: at(9) },
      { lane: 2, first: at(50), last: at(50) },
    ]);
    expect(book.logsOf(ipv4(1), at(0))).toEqual([]);
  });

  test('a line without an address enrols nobody', () => {
    const book = new AddressBook();
    book.enrolled(IP, at(1), 0);
    book.enrolled(NO_IP, at(100), 0);
    expect(book.isEnrolled(IP, at(50))).toBe(false);
    expect(book.isEnrolled(NO_IP, at(50))).toBe(false);
  });
});

test('addresses are numbered in the order they came, IPv4 and IPv6, and found again among many', () => {
  const index = new IpIndex();
  const ips = [
    ...Array.from({ length: 3000 }, (_, number) => ipv4(number * 0x10001)),
    ...Array.from({ length: 3000 }, (_, number) => ipFrom(number, true)),
  ];
  expect(ips.map((ip) => index.find(ip)).every((number) => number === -1)).toBe(true);
  expect(ips.map((ip) => index.add(ip))).toEqual(ips.map((_, number) => number));
  expect(ips.map((ip) => index.find(ip))).toEqual(ips.map((_, number) => number));
  expect([index.find(ipv4(1)), index.find(ipFrom(3000, true)), index.find(NO_IP)]).toEqual([-1, -1, -1]);
  expect(ipFrom(0, true)).toBe(IPV6);
});
