import { describe, expect, it } from 'vitest';
import { FAILED, INBOUND, JSON_COMPLETE, JSON_OPENED, OUTBOUND, REFUSED, read, STARTED } from './log-reading.ts';

const one = async (line: string) => {
  const reading = await read(`${line}\n`);
  expect(reading.skipped).toEqual({});
  return reading.rows[0];
};
const NOBODY = { workload: null, namespace: null, identity: null, cluster: null };

describe('a text line', () => {
  it('tells everything that ztunnel 1.31 wrote', async () => {
    expect(await one(OUTBOUND)).toEqual({
      prefix: null,
      record: 1,
      time: Date.UTC(2026, 10, 21, 8, 19, 1) * 1000 + 212141,
      event: 'complete',
      direction: 'outbound',
      source: '10.10.1.11 55728',
      destination: '10.10.2.11 15008',
      hbone: '10.10.2.11 9080',
      shape: {
        source: {
          workload: 'curl-v1-7d5f8c6b9-11xyz',
          namespace: 'default',
          identity: 'spiffe://cluster.local/ns/default/sa/curl',
          cluster: 'Kubernetes',
        },
        destination: {
          workload: 'reviews-v1-7d5f8c6b9-11xyz',
          namespace: 'bookinfo',
          identity: 'spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews',
          cluster: 'Kubernetes',
        },
        service: 'reviews.bookinfo.svc.cluster.local',
      },
      error: null,
      extra: null,
      sent: 78,
      received: 1467,
      duration: 10_000,
    });
  });

  it('of ztunnel 1.22 has values without quotes, and hbone_addr with them', async () => {
    const row = await one(
      '2024-04-12T10:17:44.081519Z\tinfo\taccess\tconnection complete\tsrc.addr=10.244.0.5:45896 src.workload=istio-ingressgateway-cbdcbb75c-9q9nb src.namespace=istio-system src.identity="spiffe://cluster.local/ns/istio-system/sa/gateway" dst.addr=10.244.0.16:9080 dst.hbone_addr="10.244.0.16:9080" dst.service=productpage.bookinfo.svc.cluster.local dst.workload=productpage-v1-87d54dd59-fzflt dst.namespace=productpage direction="inbound" bytes_sent=5483 bytes_recv=1551 duration="8ms"',
    );
    expect(row).toMatchObject({ destination: '10.244.0.16 9080', hbone: '10.244.0.16 9080', direction: 'inbound' });
    expect(row?.shape.source).toMatchObject({ workload: 'istio-ingressgateway-cbdcbb75c-9q9nb', namespace: 'istio-system', cluster: null });
    expect(row?.shape).toMatchObject({ service: 'productpage.bookinfo.svc.cluster.local', destination: { identity: null } });
  });

  it('of a failed connection has addresses, direction and error only', async () => {
    expect(await one(FAILED)).toMatchObject({
      event: 'failed',
      direction: 'inbound',
      source: 'fd00:10:1::14 51764',
      destination: 'fd00:10:2::b 15008',
      hbone: null,
      error: 'tls handshake error: Custom { kind: InvalidData, error: NoCertificatesPresented }',
      shape: { source: NOBODY, destination: NOBODY, service: null },
      sent: -1,
      received: -1,
      duration: -1,
    });
  });

  it('may name a host in dst.hbone_addr, as double HBONE does', async () => {
    for (const spelling of ['reviews.bookinfo.mesh.internal:9080', '"reviews.bookinfo.mesh.internal:9080"']) {
      const line = OUTBOUND.replace('dst.hbone_addr=10.10.2.11:9080', `dst.hbone_addr=${spelling}`);
      const { rows } = await read(`${line}\n${line}\n`);
      expect(rows.map((row) => row.hbone)).toEqual(Array(2).fill('reviews.bookinfo.mesh.internal 9080'));
    }
  });

  it('may have a span behind its target, and any level', async () => {
    for (const target of ['access:inbound{id=7 peer="a\\tb"}', 'access']) {
      expect((await one(OUTBOUND.replace('info\taccess', `trace\t${target}`)))?.source).toBe('10.10.1.11 55728');
    }
  });

  it('keeps keys that nobody knows yet', async () => {
    const row = await one(OUTBOUND.replace(' duration=', ' retries=3 note="a \\"b\\" c=d" duration='));
    expect(row).toMatchObject({ extra: 'retries=3 note="a \\"b\\" c=d"', duration: 10_000 });
  });

  it('undoes the escapes of its strings', async () => {
    const row = await one(REFUSED.replace('http status: 503 Service Unavailable', 'a\\"b\\\\c\\n\\r\\t\\0\\\'\\u{1f600}é'));
    expect(row?.error).toBe('a"b\\c\n\r\t\0\'😀é');
  });

  it.each([
    ['0ms', 0],
    ['1.5s', 1_500_000],
    ['1.009s', 1_009_000],
    ['250us', 250],
    ['250µs', 250],
    ['1999ns', 1],
    ['1m2s', 62_000_000],
    ['2h', 7_200_000_000],
  ])('reads the duration %s as %d µs', async (text, micros) => {
    const line = OUTBOUND.replace('10ms', text);
    const { rows } = await read(`${line}\n${line}\n`);
    expect(rows.map((row) => row.duration)).toEqual([micros, micros]);
  });

  it.each([
    ['no direction', OUTBOUND.replace(' direction="outbound"', '')],
    ['an open quote', OUTBOUND.replace('="Kubernetes" dst.addr', '="Kubernetes dst.addr')],
    ['an address that is none', OUTBOUND.replace('10.10.1.11:55728', '10.10.1.999:55728')],
    ['a port that is none', OUTBOUND.replace('15008', '150080')],
    ['bytes that are no number', OUTBOUND.replace('bytes_sent=78', 'bytes_sent=many')],
    ['a time that is none', OUTBOUND.replace('2026-11-21', '2026-13-21')],
    ['no source', OUTBOUND.replace('src.addr=', 'src.adr=')],
  ])('with %s is malformed', async (_, line) => {
    for (const text of [`${line}\n`, `${OUTBOUND}\n${line}\n`]) expect((await read(text)).skipped).toEqual({ malformed: 1 });
  });
});

