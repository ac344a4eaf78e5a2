/** Words that stand alone: what can be read and captured on, what is missing, what a shell needs. */
import { FORMATS } from '../formats/index.ts';
import { COMPRESSIONS } from '../inputs/decompress.ts';
import { doctorChecks, gatherDoctorFacts } from '../inputs/interface-doctor.ts';
import { listInterfaces } from '../inputs/interfaces-list.ts';
import { nodeCommands, podCommands } from '../inputs/kubectl-commands.ts';
import { visible } from '../report/text/visible.ts';
import type { SystemCommand, ViewCommand } from './command.ts';

/** Its answer, on stdout. */
export async function runSystem(command: SystemCommand): Promise<void> {
  switch (command.kind) {
    case 'formats':
      process.stdout.write(formatsText());
      return;
    case 'interfaces':
      process.stdout.write(interfacesText());
      return;
    case 'doctor':
      process.stdout.write(doctorText());
      return;
    case 'completion':
      process.stdout.write((await import('./completion-scripts.ts')).completionScript(command.shell));
      return;
    case 'complete':
      process.stdout.write((await import('./completion.ts')).completionText(command.words));
  }
}

/** One line a format, by the name that `inputs` of the summary give. */
function formatsText(): string {
  const widest = Math.max(...FORMATS.map(({ name }) => name.length));
  const lines = FORMATS.map(({ name, summary }) => `${name.padEnd(widest)}  ${summary}`);
  return `${lines.join('\n')}\n\nEach is recognised by its bytes, never by its name; ${COMPRESSIONS.join(' and ')} are opened on the way.\n`;
}

/** One line a device. Throws `PlainsightError` where libpcap cannot tell. */
function interfacesText(): string {
  const devices = listInterfaces();
  const widest = Math.max(...devices.map(({ name }) => name.length), 0);
  const lines = devices.map(({ name, description, addresses, isUp, isLoopback }) => {
    const state = [isUp ? 'up' : 'down', ...(isLoopback ? ['loopback'] : [])].join(', ');
    return `${name.padEnd(widest)}  ${state.padEnd(12)}  ${[...addresses, description].filter((text) => text !== '').join('  ')}`.trimEnd();
  });
  return `${lines.map(visible).join('\n')}\n`;
}

/** Each check on a line; under one that failed, the command that mends it, to be copied as it stands. */
function doctorText(): string {
  const lines = doctorChecks(gatherDoctorFacts()).flatMap(({ check, ok, detail, mend }) => [
    `${ok ? 'ok     ' : 'missing'}  ${check.padEnd(10)}  ${visible(detail)}`,
    ...(mend === null ? [] : [`         mend it:    ${mend}`]),
  ]);
  return `${lines.join('\n')}\n`;
}

/** What `--pod` and `--node` would run. */
export function commandsText({ live, view, output, inputs }: ViewCommand): string {
  const { context, kubeconfig, debugImage } = live.kubernetes;
  const reader = ['plainsight', view, ...(output === 'table' ? [] : ['-o', output]), '-', ...inputs.filter((name) => name !== '-')].join(' ');
  const printing = { kubectl: { context, kubeconfig }, debugImage, capture: live.capture, reader };
  return [...live.pods.map((pod) => podCommands(pod, printing)), ...live.nodes.map((node) => nodeCommands(node, printing))].join('\n');
}
