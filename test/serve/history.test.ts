/** A million flows, kept in columns: right whatever comes and goes, and quick enough to look at. */
import { expect, test } from 'vitest';
import { micros } from '../../src/model/time.ts';
import { argsort } from '../../src/serve/history/argsort.ts';
import { History } from '../../src/serve/history/history.ts';
import { type Query, Selector } from '../../src/serve/history/select.ts';
import { S } from '../../src/serve/history/sums.ts';
import { apiFlow, FlowOrders } from '../../src/serve/views/flows.ts';
import { flow } from './flow.ts';

const everything = (matches: Query['filter']['matches'] = () => true, key = ''): Query => ({
  filter: { matches, since: null, until: null, matchesFinding: () => true },
  text: null,
  edge: null,
  key,
});
const fresh = (maxFlows: number, keepSeconds = 1e9): History => new History({ keep: micros(keepSeconds * 1e6), maxFlows, revision: 1 });

test('radix order is the order of comparing, up and down, ties as they stood', () => {
  const keys = Float64Array.from(
    { length: 5000 },
    (_, index) => [index % 7, -index, 1 / (index + 1), Number.NaN, -0, 1e300 * (index % 3)][index % 6] ?? 0,
  );
  const rows = Uint32Array.from(keys.keys());
  const key = (row: number): number => (Number.isNaN(keys[row]) ? -Infinity : (keys[row] ?? 0));
  const by = (sign: number): number[] => [...rows].sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : a - b));
  expect([...argsort(rows, keys, false)]).toEqual(by(1));
  expect([...argsort(rows, keys, true)]).toEqual(by(-1));
});

test('what comes and goes leaves the sums of what is there, and ids find their flows', () => {
  const history = fresh(10_000);
  const there = new Set<number>();
  for (let step = 0; step < 20_000; step++) {
    const number = (step * 7919) % 2003;
    if (step % 3 === 2) {
      history.remove(flow(number));
      there.delete(number);
    } else {
      history.add(flow(number));
      there.add(number);
    }
  }
  expect(history.flows).toBe(there.size);
  let [flows, sent] = [0, 0];
  for (let id = 0; id < history.groups.size; id++) {
    if (history.groups.group(id) === undefined) continue;
    flows += history.sums.at(id, S.flows);
    sent += history.sums.at(id, S.sent);
  }
  expect(flows).toBe(there.size);
  expect(sent).toBe([...there].reduce((sum, number) => sum + ((number * 7919) % 100_003), 0));
  for (let number = 0; number < 2003; number++) {
    const row = history.find(flow(number).id);
    expect(row >= 0).toBe(there.has(number));
    if (row >= 0) expect(apiFlow(history, row)).toMatchObject({ id: flow(number).id, evidence: [{ input: 'a.log', record: number + 1 }] });
  }
  for (const number of there) history.remove(flow(number));
  expect([history.flows, history.groups.graph.edges.size, history.groups.graph.nodes.size]).toEqual([0, 0, 0]);
});

test('the box never holds more than it may: the oldest go first, and are counted', () => {
  const history = fresh(1000);
  for (let number = 0; number < 5000; number++) history.add(flow(number));
  expect(history.flows).toBeLessThanOrEqual(1000);
  expect(history.flows + history.dropped).toBe(5000);
  expect(history.find(flow(4999).id)).toBeGreaterThanOrEqual(0);
  expect(history.find(flow(0).id)).toBe(-1);
  expect(history.columns.capacity).toBeLessThanOrEqual(4096);
});

test('days of flows between workloads that come and go take the room of the hours that are kept', () => {
  const history = fresh(1_000_000, 3600);
  const [hours, anHour] = [72, 2000];
  let most = { rows: 0, groups: 0, edges: 0 };
  const larger = { rows: 0, groups: 0, edges: 0 };
  for (let number = 0; number < hours * anHour; number++) {
    const hour = Math.floor(number / anHour);
    const told = flow(number, Math.floor((number / anHour) * 3_600_000));
    // Every hour all of them are other ones: names, addresses.
    const end = { ...told.source, ip: `10.${hour}.0.${number % 200}`, workload: `${told.source.workload}-of-hour-${hour}` };
    history.add({ ...told, source: end });
    const now = { rows: history.rows, groups: history.groups.size, edges: history.groups.graph.edges.size };
    if (hour < 4) most = { rows: Math.max(most.rows, now.rows), groups: Math.max(most.groups, now.groups), edges: Math.max(most.edges, now.edges) };
    else for (const what of ['rows', 'groups', 'edges'] as const) larger[what] = Math.max(larger[what], now[what]);
  }
  expect(history.flows).toBeLessThan(anHour * 1.2);
  expect(history.flows + history.dropped).toBe(hours * anHour);
  // The first hours show how much it takes; the other days take no more.
  for (const what of ['rows', 'groups', 'edges'] as const) expect(larger[what], what).toBeLessThanOrEqual(most[what] * 1.1);
});

test('many flows are filtered and sorted by any column, a page at a time', () => {
  const history = fresh(2_000_000);
  for (let number = 0; number < 150_000; number++) history.add(flow(number));
  const selector = new Selector(history);
  const orders = new FlowOrders(history, selector);
  const query = everything(({ verdict }) => verdict !== 'hbone', 'not hbone');
  const rows = orders.rows(query, { sort: 'bytes', descending: true });
  expect(rows.length).toBe(100_000);
  const page = [...rows.subarray(40_000, 40_200)].map((row) => apiFlow(history, row));
  const sizes = page.map((one) => one?.bytes.sent ?? 0);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(new Set(page.map((one) => one?.verdict))).toEqual(new Set(['plaintext', 'denied']));
  const names = [...orders.rows(query, { sort: 'source', descending: false }).subarray(0, 1000)].map((row) => apiFlow(history, row)?.source);
  const texts = names.map((end) => `${end?.namespace}/${end?.workload}`);
  expect(texts).toEqual([...texts].sort());
}, 60_000);
