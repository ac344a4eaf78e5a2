import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/cli/args.ts';
import type { ViewCommand } from '../../src/cli/command.ts';
import { NO_FILTERS } from '../../src/cli/filters.ts';
import { FLAGS } from '../../src/cli/help.ts';
import { asksVersion, version } from '../../src/cli/version.ts';
import { PlainsightError } from '../../src/model/error.ts';
import { VIEWS } from '../../src/model/reporter.ts';
import { REPORTERS } from '../../src/report/index.ts';

const NO_LIVE: ViewCommand['live'] = {
  interfaces: [],
  pods: [],
  nodes: [],
  capture: {},
  kubernetes: { debugImage: 'nicolaka/netshoot', context: null, kubeconfig: null },
  write: null,
  printCommands: false,
};

const NOBODY = { urls: [], tokenFile: null, basicAuthFile: null, caFile: null };
const NO_SERVICES: ViewCommand['services'] = { prometheus: NOBODY, kiali: NOBODY };

function view(line: string): ViewCommand {
  const command = parseArguments(line.split(' ').filter((word) => word !== ''));
  if (command.kind !== 'view') throw new Error(`${line} gave a text`);
  return command;
}

function text(line: string): string {
  const command = parseArguments(line.split(' '));
  return command.kind === 'text' ? command.text : '';
}

function usageError(line: string): string {
  try {
    parseArguments(line.split(' '));
  } catch (error) {
    if (error instanceof PlainsightError && error.code === 64) return error.message;
    throw error;
  }
  throw new Error(`${line} was accepted`);
}

describe('words', () => {
  it('without any mean the report of stdin', () => {
    expect(view('')).toEqual({
      kind: 'view',
      view: 'report',
      inputs: [],
      follow: [],
      live: NO_LIVE,
      services: NO_SERVICES,
      flow: null,
      fromPolicies: null,
      output: 'table',
      columns: null,
      redact: false,
      filters: NO_FILTERS,
      serve: null,
      metrics: null,
      failOn: null,
      gate: { expect: null, baseline: null, writeBaseline: null, minFlows: 0, required: [] },
      skew: 2_000_000,
      color: 'auto',
      quiet: false,
      verbosity: 0,
    });
  });

  it.each(VIEWS.filter((name) => name !== 'explain'))('begin with the view %s, or are inputs', (name) => {
    expect(view(`${name} a.pcap b.log`)).toMatchObject({ view: name, inputs: ['a.pcap', 'b.log'] });
    expect(view(`./${name} b.log`)).toMatchObject({ view: 'report', inputs: [`./${name}`, 'b.log'] });
    expect(view(`a.pcap ${name}`)).toMatchObject({ view: 'report', inputs: ['a.pcap', name] });
    expect(view(`-o json ${name} a.pcap`)).toMatchObject({ view: name, output: 'json', inputs: ['a.pcap'] });
  });

  it('take -r as tcpdump does, flags anywhere, and - as an input', () => {
    expect(view('-r a.pcap flows -r b.pcap c.log - -qvv').inputs).toEqual(['c.log', '-', 'a.pcap', 'b.pcap']);
    expect(view('x -qvv')).toMatchObject({ quiet: true, verbosity: 2 });
    expect(view('flows -- -odd.pcap').inputs).toEqual(['-odd.pcap']);
  });

  it('take interfaces, pods and nodes, each once, and how to capture on them', () => {
    expect(
      view('flows -i eth0 -i any -i eth0 --pod shop/web-1 --node n1.example a.pcap --filter tcp --snaplen 128 --buffer 64 --promiscuous').live,
    ).toEqual({
      ...NO_LIVE,
      interfaces: ['eth0', 'any'],
      pods: [{ namespace: 'shop', pod: 'web-1' }],
      nodes: ['n1.example'],
      capture: { filter: 'tcp', snaplen: 128, bufferMiB: 64, promiscuous: true },
    });
    expect(view('-i lo --count 5 --duration 5m --write x.pcapng').live).toMatchObject({
      capture: { count: 5, durationMs: 300_000 },
      write: 'x.pcapng',
    });
    expect(view('--node n1 --print-commands --context prod --kubeconfig k --debug-image r.example:5000/shoot:v1').live).toMatchObject({
      kubernetes: { context: 'prod', kubeconfig: 'k', debugImage: 'r.example:5000/shoot:v1' },
      printCommands: true,
    });
  });

  it.each([
    ['--pod web', 'NAMESPACE/POD'],
    ['--pod shop/web/x', 'NAMESPACE/POD'],
    ['--pod Shop/web', 'NAMESPACE/POD'],
    ['--pod --all/web', 'NAMESPACE/POD'],
    ['--node n1;reboot', "a node's name"],
    ['--debug-image --privileged', 'an image'],
    ['-i eth0 --duration 10', 'a number and a unit'],
    ['-i eth0 --count many', 'a whole number'],
    ['-i eth0 --buffer 4000', 'from 1 to 2047'],
    ['--print-commands a.pcap', '--pod NS/POD'],
    ['--write x.pcapng a.pcap', 'live'],
    ['interfaces eth0', 'takes no input'],
  ])('refuse %s', (line, says) => {
    expect(usageError(line)).toContain(says);
  });

  it('interfaces and doctor stand alone', () => {
    expect(parseArguments(['interfaces'])).toEqual({ kind: 'interfaces' });
    expect(parseArguments(['doctor'])).toEqual({ kind: 'doctor' });
    expect(view('./doctor').inputs).toEqual(['./doctor']);
  });

  it('give explain its flow first', () => {
    expect(view('explain 9F3c6a1be07d4452 a.pcap -r b.log')).toMatchObject({
      view: 'explain',
      flow: '9f3c6a1be07d4452',
      inputs: ['a.pcap', 'b.log'],
    });
    expect(usageError('explain')).toContain('plainsight explain FLOW INPUT…');
    expect(usageError('explain a.pcap')).toContain("not 'a.pcap'");
    expect(usageError('explain 9f3c6a1be07d44520')).toContain('4 to 16 hex digits');
  });

  it('filter by what repeats and what negates', () => {
    expect(view('--from curl-* --from !10.0.0.0/8 --port 8000-8999 --verdict !hbone --identity spiffe://*/sa/x a').filters).toEqual({
      ...NO_FILTERS,
      from: ['curl-*', '!10.0.0.0/8'],
      port: ['8000-8999'],
      verdict: ['!hbone'],
      identity: ['spiffe://*/sa/x'],
    });
  });

  it('tell times in three ways', () => {
    expect(view('--since 90s').filters.since).toEqual({ kind: 'ago', span: 90_000_000 });
    expect(view('--until 2026-11-21T09:19:01.202141+01:00').filters.until).toEqual({
      kind: 'at',
      time: Date.UTC(2026, 10, 21, 8, 19, 1) * 1000 + 202_141,
    });
    expect(view('--until 2026-11-21T08:19:01.2021419Z').filters.until).toEqual({
      kind: 'at',
      time: Date.UTC(2026, 10, 21, 8, 19, 1) * 1000 + 202_141,
    });
    expect(view('--skew 500ms').skew).toBe(500_000);
    expect(view('--skew 0').skew).toBe(0);
    for (const odd of ['noon', '10', '-5m', '2026-13-41T00:00:00Z', '2026-11-21T08:19:01']) expect(usageError(`--since ${odd}`)).toContain('--since');
  });

  it('say what fails', () => {
    expect(view('verify --fail-on plaintext,exposed --fail-on bypassed-mesh a').failOn).toEqual(new Set(['plaintext', 'exposed', 'bypassed-mesh']));
    expect(usageError('verify --fail-on plaintxt')).toContain('did you mean plaintext?');
  });
});

