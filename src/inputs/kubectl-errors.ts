/** What kubectl refused, in its own words, and what to do about it. */
import { ExitCode, PlainsightError } from '../model/error.ts';

type Advice = readonly [pattern: RegExp, advice: (namespace: string) => string];

/** The first that fits. Words of kubectl 1.22 to 1.36, of the API server's admission plugins, and of container runtimes. */
const ADVICE: readonly Advice[] = [
  [/exceeded quota|must specify (limits|requests|cpu|memory)/i, (namespace) => `A quota stands against it: kubectl describe quota -n ${namespace}`],
  [
    /violates PodSecurity|denied the request|admission webhook|PodSecurityPolicy|ValidatingAdmissionPolicy/i,
    (namespace) =>
      `A policy of the namespace forbids the debug container: capture on the pod's node instead (--node NODE; kubectl get pod -n ${namespace} -o wide says which), or have the policy allow it`,
  ],
  [/ephemeral containers are disabled/i, () => 'This cluster is older than Kubernetes 1.25: capture on the node instead (--node NODE)'],
  [
    /forbidden|cannot (get|patch|create|delete) resource/i,
    (namespace) =>
      `You may not do that in this cluster: kubectl auth can-i --list -n ${namespace}\nWhoever may can run what --print-commands prints, and pipe it into plainsight -`,
  ],
  [/unauthorized|must be logged in|provide credentials|getting credentials/i, () => 'Log in to the cluster again, then try: kubectl auth whoami'],
  [
    /context .*(does not exist|not found)|no context exists|current-context/i,
    () => 'kubectl config get-contexts lists the contexts; choose one by --context',
  ],
  [/namespaces? ".*" not found/i, () => 'kubectl get namespaces lists them'],
  [/nodes? ".*" not found/i, () => 'kubectl get nodes lists them'],
  [/pods? ".*" not found/i, (namespace) => `kubectl get pods -n ${namespace} lists them`],
  [
    /unable to connect|(connection|was) refused|no such host|timed? ?out|did not respond|couldn't get current server|gave no answer|no route to host/i,
    () => 'The cluster does not answer: kubectl cluster-info',
  ],
];

/** `what` names the input; `said` are kubectl's lines on stderr. */
export function kubectlError(what: string, namespace: string, said: readonly string[]): PlainsightError {
  const words = said.map(bare).filter((line) => line !== '' && !isNoise(line));
  const message = words.slice(-3).join('; ');
  const all = words.join('\n');
  const advice = ADVICE.find(([pattern]) => pattern.test(all))?.[1](namespace);
  const text = message === '' ? 'kubectl failed without a word' : message;
  return unavailable(`${what}: ${text}${advice === undefined ? '' : `\n${advice}`}`);
}

export const unavailable = (message: string): PlainsightError => new PlainsightError(ExitCode.unavailable, message);

/** The run was interrupted before anything was captured. */
export const interrupted = (): PlainsightError => new PlainsightError(ExitCode.interrupted, 'interrupted before the capture had begun');

const bare = (line: string): string => line.replace(/^error: |^Error from server( \(\w+\))?: /i, '').trim();

/** Lines that say nothing of what went wrong: hints, klog's own, warnings of other things. */
export const isNoise = (line: string): boolean =>
  /^(Defaulted container|Defaulting debug container|Targeting container|Warning: |[IWE]\d{4} \d\d:|If you don't see|command terminated with exit code|Unable to use a TTY|All commands and output)/.test(
    line.trim(),
  );
