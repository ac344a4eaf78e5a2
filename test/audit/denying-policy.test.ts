/** A denial is explained by the policy that the log names, in the words of what was read of it. */
import { describe, expect, test } from 'vitest';
import { type Denied, denialBy, denyingPolicy } from '../../src/audit/denying-policy.ts';
import type { LineWitness } from '../../src/model/flow.ts';
import { Direction, LineEvent } from '../../src/model/line-event.ts';
import { factsIn, meshOf, newTables } from '../formats/config-reading.ts';
import { plainsight, SAMPLES } from '../recordings/program.ts';
import { NOON } from '../report/helpers.ts';

const line = (error: string | null): LineWitness => ({
  event: LineEvent.complete,
  direction: Direction.inbound,
  time: NOON,
  start: NOON,
  identities: false,
  error,
  sent: 0,
  received: 0,
  input: 'a.log',
  record: 1,
});
const rejected = (by: string): LineWitness => line(`connection closed due to policy rejection: ${by}`);

test('a line names it, says that none allows it, or says nothing', () => {
  expect(denyingPolicy([line(null), rejected('explicitly denied by: shop/no-clients')])).toBe('shop/no-clients');
  expect(denyingPolicy([rejected('allow policies exist, but none allowed')])).toBe('*');
  expect(denyingPolicy([line('http status: 401 Unauthorized'), line(null)])).toBeNull();
});

describe('what was read of it', () => {
  const object = (kind: string, namespace: string, name: string, spec: object): object => ({
    apiVersion: 'security.istio.io/v1',
    kind,
    metadata: { name, namespace },
    spec,
  });
  const items = [
    object('PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } }),
    object('AuthorizationPolicy', 'shop', 'only-web', { action: 'ALLOW' }),
    object('AuthorizationPolicy', 'shop', 'also-web', {}),
    object('AuthorizationPolicy', 'shop', 'no-clients', { action: 'DENY' }),
    object('AuthorizationPolicy', 'other', 'elsewhere', { action: 'ALLOW' }),
  ];
  const denied: Denied = { namespace: 'shop', port: 80, pods: [] };
  const of = async (name: string): Promise<readonly [string, readonly string[]]> => {
    const { facts } = await factsIn(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), { tables: newTables() });
    const { text, policies } = denialBy(name, denied, meshOf([facts]));
    return [text, policies.map((policy) => `${policy.text} ${policy.says} ${policy.origin.record}`)];
  };

  test('is named where it is in effect', async () => {
    expect(await of('shop/no-clients')).toEqual(['AuthorizationPolicy shop/no-clients refuses it', ['AuthorizationPolicy shop/no-clients DENY 4']]);
    expect(await of('*')).toEqual([
      'no ALLOW policy lets it in (shop/also-web, shop/only-web)',
      ['AuthorizationPolicy shop/also-web ALLOW 3', 'AuthorizationPolicy shop/only-web ALLOW 2'],
    ]);
    for (const name of ['istio-system/istio_converted_static_strict', 'shop/converted_peer_authentication_default'])
      expect(await of(name)).toEqual([
        'PeerAuthentication shop/default is STRICT and refuses plaintext',
        ['PeerAuthentication shop/default STRICT 1'],
      ]);
  });

  test('is not needed', () => {
    const text = (name: string): string => denialBy(name, denied, null).text;
    expect(text('*')).toBe('no ALLOW policy lets it in');
    expect(text('shop/x')).toBe('AuthorizationPolicy shop/x refuses it');
    expect(text('istio-system/istio_converted_static_strict')).toBe('a STRICT policy refuses plaintext');
  });
});

test('report and explain name it', async () => {
  const sample = `${SAMPLES}all-witnesses`;
  const { out } = await plainsight(['report', sample]);
  expect(out).toContain('all 80 denied: no ALLOW policy lets it in (vault/safe-only-teller)');
  expect(out).toContain('PeerAuthentication vault/default is STRICT');
  const flows = (await plainsight(['flows', '-o', 'jsonl', '--reason', 'strict-policy', sample])).out;
  const { id }: { readonly id: string } = JSON.parse(flows.split('\n')[0] ?? '');
  const explained = (await plainsight(['explain', id, '-o', 'jsonl', sample])).out.trim().split('\n');
  expect(JSON.parse(explained.at(-1) ?? '')).toMatchObject({
    type: 'record',
    witness: 'policy',
    record: 1,
    text: 'PeerAuthentication vault/default',
    says: 'STRICT',
  });
});