describe('wrong words', () => {
  it.each([
    ['a --verdict mtls', 'Did you mean hbone?'],
    ['a --verdict encrypted', 'Did you mean hbone?'],
    ['a --verdict cleartext', 'Did you mean plaintext?'],
    ['a --verdict rejected', 'Did you mean denied?'],
    ['verify --fail-on plain', 'plain: did you mean plaintext?'],
    ['verify --fail-on leak', 'did you mean plaintext?'],
    ['a --reason bypassed', 'Did you mean bypass?'],
    ['a -o md', 'Did you mean markdown?'],
    ['a -o yml', 'Did you mean yaml?'],
    ['a --json', "unknown option '--json'\nOutputs are values: -o json"],
    ['a --html', 'Outputs are values: -o html'],
    ['a --format json', 'The output is chosen with -o'],
    ['a -n default', '--namespace NAME'],
    ['a -A', 'unless --namespace'],
    ['a -f', '--follow FILE'],
    ['a -w out.pcap', '--write FILE'],
    ['a -c 5', '--count N'],
    ['a -s 96', '--snaplen N'],
    ['a --file x.log', 'plainsight FILE…'],
    ['a --verdit plaintext', '--verdict'],
    ['a --namespaces x', '--namespace'],
    ['a --since yesterday', 'wants a span (10m, 2h, 1d)'],
    ['a --until 2026', 'a time with its zone'],
    ['a --port http', 'wants a port (9080)'],
    ['a --ip 10.0.0', '10.10.*'],
    ['a --duration 10', '500ms, 2s, 10m'],
    ['a --count x', 'whole number'],
    ['--pod reviews', 'kubectl get pods -A'],
    ['explain a', 'plainsight flows INPUT… lists flows'],
    ['diff a', 'plainsight diff BEFORE AFTER'],
    ['completion tcsh', 'bash, zsh, fish'],
    ['flows a --columns source.nam', 'did you mean source.namespace?'],
    ['a --columns verdict', '-o csv has it for every view'],
    ['a --listen 99999', '0.0.0.0:8008'],
    ['a --color yes', 'auto, always, never'],
    ['a --exempt probe', 'kubelet-probe'],
  ] as const)('%s is answered with %s', (words, answer) => {
    expect(usageError(words)).toContain(answer);
  });

  it('are told the flag that was meant', () => {
    expect(usageError('a --ouput json')).toContain('--output');
    expect(usageError('a --cidr')).toContain('--cidr');
  });

  it('are told the values that would do', () => {
    expect(usageError('a -o jsno')).toContain(`Did you mean json? One of: ${REPORTERS.map(({ name }) => name).join(', ')}`);
    expect(usageError('a --verdict encrypted')).toContain('hbone, tls, plaintext, denied, failed, unknown');
    expect(usageError('a --reason bypas')).toContain('Did you mean bypass?');
    for (const port of ['99999', '90-80', 'http']) expect(usageError(`a --port ${port}`)).toContain('--port');
    for (const cidr of ['10.0.0.0/33', 'fd00::/129', 'x']) expect(usageError(`a --cidr ${cidr}`)).toContain('10.10.0.0/16');
    expect(usageError('a --ip host')).toContain('address');
    expect(usageError('a --color blue')).toContain('auto, always, never');
  });

  it('are told the view that has the flag', () => {
    expect(usageError('flows --fail-on plaintext a.pcap')).toContain('plainsight verify --fail-on plaintext a.pcap');
  });

  it('are told the columns that would do', () => {
    expect(view('flows a --columns verdict,source.ip --columns id')).toMatchObject({ columns: ['verdict', 'source.ip', 'id'] });
    expect(usageError('flows a --columns workload')).toContain('did you mean source.workload or destination.workload?');
    expect(usageError('edges a --columns secure')).toContain('did you mean secured? Fields of edges: type, source.workload,');
    expect(usageError('flows a --columns source')).toContain('source.ip, source.port');
    expect(usageError('flows a --columns ,')).toContain('wants a list of fields');
    expect(usageError('flows -o json a --columns id')).toContain('--columns belongs to -o table, wide or csv');
    expect(usageError('a --columns id')).toContain('the views flows or edges');
    expect(view('-o csv a --columns secured')).toMatchObject({ columns: ['secured'] });
  });

  it('never speak to the terminal', () => {
    expect(usageError('flows a --columns \u001b[2J')).not.toContain('\u001b');
    expect(usageError('a -o \u001b[2J')).not.toContain('\u001b');
  });
});

