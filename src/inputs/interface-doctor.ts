/** `plainsight doctor`: what is missing for live capture, and the exact command that mends it. Facts are gathered apart, checks are pure. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadBinding } from './interface-binding.ts';
import { setcapCommand } from './interface-errors.ts';
import { findProgram } from './interface-program.ts';

export type Check = {
  readonly check: string;
  readonly ok: boolean;
  /** What was found. */
  readonly detail: string;
  /** A command, or null where nothing has to be done. */
  readonly mend: string | null;
};

export type DoctorFacts = {
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  readonly nodeVersion: string;
  readonly isRoot: boolean;
  /** `/proc/self/status`; '' elsewhere than on Linux. */
  readonly procStatus: string;
  /** `/etc/os-release`; '' where there is none. */
  readonly osRelease: string;
  /** libpcap's own line; null where the binding or libpcap is missing. */
  readonly libpcap: string | null;
  /** What is missing for libpcap, and why. */
  readonly missing: { readonly what: 'binding' | 'libpcap'; readonly why: string } | null;
  /** First line of its version; null where the program is not found, or cannot be run. */
  readonly tcpdump: string | null;
  readonly kubectl: string | null;
};

export function doctorChecks(facts: DoctorFacts): readonly Check[] {
  return [checkNode(facts), checkPrivileges(facts), checkBinding(facts), checkLibpcap(facts), checkTcpdump(facts), checkKubectl(facts)];
}

const LEAST_NODE = [20, 19] as const;

function checkNode({ nodeVersion }: DoctorFacts): Check {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  const ok = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return { check: 'node', ok, detail: nodeVersion, mend: ok ? null : 'nvm install 22' };
}

/** linux/capability.h: CAP_NET_RAW opens packet sockets; nothing else is needed to capture, promiscuous or not. */
const CAP_NET_RAW = 13n;

function checkPrivileges({ platform, isRoot, procStatus }: DoctorFacts): Check {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(procStatus)?.[1];
  if (effective === undefined) {
    return {
      check: 'privileges',
      ok: isRoot,
      detail: isRoot ? 'root' : 'not root',
      mend: isRoot ? null : platform === 'darwin' ? 'sudo chmod o+r /dev/bpf*' : 'sudo plainsight',
    };
  }
  const ok = ((BigInt(`0x${effective}`) >> CAP_NET_RAW) & 1n) === 1n;
  // Root without it is root of a container: there setcap cannot give what the container was not given.
  const mend = isRoot ? 'docker run --cap-add NET_RAW' : setcapCommand();
  return { check: 'privileges', ok, detail: `${isRoot ? 'root' : 'not root'}, ${ok ? 'with' : 'without'} CAP_NET_RAW`, mend: ok ? null : mend };
}

const HOME = fileURLToPath(new URL('../../', import.meta.url));

function checkBinding({ missing }: DoctorFacts): Check {
  const ok = missing?.what !== 'binding';
  return {
    check: 'binding',
    ok,
    detail: ok ? 'native binding loaded' : (missing?.why ?? ''),
    mend: ok ? null : `cd ${HOME} && node native/build.mjs`,
  };
}

const INSTALL: readonly (readonly [RegExp, string, string])[] = [
  [/debian|ubuntu/, 'sudo apt-get install', 'libpcap0.8'],
  [/fedora|rhel|centos|amzn/, 'sudo dnf install', 'libpcap'],
  [/alpine/, 'sudo apk add', 'libpcap'],
  [/suse/, 'sudo zypper install', 'libpcap1'],
  [/arch/, 'sudo pacman -S', 'libpcap'],
];

function install(facts: DoctorFacts, program: 'libpcap' | 'tcpdump'): string {
  const names = /^ID(?:_LIKE)?=.*$/gm;
  const system = (facts.osRelease.match(names) ?? []).join(' ').toLowerCase();
  const [, command, libpcap] = INSTALL.find(([pattern]) => pattern.test(system)) ?? [
    /./,
    facts.platform === 'darwin' ? 'brew install' : 'sudo apt-get install',
    'libpcap',
  ];
  return `${command} ${program === 'libpcap' ? libpcap : program}`;
}

function checkLibpcap(facts: DoctorFacts): Check {
  const ok = facts.libpcap !== null;
  const detail = facts.libpcap ?? (facts.missing?.what === 'libpcap' ? facts.missing.why : 'not known without the binding');
  return { check: 'libpcap', ok, detail, mend: ok ? null : install(facts, 'libpcap') };
}

/** Only stands in for libpcap here; in pods it is the debug image's own. */
function checkTcpdump(facts: DoctorFacts): Check {
  const ok = facts.tcpdump !== null || facts.libpcap !== null;
  return { check: 'tcpdump', ok, detail: facts.tcpdump ?? 'not found, or it cannot be run', mend: ok ? null : install(facts, 'tcpdump') };
}

function checkKubectl({ kubectl, platform, arch }: DoctorFacts): Check {
  const ok = kubectl !== null;
  const system = platform === 'darwin' ? 'darwin' : 'linux';
  const download = `curl -LO "https://dl.k8s.io/release/$(curl -Ls https://dl.k8s.io/release/stable.txt)/bin/${system}/${arch === 'arm64' ? 'arm64' : 'amd64'}/kubectl" && sudo install kubectl /usr/local/bin/`;
  return { check: 'kubectl', ok, detail: kubectl ?? 'not found: needed for --pod and --node', mend: ok ? null : download };
}

/** Looks at this machine. */
export function gatherDoctorFacts(): DoctorFacts {
  const loaded = loadBinding();
  return {
    platform: process.platform,
    arch: process.arch,
    nodeVersion: process.version,
    isRoot: process.geteuid?.() === 0,
    procStatus: textOf('/proc/self/status'),
    osRelease: textOf('/etc/os-release'),
    libpcap: loaded.binding === null ? null : loaded.binding.version(),
    missing: loaded.binding === null ? { what: loaded.missing, why: loaded.why } : null,
    tcpdump: versionOf('tcpdump', ['--version']),
    kubectl: versionOf('kubectl', ['version', '--client']),
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function versionOf(name: string, words: readonly string[]): string | null {
  const path = findProgram(name);
  if (path === null) return null;
  try {
    const said = execFileSync(path, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 3000 });
    return said.split('\n')[0] ?? path;
  } catch {
    return null;
  }
}