describe('a JSON line', () => {
  it('tells the same as a text line', async () => {
    const [json, text] = [await one(JSON_COMPLETE), await one(OUTBOUND)];
    expect({ ...json, time: 0, duration: 0 }).toEqual({ ...text, time: 0, duration: 0, source: '10.10.1.11 35154' });
    expect(json?.duration).toBe(2000);
    expect(await one(JSON_OPENED)).toMatchObject({ event: 'opened', sent: -1, received: -1, duration: -1 });
  });

  it('may have its keys in any order, and counts as strings', async () => {
    const members = Object.entries<unknown>(JSON.parse(JSON_COMPLETE)).map(([key, value]) => [
      key,
      typeof value === 'number' ? String(value) : value,
    ]);
    const reversed = JSON.stringify(Object.fromEntries(members.reverse()));
    const { rows } = await read(`${reversed}\n${reversed}\n${JSON_COMPLETE}\n`);
    expect({ ...rows[0], record: 3 }).toEqual(rows[2]);
    expect({ ...rows[1], record: 3 }).toEqual(rows[2]);
  });

  it('keeps what is nested, and knows null from text', async () => {
    const row = await one(
      JSON_COMPLETE.replace('"dst.service":"reviews.bookinfo.svc.cluster.local"', '"dst.service":null,"span":{"a":["x, }",1]},"n":1.5'),
    );
    expect(row).toMatchObject({ extra: 'span={"a":["x, }",1]} n=1.5', shape: { service: null } });
  });

  it('undoes the escapes of its strings', async () => {
    const row = await one(JSON_COMPLETE.replace('}', ',"error":"a\\"b\\u00e9\\n\\ud83d\\ude00"}'));
    expect(row?.error).toBe('a"bé\n😀');
  });

  it('that does not end is malformed', async () => {
    expect((await read(`${JSON_COMPLETE.slice(0, -1)}\n${JSON_COMPLETE.slice(0, 60)}`)).skipped).toEqual({ malformed: 2 });
  });
});

describe('a log', () => {
  it('may mix text and JSON, as two pods in one pipe do', async () => {
    const { rows } = await read([OUTBOUND, JSON_COMPLETE, INBOUND, JSON_OPENED, ''].join('\n').repeat(3));
    expect(rows.map((row) => row.source.split(' ')[1])).toEqual([
      '55728',
      '35154',
      '39778',
      '35154',
      '55728',
      '35154',
      '39778',
      '35154',
      '55728',
      '35154',
      '39778',
      '35154',
    ]);
    expect(rows.at(-1)?.record).toBe(12);
  });

  it('counts every line that it does not use, by reason', async () => {
    const { rows, skipped } = await read(`${STARTED}\n${OUTBOUND.replace('complete', 'paused')}\n${OUTBOUND}\r\n\r\n`);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.record).toBe(9);
    expect(skipped).toEqual({ 'not-an-access-line': 6, empty: 2, 'unknown-message': 1 });
  });
});