describe('services', () => {
  it('are addresses, each once, with the files that say who asks', () => {
    const line =
      'a --prometheus http://p:9090 --prometheus http://p:9090 --prometheus https://q/prom --prometheus-token-file t --prometheus-ca-file c';
    expect(view(`${line} --kiali http://k/kiali --kiali-basic-auth-file b`).services).toEqual({
      prometheus: { urls: [new URL('http://p:9090'), new URL('https://q/prom')], tokenFile: 't', basicAuthFile: null, caFile: 'c' },
      kiali: { urls: [new URL('http://k/kiali')], tokenFile: null, basicAuthFile: 'b', caFile: null },
    });
  });

  it('are refused where the flags do not fit together, and what may be a password is never quoted', () => {
    for (const flag of ['--prometheus', '--kiali']) {
      for (const url of ['ftp://u:geheim@h/', 'u:geheim@h', 'http://u:geheim@:9', 'http://u:geheim@h:99999']) {
        expect(usageError(`a ${flag} ${url}`)).toContain('wants an address');
        expect(usageError(`a ${flag} ${url}`)).not.toContain('geheim');
      }
      expect(usageError(`a ${flag}-token-file t`)).toContain(`${flag} URL`);
      expect(usageError(`a ${flag} http://h ${flag}-token-file t ${flag}-basic-auth-file b`)).toContain('one of them');
    }
  });
});

describe('help', () => {
  it('names every view, flag and output, and fits 80 columns', () => {
    const help = text('--help');
    for (const word of [
      ...VIEWS,
      ...REPORTERS.map(({ name }) => name),
      ...FLAGS.map(({ flags, isApart }) => (isApart ? flags.replace(/ <.*/, '') : flags)),
    ])
      expect(help).toContain(word);
    for (const line of [...help.split('\n'), ...VIEWS.flatMap((name) => text(`${name} --help`).split('\n'))])
      expect(line.length, line).toBeLessThanOrEqual(80);
    expect(text('-h')).toBe(help);
    expect(text('help')).toBe(help);
  });

  it('is of one view when a view is named', () => {
    expect(text('explain --help')).toContain('plainsight explain FLOW [INPUT…]');
    expect(text('help verify')).toBe(text('verify --help'));
    expect(text('flows -h')).toContain('source-not-enrolled');
  });

  it('has a version that needs no parser', () => {
    expect(asksVersion(['--version'])).toBe(true);
    expect(asksVersion(['flows', '--version'])).toBe(false);
    expect(text('flows --version')).toBe(`${version()}\n`);
    expect(version()).toMatch(/^\d+\.\d+\.\d+/);
  });
});
