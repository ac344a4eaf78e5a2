/** Flags that other programs have, and what does that here. */
import { REPORTERS } from '../report/index.ts';

const HINTS: { readonly [flag: string]: string } = {
  '-f': 'Pipe a live log instead: kubectl logs -f … | plainsight; or follow a file: --follow FILE',
  '-n': 'Namespaces are a filter: --namespace NAME. (Addresses are never looked up.)',
  '-A': 'All namespaces are shown unless --namespace leaves some out; payload is never shown.',
  '--all-namespaces': 'All namespaces are shown unless --namespace leaves some out.',
  '-w': 'A live capture is kept with --write FILE.',
  '-c': 'So many packets of a live capture: --count N.',
  '-s': 'Bytes kept of each packet: --snaplen N.',
  '-B': 'The kernel buffer of a live capture: --buffer MIB.',
  '-l': 'Labels are not known to packets and logs: filter with --workload or --namespace.',
  '--format': 'The output is chosen with -o; what comes in is recognised by its bytes (plainsight formats).',
  '--input': 'Inputs need no flag: plainsight FILE…',
  '--file': 'Inputs need no flag: plainsight FILE…',
  '--live': 'Live captures: -i INTERFACE, --pod NAMESPACE/POD or --node NODE.',
};

/** A message of commander's, with what was probably meant where the flag is another program's. */
export function withHint(message: string): string {
  const flag = /^unknown option '(--?[^'=]+)/.exec(message)?.[1];
  const output = REPORTERS.find(({ name }) => flag === `--${name}`);
  const hint = output === undefined ? HINTS[flag ?? ''] : `Outputs are values: -o ${output.name}`;
  // Commander's own guess goes by letters alone.
  return hint === undefined ? message : `${message.split('\n')[0]}\n${hint}`;
}
