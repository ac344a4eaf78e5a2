/** Help that teaches: what one types, grouped, with the three uses and what the exit code means. */
import type { Command as Commander } from 'commander';
import { EXEMPTIONS, REASONS, VERDICTS } from '../model/flow.ts';
import { VIEWS, type View } from '../model/reporter.ts';
import { REPORTERS } from '../report/index.ts';
import { wrap } from '../report/text/width.ts';

export type LiveFlagName =
  | 'interface'
  | 'filter'
  | 'snaplen'
  | 'buffer'
  | 'promiscuous'
  | 'count'
  | 'duration'
  | 'write'
  | 'pod'
  | 'node'
  | 'debugImage'
  | 'context'
  | 'kubeconfig'
  | 'printCommands';
export type ServiceFlagName =
  | 'prometheus'
  | 'prometheusTokenFile'
  | 'prometheusBasicAuthFile'
  | 'prometheusCaFile'
  | 'kiali'
  | 'kialiTokenFile'
  | 'kialiBasicAuthFile'
  | 'kialiCaFile';
export type ServeFlagName = 'listen' | 'keep' | 'open' | 'metrics';
export type FlagName =
  | ServeFlagName
  | LiveFlagName
  | ServiceFlagName
  | 'read'
  | 'follow'
  | 'skew'
  | 'output'
  | 'columns'
  | 'redact'
  | 'color'
  | 'quiet'
  | 'verbose'
  | 'from'
  | 'to'
  | 'namespace'
  | 'workload'
  | 'identity'
  | 'verdict'
  | 'reason'
  | 'exempt'
  | 'port'
  | 'ip'
  | 'cidr'
  | 'since'
  | 'until'
  | 'failOn'
  | 'expect'
  | 'baseline'
  | 'writeBaseline'
  | 'minFlows'
  | 'requireWitness'
  | 'fromPolicies'
  | 'help'
  | 'version';
export type Flag = { readonly name: FlagName; readonly group: string; readonly flags: string; readonly summary: string; readonly isApart?: true };

const INPUTS = 'Inputs:';
const LIVE = 'Live capture:';
const KUBERNETES = 'Through kubectl:';
const SERVICES = 'Asking Prometheus and Kiali:';
const OUTPUT = 'Output:';
const FILTERS = 'Filters (repeat for alternatives, flags add up, * and ? are globs, ! negates):';
const JUDGING = 'Judging:';
const SERVING = 'Serving:';
const OTHER = 'Other:';

