import { describe, expect, it } from 'vitest';
import { recognise } from '../../src/formats/recognise.ts';
import { JSON_COMPLETE, OUTBOUND, STARTED } from './log-reading.ts';

const formatOf = (text: string) => recognise(new TextEncoder().encode(text))?.name ?? null;

describe('an input', () => {
  it.each([
    ['text', OUTBOUND, 'ztunnel-text'],
    ['text without its newline yet', `${OUTBOUND.slice(0, 70)}`, 'ztunnel-text'],
    ['JSON', `${JSON_COMPLETE}\n`, 'ztunnel-json'],
    ['JSON whose first line is cut', `${JSON_COMPLETE.slice(0, 120)}`, 'ztunnel-json'],
    ['the start of a log', STARTED, 'ztunnel-text'],
    ['a pod under kubectl', `[pod/a/istio-proxy] 2026-11-21T08:25:35.833828746Z ${STARTED}`, 'ztunnel-text'],
    ['docker', `${JSON.stringify({ log: `${OUTBOUND}\n`, stream: 'stdout', time: '' })}\n`, 'ztunnel-text'],
    ['JSON that another program wrote again', `${JSON_COMPLETE.replaceAll('":', '": ').replaceAll(',"', ', "')}\n`, 'ztunnel-json'],
    ['docker, written again', `{"log": ${JSON.stringify(`${OUTBOUND}\n`)}, "stream": "stdout", "time": ""}\n`, 'ztunnel-text'],
    ['stern in colour', `\x1b[91mztunnel-abc12\x1b[0m \x1b[36;1mistio-proxy\x1b[0m ${OUTBOUND}\n`, 'ztunnel-text'],
    ['mostly JSON', `${OUTBOUND}\n${JSON_COMPLETE}\n${JSON_COMPLETE}\n`, 'ztunnel-json'],
    ['nothing', '', null],
    ['a log of istiod', '2026-11-21T08:25:24.057844Z\tinfo\tads\tPush debounce stable\n2026-11-21T08:25:24.057844Z\tinfo\txds\tcert\t\n', null],
    ['a log of istiod as JSON', '{"level":"info","time":"2026-11-21T08:25:24.057844Z","scope":"ads","msg":"access"}\n', null],
    ['a JSON document', '{\n  "workloads": [{"access": "x"}]\n}\n', null],
    ['metrics', '# TYPE istio_tcp_sent_bytes counter\nistio_tcp_sent_bytes_total{a="b"} 1\n', 'prometheus-text'],
  ])('of %s is told by its bytes', (_, text, name) => {
    expect(formatOf(text)).toBe(name);
  });

  it('that has only the start of a log is claimed with less confidence', async () => {
    const { ztunnelText } = await import('../../src/formats/ztunnel-text.ts');
    const sure = (text: string): number => ztunnelText.recognise(new TextEncoder().encode(text));
    expect(sure(STARTED)).toBeGreaterThan(0.5);
    expect(sure(STARTED)).toBeLessThan(sure(OUTBOUND));
  });
});
