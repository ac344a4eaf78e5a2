/** A cluster of one namespace behind the stand-in kubectl: what a test has to know of it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Link } from '../native/netns.ts';

const STAND_IN = fileURLToPath(new URL('kubectl.mjs', import.meta.url));

export type Cluster = {
  /** For the program: its kubectl is the stand-in. */
  readonly env: NodeJS.ProcessEnv;
  /** Commands that kubectl was given, as lines, words joined by spaces. */
  commands(): readonly string[];
  /** Resolves when kubectl has been given a command that begins so. */
  asked(command: string): Promise<void>;
  /** Names of debug pods that are there. */
  debugPods(): readonly string[];
  /** Processes called tcpdump that run in the pods. */
  tcpdumps(): number;
  remove(): void;
};

/** `modes`: how it misbehaves, see kubectl.mjs. */
export function createCluster(link: Link, ...modes: readonly string[]): Cluster {
  const folder = mkdtempSync(join(tmpdir(), 'plainsight-cluster-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\nexec '${process.execPath}' '${STAND_IN}' "$@"\n`);
  chmodSync(join(bin, 'kubectl'), 0o755);
  const containers = join(folder, 'containers.json');
  const commands = (): readonly string[] => {
    const log = join(folder, 'log');
    const lines: string[] = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    return lines.map((line) => JSON.parse(line).join(' '));
  };
  return {
    env: {
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      KUBECTL_STATE: folder,
      KUBECTL_NETNS: link.namespace,
      KUBECTL_MODE: modes.join(','),
    },
    commands,
    asked: async (command) => {
      for (let tries = 0; tries < 400 && !commands().some((line) => line.startsWith(command)); tries++) await sleep(25);
    },
    debugPods: () => {
      const all: { readonly pod: string }[] = existsSync(containers) ? JSON.parse(readFileSync(containers, 'utf8')) : [];
      return all.map(({ pod }) => pod).filter((pod) => pod.startsWith('node-debugger'));
    },
    tcpdumps: () => {
      const pids = execFileSync('ip', ['netns', 'pids', link.namespace], { encoding: 'utf8' }).split('\n');
      return pids.filter((pid) => nameOf(pid) === 'tcpdump').length;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