/** Every flag, in the order of the help. args.ts says what each does. */
export const FLAGS: readonly Flag[] = [
  { name: 'read', group: INPUTS, flags: '-r, --read <file>', summary: 'read a file, as tcpdump has it; the same as INPUT' },
  { name: 'follow', group: INPUTS, flags: '--follow <file>', summary: 'read it on as it grows, through rotation; repeatable' },
  { name: 'skew', group: INPUTS, flags: '--skew <span>', summary: 'how far the clocks of two nodes may be apart (default 2s)' },
  { name: 'interface', group: LIVE, flags: '-i, --interface <name>', summary: 'capture on it, or on any; repeatable' },
  { name: 'filter', group: LIVE, flags: '--filter <bpf>', summary: "as tcpdump has it: 'tcp port 9080 or tcp port 15008'" },
  { name: 'duration', group: LIVE, flags: '--duration <span>', summary: 'end after so long: 10s, 5m' },
  { name: 'count', group: LIVE, flags: '--count <packets>', summary: 'end after so many, on each' },
  { name: 'write', group: LIVE, flags: '--write <file>', summary: 'keep what is captured, as pcapng' },
  { name: 'snaplen', group: LIVE, flags: '--snaplen <bytes>', summary: 'keep so many of each packet (default: all)' },
  { name: 'buffer', group: LIVE, flags: '--buffer <MiB>', summary: "the kernel's buffer for bursts (default 32)" },
  { name: 'promiscuous', group: LIVE, flags: '--promiscuous', summary: "also see what is not this machine's" },
  { name: 'pod', group: KUBERNETES, flags: '--pod <ns/pod>', summary: 'capture in a pod, in a debug container; repeatable' },
  { name: 'node', group: KUBERNETES, flags: '--node <node>', summary: "capture in a node's network, in a debug pod; repeatable" },
  { name: 'debugImage', group: KUBERNETES, flags: '--debug-image <image>', summary: 'has tcpdump and sh (default nicolaka/netshoot)' },
  { name: 'context', group: KUBERNETES, flags: '--context <name>', summary: 'of the kubeconfig; default: the current one' },
  { name: 'kubeconfig', group: KUBERNETES, flags: '--kubeconfig <file>', summary: "default: kubectl's" },
  { name: 'printCommands', group: KUBERNETES, flags: '--print-commands', summary: 'print the kubectl commands instead of running them' },
  { name: 'prometheus', group: SERVICES, flags: '--prometheus <url>', summary: "Istio's counters now, or since --since; repeatable" },
  { name: 'prometheusTokenFile', group: SERVICES, flags: '--prometheus-token-file <file>', summary: 'a bearer token', isApart: true },
  { name: 'prometheusBasicAuthFile', group: SERVICES, flags: '--prometheus-basic-auth-file <file>', summary: 'user:password', isApart: true },
  { name: 'prometheusCaFile', group: SERVICES, flags: '--prometheus-ca-file <file>', summary: 'certificates to trust, PEM', isApart: true },
  { name: 'kiali', group: SERVICES, flags: '--kiali <url>', summary: 'its graph of the last 10 min, or --since; repeatable' },
  { name: 'kialiTokenFile', group: SERVICES, flags: '--kiali-token-file <file>', summary: 'a bearer token', isApart: true },
  { name: 'kialiBasicAuthFile', group: SERVICES, flags: '--kiali-basic-auth-file <file>', summary: 'user:password', isApart: true },
  { name: 'kialiCaFile', group: SERVICES, flags: '--kiali-ca-file <file>', summary: 'certificates to trust, PEM', isApart: true },
  { name: 'output', group: OUTPUT, flags: '-o, --output <name>', summary: REPORTERS.map(({ name }) => name).join(', ') },
  { name: 'columns', group: OUTPUT, flags: '--columns <list>', summary: 'fields to show, named as in JSON: source.workload,verdict' },
  { name: 'redact', group: OUTPUT, flags: '--redact', summary: 'replace names and addresses, the same ones alike' },
  { name: 'color', group: OUTPUT, flags: '--color <when>', summary: 'auto (default), always, never; NO_COLOR is respected' },
  { name: 'quiet', group: OUTPUT, flags: '-q, --quiet', summary: 'no progress, no warnings' },
  { name: 'verbose', group: OUTPUT, flags: '-v, --verbose', summary: 'say more on stderr; twice for still more' },
  { name: 'from', group: FILTERS, flags: '--from <end>', summary: 'the client: workload, namespace/workload, address, CIDR' },
  { name: 'to', group: FILTERS, flags: '--to <end>', summary: 'the server, in the same ways' },
  { name: 'namespace', group: FILTERS, flags: '--namespace <name>', summary: 'of either end' },
  { name: 'workload', group: FILTERS, flags: '--workload <name>', summary: 'of either end' },
  { name: 'identity', group: FILTERS, flags: '--identity <spiffe>', summary: 'SPIFFE id of either end' },
  { name: 'verdict', group: FILTERS, flags: '--verdict <verdict>', summary: VERDICTS.join(', ') },
  { name: 'reason', group: FILTERS, flags: '--reason <reason>', summary: 'plainsight flows --help lists them' },
  { name: 'exempt', group: FILTERS, flags: '--exempt <kind>', summary: `${EXEMPTIONS.join(', ')}; !* hides them` },
  { name: 'port', group: FILTERS, flags: '--port <port>', summary: "the server's: 9080, 8000-8999, 90*" },
  { name: 'ip', group: FILTERS, flags: '--ip <address>', summary: 'of either end' },
  { name: 'cidr', group: FILTERS, flags: '--cidr <network>', summary: 'of either end: 10.10.0.0/16, fd00::/64' },
  { name: 'since', group: FILTERS, flags: '--since <when>', summary: '10m, 2h, 1d back from the end, or 2026-11-21T08:19:01Z' },
  { name: 'until', group: FILTERS, flags: '--until <when>', summary: 'the same' },
  { name: 'failOn', group: JUDGING, flags: '--fail-on <list>', summary: 'verify: what is a failure, as plaintext,exposed,bypass' },
  { name: 'expect', group: JUDGING, flags: '--expect <file>', summary: 'verify: what the mesh is to look like, as YAML' },
  { name: 'baseline', group: JUDGING, flags: '--baseline <file>', summary: 'verify: known exceptions, as YAML' },
  { name: 'writeBaseline', group: JUDGING, flags: '--write-baseline <file>', summary: 'verify: make what fails today known exceptions' },
  { name: 'minFlows', group: JUDGING, flags: '--min-flows <number>', summary: 'verify: fewer connections decide nothing' },
  { name: 'requireWitness', group: JUDGING, flags: '--require-witness <list>', summary: 'verify: who must have spoken, as wire,log' },
  { name: 'fromPolicies', group: JUDGING, flags: '--from-policies <file>', summary: 'strict: PeerAuthentications to try out' },
  { name: 'listen', group: SERVING, flags: '--listen <[addr:]port>', summary: 'serve: where (default 127.0.0.1:8008); 0: any free port' },
  { name: 'open', group: SERVING, flags: '--open', summary: 'serve: open the browser' },
  { name: 'keep', group: SERVING, flags: '--keep <span>', summary: 'serve: how far back flows are kept (default 24h)' },
  { name: 'metrics', group: SERVING, flags: '--metrics <[addr:]port>', summary: 'any view: counters for Prometheus at /metrics' },
  { name: 'help', group: OTHER, flags: '-h, --help', summary: 'this, or of one view: plainsight flows --help' },
  { name: 'version', group: OTHER, flags: '-V, --version', summary: 'the version' },
];

