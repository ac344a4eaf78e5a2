/**
 * A stand-in for kubectl whose pods and nodes are network namespaces: it runs the real tcpdump in them, and misbehaves as asked.
 * KUBECTL_STATE: a folder for what it remembers, and its log. KUBECTL_NETNS: the namespace of every pod and node.
 * KUBECTL_MODE: words, see below. Objects have the shape that API servers give them.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

const words = process.argv.slice(2);
const state = process.env.KUBECTL_STATE;
const modes = (process.env.KUBECTL_MODE ?? '').split(',');
const has = (mode) => modes.includes(mode);
appendFileSync(`${state}/log`, `${JSON.stringify(words)}\n`);

const statePath = `${state}/containers.json`;
const containers = existsSync(statePath) ? JSON.parse(readFileSync(statePath, 'utf8')) : [];
const save = () => writeFileSync(statePath, JSON.stringify(containers));
const dashes = words.indexOf('--');
const own = (dashes < 0 ? words : words.slice(0, dashes)).filter((word) => !word.startsWith('--context') && !word.startsWith('--kubeconfig'));
const command = dashes < 0 ? [] : words.slice(dashes + 1);
const flagValue = (flag) => own[own.indexOf(flag) + 1];

const fail = (text, code = 1) => {
  process.stderr.write(`${text}\n`);
  process.exitCode = code;
};
const once = (name) => {
  if (existsSync(`${state}/${name}`)) return false;
  writeFileSync(`${state}/${name}`, '');
  return true;
};

const START_MS = has('slow') ? 1500 : 200;
const STATES = {
  image: (age) => ({
    waiting: { reason: age < 500 ? 'ErrImagePull' : 'ImagePullBackOff', message: 'Back-off pulling image "nicolaka/netshoot": not found' },
  }),
  config: () => ({ waiting: { reason: 'CreateContainerConfigError', message: 'container has runAsNonRoot and image will run as root' } }),
  dies: () => ({ terminated: { reason: 'Error', exitCode: 1 } }),
};

function statusOf({ name, made }) {
  const age = Date.now() - made;
  const mode = modes.find((one) => STATES[one] !== undefined);
  if (mode !== undefined) return { name, state: STATES[mode](age) };
  return { name, state: age < START_MS ? { waiting: { reason: 'ContainerCreating' } } : { running: { startedAt: '2026-11-21T08:00:00Z' } } };
}

function podJson(name) {
  const app = { name: 'app', state: { running: { startedAt: '2026-11-21T08:00:00Z' } } };
  const isNode = name.startsWith('node-debugger');
  const mine = containers.filter(({ pod }) => pod === name);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: isNode ? 'default' : flagValue('-n') },
    spec: { containers: isNode ? mine.map(({ name: one }) => ({ name: one })) : [{ name: 'app' }] },
    status: isNode
      ? { phase: 'Running', containerStatuses: mine.map(statusOf) }
      : { phase: has('pending') ? 'Pending' : 'Running', containerStatuses: [app], ephemeralContainerStatuses: mine.map(statusOf) },
  };
}

const POLICY =
  'Error from server (Forbidden): pods "web" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "x" must not include "NET_ADMIN", "NET_RAW" in securityContext.capabilities.add)';

function debug() {
  if (own.some((word) => /^(-\w*i\w*|--stdin|--attach)$/.test(word))) return fail('stand-in: the stream of debug -i loses its first bytes');
  if (has('policy') || (has('policy-netadmin') && own.includes('--profile=netadmin'))) return fail(POLICY);
  if (has('quota'))
    return fail(
      'Error from server (Forbidden): pods "node-debugger-n1-x7k2f" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10',
    );
  if (has('rbac'))
    return fail(
      'Error from server (Forbidden): pods "web" is forbidden: User "dev" cannot patch resource "pods/ephemeralcontainers" in API group "" in the namespace "default"',
    );
  const node = own.find((word) => word.startsWith('node/'))?.slice(5);
  const name = own.includes('-c') ? flagValue('-c') : 'debugger';
  const pod =
    node === undefined
      ? own.find((word, index) => index > 0 && !word.startsWith('-') && !['-n', '-c'].includes(own[index - 1]))
      : `node-debugger-${node}-x7k2f`;
  containers.push({ pod, name, made: Date.now() });
  save();
  if (node !== undefined && !has('mute')) process.stdout.write(`Creating debugging pod ${pod} with container ${name} on node ${node}.\n`);
}

function exec() {
  const container = own.includes('-c') ? flagValue('-c') : 'debugger';
  const isTcpdump = command.some((word) => /(^|\/)tcpdump$/.test(word));
  if (isTcpdump && ((container === 'app' && !has('app-tcpdump')) || has('no-tcpdump'))) {
    fail('sh: exec: line 1: tcpdump: not found', 127);
    return fail('command terminated with exit code 127', 127);
  }
  if (isTcpdump && has('no-right')) {
    fail("plainsight: pid 999999\ntcpdump: any: You don't have permission to perform this capture on that device\n(socket: Operation not permitted)");
    return;
  }
  if (isTcpdump && has('noise')) {
    fail(`Defaulted container "x" out of: x, app\nW1121 08:00:00.000000   12345 warnings.go:70] noise\n${'z'.repeat(200_000)}`, 0);
  }
  // As in a cluster, what was started there does not end with who asked for it.
  const remote = spawn('ip', ['netns', 'exec', process.env.KUBECTL_NETNS, ...command], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  remote.stdout.pipe(process.stdout);
  remote.stderr.pipe(process.stderr);
  remote.on('close', (code) => {
    if (code !== 0) fail(`command terminated with exit code ${code}`, code ?? 137);
  });
  if (isTcpdump && (has('reset') || has('reset-mute')) && once('was-reset')) setTimeout(reset, 1500);
}

function reset() {
  if (has('reset-mute')) process.exit(0);
  process.stderr.write(
    'error: error reading from error stream: next reader: read tcp 10.0.0.1:51234->10.0.0.2:6443: read: connection reset by peer\n',
    () => process.exit(1),
  );
}

function remove() {
  if (has('stuck') && once('was-stuck')) return fail('Error from server (InternalError): etcdserver: leader changed');
  const pod = own.find((word) => word.startsWith('node-debugger'));
  writeFileSync(statePath, JSON.stringify(containers.filter((one) => one.pod !== pod)));
  process.stdout.write(`pod "${pod}" deleted\n`);
}

function get() {
  if (own[1] === 'pods') return process.stdout.write(JSON.stringify({ items: [...new Set(containers.map(({ pod }) => pod))].map(podJson) }));
  const name = own.find((word, index) => index > 1 && !word.startsWith('-') && !['-n', '-o'].includes(own[index - 1]));
  if (name === 'nosuch') return fail('Error from server (NotFound): pods "nosuch" not found');
  const json = podJson(name);
  if (!flagValue('-o').startsWith('jsonpath')) return process.stdout.write(JSON.stringify(json));
  const wanted = /@\.name=="([^"]+)"/.exec(flagValue('-o'))?.[1];
  const found = json.status.ephemeralContainerStatuses.find(({ name: one }) => one === wanted);
  return process.stdout.write(found?.state.running?.startedAt ?? '');
}

const COMMANDS = {
  config: () => process.stdout.write('test\n'),
  get,
  debug,
  exec,
  delete: remove,
  wait: () => setTimeout(() => {}, START_MS),
};
if (has('down')) fail('Unable to connect to the server: dial tcp 10.0.0.2:6443: i/o timeout');
else COMMANDS[words[0]]();
