/** `plainsight interfaces` and `plainsight doctor`: what there is, and what is missing. */
import { doctorChecks, gatherDoctorFacts } from '../inputs/interface-doctor.ts';
import { listInterfaces } from '../inputs/interfaces-list.ts';
import { nodeCommands, podCommands } from '../inputs/kubectl-commands.ts';
import { visible } from '../report/text/visible.ts';
import type { ViewCommand } from './command.ts';

/** One line a device. Throws `PlainsightError` where libpcap cannot tell. */
export function interfacesText(): string {
  const devices = listInterfaces();
  const widest = Math.max(...devices.map(({ name }) => name.length), 0);
  const lines = devices.map(({ name, description, addresses, isUp, isLoopback }) => {
    const state = [isUp ? 'up' : 'down', ...(isLoopback ? ['loopback'] : [])].join(', ');
    return `${name.padEnd(widest)}  ${state.padEnd(12)}  ${[...addresses, description].filter((text) => text !== '').join('  ')}`.trimEnd();
  });
  return `${lines.map(visible).join('\n')}\n`;
}

/** Each check on a line; under one that failed, the command that mends it, to be copied as it stands. */
export function doctorText(): string {
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