export type HelpedView = View | 'serve';
export const VIEW_SUMMARIES: { readonly [view in HelpedView]: string } = {
  report: 'what is encrypted, what is not, and why (the default)',
  flows: 'one line a connection',
  edges: 'one line for each pair of workloads and port',
  verify: 'the gate for CI: what failed, one line each, and an exit code',
  strict: 'who would break if mutual TLS became STRICT',
  explain: 'the records behind the verdict of one flow',
  serve: 'the dashboard, in a browser',
};

const VIEW_DETAILS: { readonly [view in HelpedView]: string } = {
  report:
    'Summary, edges that need attention, findings, and what each input could see.\n\nOn a terminal, while inputs go on, it is a screen: arrows move, Enter opens an edge down to its records, / filters by the words of the filters below, s sorts, p pauses, ? has all keys, q ends with the report.',
  flows: `Verdicts  ${VERDICTS.join(', ')}\nReasons   ${lines(REASONS, 10)}\nExempt    ${EXEMPTIONS.join(', ')} (never counted as a leak)`,
  edges: 'Flows summed up by who spoke to whom. secured: yes, partly, no, or unproven.',
  verify:
    'Without --fail-on it fails (1) on a TCP connection in plaintext that is not exempt and on a finding of severity error; it is undecided (2) when nothing was proven, an input was blind or lost records, or a connection could not be judged; else it passes (0). --fail-on takes verdicts, reasons, finding ids and `exposed`, separated by commas, and replaces what makes it fail.\n\n--expect names a list of what the mesh is to look like, in the words of the filters; an entry that no connection is of leaves it undecided, but for `optional: true`:\n\n  - from: default/*\n    to: payments/payments-v1\n    port: 8443\n    verdict: hbone          # or a list: [hbone, denied]\n\n--baseline names known exceptions: a finding by its key, or connections by the same words; --write-baseline makes them of what fails today:\n\n  - finding: bypassed-mesh:bookinfo/stale-v1 → bookinfo/reviews-v1:9080\n    reason: restarted on Monday, OPS-123\n    owner: mesh-team\n    expires: 2026-12-31\n  - {from: legacy/*, to: bookinfo/*, verdict: plaintext, reason: moves in spring}',
  strict:
    'One row for each enrolled workload and port: the effective PeerAuthentication, the connections seen, and the clients that STRICT would turn away. It needs configuration: istioctl ztunnel-config all -o json, kubectl get pods,ns,svc,peerauthentications -A -o yaml. Exit code: 1 when a client would break, 2 when nothing would but a port had no traffic or the evidence has gaps. --from-policies tries out policies that are not applied yet.',
  explain: 'FLOW is the id that `plainsight flows` shows, or its first digits (4 at least).\nIds are the same in every run on the same evidence.',
  serve:
    'Prints its address and answers until Ctrl-C, then prints the report. The page works without a network and only reads. Beyond this machine (--listen 0.0.0.0:8008) it asks for a token, which is printed, or taken from PLAINSIGHT_TOKEN. The API is described in /api/openapi.json; Prometheus finds counters in /metrics. Flows older than --keep go; the summary counts all.',
};

