/** One connection seen at many places is told once (rules.md §4); two connections are told twice. */
import { expect, test } from 'vitest';
import { pcap, shortly, talk, tell, tunnel } from './story.ts';

const WEB = { from: '10.0.0.1:40000', to: '10.0.0.2:9080', at: 1 } as const;
const CLEAR = 'connection 10.0.0.1:40000 > 10.0.0.2:9080 plaintext passthrough wire';
const flows = async (captures: readonly Parameters<typeof pcap>[0][]): Promise<readonly string[]> =>
  shortly(await tell(Object.fromEntries(captures.map((frames, index) => [`${index}.pcap`, pcap(frames)]))));

test('the same packets in two captures are one connection, cited from both, its bytes counted once', async () => {
  const { flows: told } = await tell({ 'a.pcap': pcap(talk(WEB)), 'b.pcap': pcap(talk({ ...WEB, at: 1.0005 })) });
  expect(told.map(({ evidence, exposedBytes }) => [evidence.length, exposedBytes])).toEqual([[2, 67]]);
});

test('a service’s address and the pod’s are one connection under the pod’s, the client’s socket and ISN being the same', async () => {
  expect(await flows([[...talk({ ...WEB, to: '10.96.0.1:80' }), ...talk({ ...WEB, at: 1.00005 })]])).toEqual([`${CLEAR} 1`]);
});

test('the same client socket to another server with another ISN is another connection', async () => {
  expect(await flows([[...talk({ ...WEB, to: '10.96.0.1:80' }), ...talk({ ...WEB, at: 1.1, isn: 77_000, serverIsn: 88_000 })]])).toHaveLength(2);
});

test('two clients that both spoke are two, however alike their numbers', async () => {
  expect(await flows([talk(WEB), talk({ ...WEB, from: '192.168.0.9:40000', at: 1.0002 })])).toHaveLength(2);
});

test('a probe whose reply is translated back is told once, from the probe’s address, and is exempt', async () => {
  // As the host's own `any` capture has it (netns-text/node1-any.pcap, frames 1781-1804): both directions under the probe's address, replies once more under the node's.
  const probe = talk({ ...WEB, from: '169.254.7.127:59222' });
  const replies = talk({ ...WEB, from: '10.0.0.254:59222', at: 1.00002, only: 'server' });
  expect(await flows([probe, replies])).toEqual(['connection 169.254.7.127:59222 > 10.0.0.2:9080 plaintext passthrough kubelet-probe wire 2']);
});

test('the halves of a redirected connection on a pod’s loopback are one leg, to the address that answers', async () => {
  const forward = talk({ ...WEB, to: '127.0.0.1:15001', only: 'client', macs: 0 });
  const replies = talk({ ...WEB, to: '10.96.0.1:9080', only: 'server', macs: 0 });
  expect(await flows([[...forward, ...replies]])).toEqual(['leg 10.0.0.1:40000 > 10.96.0.1:9080 plaintext loopback loopback wire 1']);
});

test('what passes on loopback is never one with what passes on the network', async () => {
  expect(await flows([[...talk({ ...WEB, macs: 0 }), ...talk({ ...WEB, at: 1.0003 })]])).toEqual([
    `${CLEAR} 1`,
    'leg 10.0.0.1:40000 > 10.0.0.2:9080 plaintext loopback loopback wire 1',
  ]);
});

test('a port used again is another connection, in one capture and over two', async () => {
  const twice = [...talk(WEB), ...talk({ ...WEB, at: 3, isn: 900_000, serverIsn: 910_000 })];
  expect(await flows([twice])).toHaveLength(2);
  expect(await flows([twice, twice])).toEqual([`${CLEAR} 2`, `${CLEAR} 2`]);
});

test('a capture begun in the middle adds to the one that saw the beginning', async () => {
  const whole = talk({
    ...WEB,
    more: [
      ['client', new Uint8Array(40).fill(65)],
      ['server', new Uint8Array(40).fill(66)],
    ],
  });
  expect(await flows([whole, whole.slice(5)])).toEqual([`${CLEAR} 2`]);
});

test('a tunnel seen at both ends is one tunnel', async () => {
  const packets = tunnel({ from: '10.0.0.1:50000', to: '10.0.0.2:15008', at: 1 });
  expect(await flows([packets, packets])).toEqual(['tunnel 10.0.0.1:50000 > 10.0.0.2:15008 hbone hbone wire 2']);
});
