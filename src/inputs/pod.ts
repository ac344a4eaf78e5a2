/** `--pod NS/POD`: tcpdump in a container of the pod that has it, else in an ephemeral debug container. */
import { createIdle, inNamespace, podStatus, type Target, untilRunning } from './debug-container.ts';
import { kubectlError, unavailable } from './kubectl-errors.ts';
import { type Kubernetes, newContainerName, startError } from './kubernetes.ts';
import type { LiveInput } from './live-input.ts';
import type { PodStatus } from './pod-status.ts';
import { remoteInput } from './remote-capture.ts';
import { type RemoteRun, startRemote, tcpdumpWords } from './remote-tcpdump.ts';

export type PodName = { readonly namespace: string; readonly pod: string };

/** Resolves when tcpdump listens in the pod. Rejects with `PlainsightError`: unavailable, or usage for a bad filter. */
export async function podInput({ namespace, pod }: PodName, kubernetes: Kubernetes): Promise<LiveInput> {
  const { kubectl, options, signal, say } = kubernetes;
  const target: Target = { input: `pod/${namespace}/${pod}`, namespace, pod, container: '' };
  const status = await podStatus(kubectl, target, signal);
  if (status.phase !== 'Running')
    throw unavailable(`${target.input}: the pod does not run: it is ${status.phase}${status.why === '' ? '' : ` (${status.why})`}`);
  const started = (await inExisting(status, target, kubernetes)) ?? (await inNew(target, kubernetes));
  return remoteInput({ kubectl, target: started.target, options, filter: options.filter, say, cleanUp: () => Promise.resolve() }, started.run);
}

type Started = { readonly target: Target; readonly run: RemoteRun };

/** Ephemeral containers come first in the status: an earlier run's is found before an application is asked. */
async function inExisting(status: PodStatus, pod: Target, { kubectl, options, signal }: Kubernetes): Promise<Started | undefined> {
  for (const { name, state } of status.containers) {
    if (state.kind !== 'running') continue;
    const target = { ...pod, container: name };
    const started = await startRemote(kubectl, target, tcpdumpWords(options, options.filter), signal);
    if ('child' in started) return { target, run: started };
    const { kind, message } = started.failure;
    // Without tcpdump or without the right to capture, the next may do; these will be no better there.
    if (kind === 'bad-filter' || /forbidden/i.test(message)) throw startError(target, started, name, options.filter);
    if (signal.aborted) break;
  }
  return undefined;
}

async function inNew(pod: Target, { kubectl, debugImage, options, signal, say }: Kubernetes): Promise<Started> {
  const target = { ...pod, container: newContainerName() };
  const answer = await createIdle(kubectl, [...inNamespace(target.namespace), target.pod, `--image=${debugImage}`, '-c', target.container]);
  if (answer.code !== 0) throw kubectlError(target.input, target.namespace, answer.stderr);
  await untilRunning(kubectl, target, { signal, say });
  const started = await startRemote(kubectl, target, tcpdumpWords(options, options.filter), signal);
  if (!('child' in started)) throw startError(target, started, debugImage, options.filter);
  say(`${target.input}: capturing in its new debug container ${target.container}, which stays, idle, as long as the pod: Kubernetes removes none`);
  return { target, run: started };
}