const EXAMPLES = `Examples:
  Look at what was recorded, captures and logs together:
    plainsight node1.pcap node2.pcap ztunnel-*.log
  Follow a live log:
    kubectl logs -n istio-system -l app=ztunnel -f | plainsight flows
  Attach to a pod, or to this machine's interface:
    plainsight --pod bookinfo/reviews-v1-545db77b95-xk2c5
    sudo plainsight -i eth0 --filter 'tcp port 15008 or tcp port 9080'
  Gate a pipeline:
    plainsight verify captures/ --fail-on plaintext,exposed
`;

/** Words that stand alone. */
export const SYSTEM_WORDS: readonly { readonly value: string; readonly about: string }[] = [
  { value: 'formats', about: 'what can be read' },
  { value: 'interfaces', about: 'what can be captured on' },
  { value: 'doctor', about: 'what is missing for live capture, and what mends it' },
  { value: 'diff', about: 'what changed: diff BEFORE AFTER, inputs or -o json of them' },
  { value: 'completion', about: 'a script for bash, zsh or fish that completes words' },
];

/** Beside the other flags their long names would leave no room for words. */
const ACCESS = `Who asks Prometheus and Kiali (without: user:password@ in the URL, or nobody):
  --prometheus-token-file, --kiali-token-file <file>
      a bearer token; or PLAINSIGHT_PROMETHEUS_TOKEN, PLAINSIGHT_KIALI_TOKEN
  --prometheus-basic-auth-file, --kiali-basic-auth-file <file>  user:password;
      or PLAINSIGHT_PROMETHEUS_BASIC_AUTH, PLAINSIGHT_KIALI_BASIC_AUTH
  --prometheus-ca-file, --kiali-ca-file <file>  certificates to trust, in PEM;
      or PLAINSIGHT_PROMETHEUS_CA_FILE, PLAINSIGHT_KIALI_CA_FILE
`;

const EXIT_CODES = `Exit codes:
  0 clean · 1 verify found something · 2 verify could not decide · 64 usage
  65 an input could not be read · 69 unavailable · 70 a bug · 130 interrupted
`;

export const HELPED_VIEWS: readonly HelpedView[] = [...VIEWS, 'serve'];

/** The whole help, or that of one view. Fits 80 columns. */
export function helpText(program: Commander, view: HelpedView | null): string {
  program.configureHelp({ helpWidth: 80, styleUsage: () => '' });
  const flags = program
    .helpInformation()
    .replace(/^Usage:.*\n+/, '')
    .trim();
  if (view !== null) {
    const operands = view === 'explain' ? 'FLOW [INPUT…]' : '[INPUT…]';
    const details = VIEW_DETAILS[view]
      .split('\n')
      .flatMap((line) => wrap(line, 80))
      .join('\n');
    return `plainsight ${view}: ${VIEW_SUMMARIES[view]}\n\nUsage: plainsight ${view} ${operands} [flags]\n\n${details}\n\n${flags}\n`;
  }
  const views = HELPED_VIEWS.map((name) => `  ${name.padEnd(9)} ${VIEW_SUMMARIES[name]}`).join('\n');
  return `plainsight proves, flow by flow, whether an Istio ambient mesh encrypts its
traffic, and between whom.

Usage: plainsight [view] [INPUT…] [flags]

Views:
${views}
And:
${SYSTEM_WORDS.map(({ value, about }) => `  ${value.padEnd(11)} ${about}`).join('\n')}

INPUT is a capture (pcap, pcapng), a ztunnel log (text or JSON), configuration
(istioctl ztunnel-config, config_dump, kubectl get), metrics, a Kiali graph, a
folder of them, an http address that gives one, or - for stdin; each is
recognised by its bytes. Stdin is read when it is a pipe and nothing is named. A
file named like a view is ./flows. Files, live captures and services mix.

${EXAMPLES}
${flags}

${ACCESS}
${EXIT_CODES}`;
}

/** Comma-separated words in lines of some 80, with the next ones indented. */
function lines(words: readonly string[], indent: number): string {
  const text: string[] = [''];
  for (const word of words) {
    const last = text.at(-1) ?? '';
    if (last.length + word.length + indent > 76) text.push(`${word}, `);
    else text[text.length - 1] = `${last}${word}, `;
  }
  return text
    .map((line) => line.trimEnd())
    .join(`\n${' '.repeat(indent)}`)
    .replace(/,$/, '');
}
