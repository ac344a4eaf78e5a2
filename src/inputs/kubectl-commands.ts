/** `--print-commands`: what `--pod` and `--node` would run, for those who may not let a tool touch the cluster. Each block is run in a shell as it stands. */
import { IDLE } from './debug-container.ts';
import { type CaptureOptions, captureOptions } from './interface-options.ts';
import { type KubectlOptions, kubectlWords } from './kubectl.ts';
import { nodeFilter } from './node.ts';
import type { PodName } from './pod.ts';
import { tcpdumpWords } from './remote-tcpdump.ts';

export type Printing = {
  readonly kubectl: KubectlOptions;
  readonly debugImage: string;
  readonly capture: Partial<CaptureOptions>;
  /** What reads the capture: `plainsight flows -`. */
  readonly reader: string;
};

const CONTAINER = 'plainsight-debug';

export function podCommands({ namespace, pod }: PodName, printing: Printing): string {
  const { debugImage, capture } = printing;
  const options = captureOptions(capture);
  const line = commandLine(printing);
  const running = `{.status.ephemeralContainerStatuses[?(@.name=="${CONTAINER}")].state.running.startedAt}`;
  return `# pod ${namespace}/${pod}: an idle debug container, tcpdump in it once it runs
${line('debug', '-n', namespace, pod, `--image=${debugImage}`, '--profile=netadmin', '-c', CONTAINER, '--', ...IDLE)}
until ${line('get', 'pod', '-n', namespace, pod, '-o', `jsonpath=${running}`)} | grep -q .; do sleep 1; done
${line('exec', '-n', namespace, pod, '-c', CONTAINER, '--', ...tcpdumpWords(options, options.filter))} | ${printing.reader}
`;
}

export function nodeCommands(node: string, printing: Printing): string {
  const { debugImage, capture } = printing;
  const options = captureOptions(capture);
  const line = commandLine(printing);
  const debug = line('debug', `node/${node}`, `--image=${debugImage}`, '--profile=netadmin', '--', ...IDLE);
  const exec = line('exec', '$POD', '--', ...tcpdumpWords(options, nodeFilter(options.filter)));
  return `# node ${node}: a debug pod in its network, tcpdump in it, and away with it
POD=$(${debug} | sed -n 's/^Creating debugging pod \\([^ ]*\\) .*/\\1/p')
${line('wait', '--for=condition=Ready', 'pod/$POD', '--timeout=180s')}
${exec} | ${printing.reader}
${line('delete', 'pod', '$POD', '--now', '--wait=false')}
`;
}

const commandLine =
  ({ kubectl }: Printing) =>
  (command: string, ...rest: readonly string[]): string =>
    ['kubectl', ...kubectlWords(kubectl, command, rest)].map(quoted).join(' ');

/** For a POSIX shell. `$POD` is ours. */
function quoted(word: string): string {
  if (word === '$POD' || word === 'pod/$POD') return `"${word}"`;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
