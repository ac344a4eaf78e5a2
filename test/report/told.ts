import type { Reporter, ReportOptions, Told, View } from '../../src/model/reporter.ts';
import type { Says, Stand, Statement } from '../../src/model/stand.ts';
import type { Summary } from '../../src/model/summary.ts';
import { edge, finding, flow, plaintextFlow, summary, textOut } from './helpers.ts';

/** All that a reporter writes of a run. */
export async function written(
  reporter: Reporter,
  options: Partial<ReportOptions>,
  told: readonly Told[],
  last: Summary = summary(),
): Promise<string> {
  const out = textOut();
  const report = reporter.open(out, { view: 'flows', live: false, ...options });
  for (const one of told) await report.tell([one]);
  await report.close(last);
  return out.text();
}

/** What anybody may have called a workload: markup of every kind, formulas, terminal escapes, bidi controls. */
export const HOSTILE: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "'); DROP TABLE flows; --",
  '=HYPERLINK("http://evil.example","x")',
  '+1+1|cmd',
  '@someone #1 www.evil.example https://evil.example !GH-7 deadbeefcafe',
  '`code` | cell \\| other \\',
  '[x](javascript:alert(1)) **bold** _em_ ~~no~~ &amp; :smile:',
  '\u001b[2J\u0007\u202egnp.exe\u200b\ud800\u0000\u0085',
  '</details></table>\n# heading\r\n- item',
  ']]><x/>&#x41;',
  'x'.repeat(5000),
];

function evilStand(evil: string): Stand {
  const says = (word: Says): Statement => ({ says: word, text: evil, evidence: [{ witness: 'config', input: evil, record: 1, says: evil }] });
  return {
    agreement: 'disagree',
    statements: {
      log: says('encrypted'),
      wire: says('plaintext'),
      config: says('mixed'),
      policy: says('silent'),
      metric: says('tls'),
      graph: says('blocked'),
    },
  };
}

/** Names in every place where an object has one. */
export function hostileTold(evil: string): readonly Told[] {
  const end = { workload: evil, namespace: evil, ip: null, identity: evil };
  return [
    flow({ source: { ...flow().source, workload: evil, namespace: evil, pod: evil, identity: evil, service: evil }, application: evil }),
    plaintextFlow({ destination: { ...flow().destination, workload: null, ip: evil }, tls: { version: evil, alpn: [evil], sni: evil } }),
    edge({ source: end, destination: { ...end, port: 80 }, flows: { ...edge().flows, plaintext: 1, hbone: 0 }, secured: 'no', reason: 'bypass' }),
    edge({ source: { ...end, workload: null, ip: evil } }),
    edge({ flows: { ...edge().flows, denied: 1, hbone: 0 }, secured: 'unproven', reason: 'strict-policy', deniedBy: evil, stand: evilStand(evil) }),
    finding({
      message: `${evil} reaches ${evil}: see (${evil}).`,
      key: evil,
      subject: { input: evil },
      evidence: [{ witness: 'wire', input: evil, record: 1, says: evil }],
    }),
    finding({ message: evil, subject: { workload: evil, namespace: evil, ip: null } }),
    {
      type: 'strict',
      namespace: evil,
      workload: evil,
      port: 80,
      mode: 'PERMISSIVE',
      modeFrom: evil,
      state: 'would break',
      flows: edge().flows,
      wouldBreak: [{ workload: evil, namespace: evil, ip: null, reason: 'bypass', flows: 1, last: null }],
    },
    { type: 'record', witness: 'log', input: evil, record: 1, text: evil, says: evil },
    { type: 'expectation', outcome: 'failed', message: `${evil} → ${evil}:80: 1 connection in plaintext`, known: evil },
  ];
}
export const EVERY_VIEW: readonly View[] = ['report', 'flows', 'edges', 'verify', 'strict', 'explain'];
