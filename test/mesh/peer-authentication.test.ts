import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { effectiveMode } from '../../src/mesh/peer-authentication.ts';
import type { PeerAuthenticationFact } from '../../src/model/configuration.ts';
import { micros } from '../../src/model/time.ts';
import { factsIn } from '../formats/config-reading.ts';

const CORPUS = '../shared/corpora/peer-authentication/';
const inputs = existsSync(CORPUS) ? readdirSync(CORPUS).filter((name) => name.endsWith('-in.yaml')) : [];
if (inputs.length === 0) console.log('no corpora here: istiod is not compared with');
/** Where istiod converts nothing, since its one STRICT policy holds for the whole workload. */
const STATIC = ['peer-authn-strict', 'peer-authn-strict-workload', 'peer-authn-strict-and-strict-port-mtls'];

type Match = { readonly destinationPorts?: readonly number[]; readonly notDestinationPorts?: readonly number[] };
type Denial = { readonly groups: readonly { readonly rules: readonly { readonly matches: readonly Match[] }[] }[] } | null;

/** Whether istiod's policy turns away a connection to `port` that shows no identity. */
function denies(denial: Denial, port: number): boolean {
  const isMatch = ({ destinationPorts, notDestinationPorts }: Match): boolean =>
    destinationPorts?.includes(port) !== false && notDestinationPorts?.includes(port) !== true;
  return denial?.groups.some(({ rules }) => rules.every(({ matches }) => matches.some(isMatch))) === true;
}

const policiesIn = async (text: string): Promise<PeerAuthenticationFact[]> =>
  (await factsIn(text)).facts.filter((fact) => fact.kind === 'peer-authentication');

describe('the mode of a port', () => {
  it.each([...inputs, 'none'])('is what istiod makes of %s', async (name) => {
    if (name === 'none') return;
    const text = readFileSync(CORPUS + name, 'utf8');
    const output = name.replace('-in.yaml', '');
    const denial = parse(readFileSync(`${CORPUS}${output}.yaml`, 'utf8')) as Denial;
    const namespace = text.includes('namespace: foo') ? 'foo' : 'default';
    const policies = await policiesIn(text);
    for (const port of [9090, 8080, 7070, 1234]) {
      const isStrict = STATIC.includes(output) || denies(denial, port);
      expect([port, effectiveMode(policies, { namespace, labels: { app: 'a' } }, port).mode]).toEqual([port, isStrict ? 'STRICT' : 'PERMISSIVE']);
    }
  });

  const policy = (name: string, mode: PeerAuthenticationFact['mode'], rest: Partial<PeerAuthenticationFact> = {}): PeerAuthenticationFact => ({
    kind: 'peer-authentication',
    record: 1,
    name,
    namespace: 'foo',
    selector: null,
    mode,
    ports: [],
    created: null,
    ...rest,
  });
  const subject = { namespace: 'foo', labels: { app: 'a' } };

  it('is that of the oldest of several', () => {
    const [old, young] = [policy('old', 'STRICT', { created: micros(1) }), policy('young', 'PERMISSIVE', { created: micros(2) })];
    expect(effectiveMode([young, old], subject, 80)).toEqual({ mode: 'STRICT', from: 'foo/old' });
  });

  it('does not come from selectors in the root namespace, from other namespaces, or from ports without a selector', () => {
    const others = [
      policy('root', 'STRICT', { namespace: 'istio-system', selector: { app: 'a' } }),
      policy('other', 'STRICT', { namespace: 'bar' }),
      policy('ports', 'UNSET', { ports: [[80, 'STRICT']] }),
    ];
    expect(effectiveMode(others, subject, 80)).toEqual({ mode: 'PERMISSIVE', from: null });
  });

  it('stays STRICT where an UNSET workload disables a port under an inherited STRICT', () => {
    const both = [
      policy('all', 'STRICT'),
      policy('a', 'UNSET', {
        selector: { app: 'a' },
        ports: [
          [80, 'DISABLE'],
          [81, 'PERMISSIVE'],
        ],
      }),
    ];
    expect([80, 81, 82].map((port) => effectiveMode(both, subject, port).mode)).toEqual(['STRICT', 'PERMISSIVE', 'STRICT']);
  });
});
