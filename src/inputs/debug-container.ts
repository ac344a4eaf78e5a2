/** A container that idles until tcpdump is started in it: created by `kubectl debug`, waited for, and where it does not start, told why. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Kubectl } from './kubectl.ts';
import { interrupted, kubectlError, unavailable } from './kubectl-errors.ts';
import { type PodContainer, type PodStatus, parsePodStatus } from './pod-status.ts';

/** Where tcpdump runs. */
export type Target = {
  /** The input's name, for messages. */
  readonly input: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
};

/** Images of some hundred MB are pulled in that time. */
const START_MS = 180_000;
const POLL_MS = 400;
/** ErrImagePull is not in here: it comes again as ImagePullBackOff if it lasts. */
const HOPELESS = /^(ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable|Create\w*Error|RunContainerError|CrashLoopBackOff)$/;

/**
 * What may be asked for: NET_RAW and NET_ADMIN first, since some runtimes (CRI-O) give no container NET_RAW; where policy or an old kubectl
 * refuses that, nothing beyond the runtime's default. `kubectl debug --help`, profiles of 1.27 and later.
 */
const PROFILES: readonly (readonly string[])[] = [['--profile=netadmin'], ['--profile=baseline'], []];
const REFUSED_PROFILE = /violates PodSecurity|denied the request|unknown profile|unknown flag|invalid profile|PodSecurityPolicy/i;

export const IDLE: readonly string[] = ['sleep', 'infinity'];

/** `kubectl debug REST… -- sleep infinity`, never attached: an attached one loses the first bytes of a stream. */
export async function createIdle(kubectl: Kubectl, rest: readonly string[]): Promise<Answer> {
  let answer: Answer = { code: null, stdout: '', stderr: [] };
  const said: string[] = [];
  for (const profile of PROFILES) {
    answer = await kubectl.ask('debug', [...rest, ...profile, '--', ...IDLE]);
    if (answer.code === 0) return answer;
    said.push(...answer.stderr.filter((line) => !said.includes(line) && !/unknown (profile|flag)/.test(line)));
    if (!answer.stderr.some((line) => REFUSED_PROFILE.test(line))) break;
  }
  return { ...answer, stderr: said };
}

/** `kubectl get pod`, read. Rejects with `PlainsightError`. */
export async function podStatus(kubectl: Kubectl, target: Pick<Target, 'input' | 'namespace' | 'pod'>, signal: AbortSignal): Promise<PodStatus> {
  const answer = await kubectl.ask('get', ['pod', ...inNamespace(target.namespace), target.pod, '-o', 'json'], { signal });
  if (signal.aborted) throw interrupted();
  const status = answer.code === 0 ? parsePodStatus(answer.stdout) : undefined;
  if (status === undefined) throw kubectlError(target.input, target.namespace, answer.stderr);
  return status;
}

/** '' is the context's own namespace. */
export const inNamespace = (namespace: string): readonly string[] => (namespace === '' ? [] : ['-n', namespace]);

export type Waiting = { readonly signal: AbortSignal; say(line: string): void };

/** Resolves with the pod when the container runs. Rejects with `PlainsightError` that says why it does not. */
export async function untilRunning(kubectl: Kubectl, target: Target, { signal, say }: Waiting): Promise<PodStatus> {
  const deadline = performance.now() + START_MS;
  let patience = performance.now() + 3000;
  for (;;) {
    const pod = await podStatus(kubectl, target, signal);
    const container = pod.containers.find(({ name }) => name === target.container);
    if (container?.state.kind === 'running') return pod;
    const why = whyNot(pod, container);
    if (isHopeless(pod, container)) throw didNotStart(target, why);
    if (performance.now() > deadline) throw didNotStart(target, `${why}; it has had ${START_MS / 1000} s`);
    if (performance.now() > patience) {
      say(`${target.input}: waiting for the debug container${why === '' ? '' : ` (${why})`}`);
      patience = Number.POSITIVE_INFINITY;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {
      throw interrupted();
    });
  }
}

function isHopeless(pod: PodStatus, container: PodContainer | undefined): boolean {
  if (pod.phase === 'Failed' || pod.phase === 'Succeeded') return true;
  if (container === undefined) return false;
  return container.state.kind === 'terminated' || HOPELESS.test(container.state.reason);
}

const whyNot = (pod: PodStatus, container: PodContainer | undefined): string =>
  [container?.state.reason ?? '', container?.state.message ?? '', pod.why].filter((text) => text !== '').join(': ');

function didNotStart({ input, namespace, pod }: Target, why: string): Error {
  const describe = `kubectl describe pod -n ${namespace} ${pod}`;
  const advice = /image/i.test(why)
    ? `The cluster cannot pull the debug image: name one that it can by --debug-image IMAGE (any with tcpdump and sh)`
    : /quota|insufficient|exceed/i.test(why)
      ? `There is no room for it: ${describe}`
      : `More is said by: ${describe}`;
  return unavailable(`${input}: the debug container did not start: ${why === '' ? `no word of it in the pod's status` : why}\n${advice}`);
}
