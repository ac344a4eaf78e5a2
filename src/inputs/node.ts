/** `--node NODE`: tcpdump in a debug pod in the node's network, which is deleted at the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createIdle, inNamespace, type Target, untilRunning } from './debug-container.ts';
import { atExit } from './farewell.ts';
import type { Kubectl } from './kubectl.ts';
import { interrupted, kubectlError } from './kubectl-errors.ts';
import { type Kubernetes, newContainerName, startError } from './kubernetes.ts';
import type { LiveInput } from './live-input.ts';
import { podsWithContainer } from './pod-status.ts';
import { remoteInput } from './remote-capture.ts';
import { startRemote, tcpdumpWords } from './remote-tcpdump.ts';

/**
 * The capture reaches us through the node's own network: kubelet's port 10250, the API server's 6443 on its node, konnectivity's 8132 and 8091,
 * and the runtime's streaming server on the loopback. Captured, each of its packets would make another, without end.
 */
const NOT_ITSELF = 'not (tcp port 10250 or tcp port 6443 or tcp port 8132 or tcp port 8091 or host 127.0.0.1 or host ::1)';

export const nodeFilter = (filter: string): string => (filter === '' ? NOT_ITSELF : `(${filter}) and ${NOT_ITSELF}`);

/** Resolves when tcpdump listens on the node. Rejects with `PlainsightError`: unavailable, or usage for a bad filter; the pod is deleted then too. */
export async function nodeInput(node: string, kubernetes: Kubernetes): Promise<LiveInput> {
  const { kubectl, debugImage, options, signal, say } = kubernetes;
  const input = `node/${node}`;
  const container = newContainerName();
  const debugPod = new DebugPod(kubectl, container, say);
  try {
    const answer = await createIdle(kubectl, [`node/${node}`, `--image=${debugImage}`, '-c', container]);
    if (answer.code !== 0) throw kubectlError(input, '', answer.stderr);
    await debugPod.find(`${answer.stdout}\n${answer.stderr.join('\n')}`);
    if (signal.aborted) throw interrupted();
    const created: Target = { input, namespace: '', pod: debugPod.name, container };
    const { namespace } = await untilRunning(kubectl, created, { signal, say });
    debugPod.namespace = namespace;
    const target = { ...created, namespace };
    const filter = nodeFilter(options.filter);
    const started = await startRemote(kubectl, target, tcpdumpWords(options, filter), signal);
    if (!('child' in started)) throw startError(target, started, debugImage, options.filter);
    return remoteInput({ kubectl, target, options, filter, say, cleanUp: () => debugPod.remove() }, started);
  } catch (error) {
    await debugPod.remove();
    throw error;
  }
}

const TRIES = 3;

/** The pod that `kubectl debug node/…` makes: it chooses the name, and says it if all goes well. */
class DebugPod {
  name = '';
  /** '' until known: the context's own. */
  namespace = '';
  readonly #kubectl: Kubectl;
  readonly #container: string;
  readonly #say: (line: string) => void;
  #forget: (() => void) | undefined;

  constructor(kubectl: Kubectl, container: string, say: (line: string) => void) {
    this.#kubectl = kubectl;
    this.#container = container;
    this.#say = say;
  }

  /** `said`: "Creating debugging pod node-debugger-NODE-x7k2f with container … on node NODE." */
  async find(said: string): Promise<void> {
    this.name = /\b(node-debugger-[a-z0-9.-]*[a-z0-9])/.exec(said)?.[1] ?? (await this.#lookUp());
    this.#forget = atExit({ path: this.#kubectl.path, words: this.#kubectl.words('delete', ...this.#deletion()) });
  }

  /** Once; tried thrice, and what is left behind is said. */
  async remove(): Promise<void> {
    if (this.name === '') this.name = await this.#lookUp();
    const { name } = this;
    this.name = '';
    if (name === '') return;
    const words = this.#deletion(name);
    for (let tries = 1; ; tries++) {
      const { code, stderr } = await this.#kubectl.ask('delete', words);
      this.#forget?.();
      if (code === 0 || stderr.some((line) => /not ?found/i.test(line))) return;
      if (tries === TRIES) return this.#say(`the debug pod ${name} could not be deleted (${stderr.at(-1) ?? ''}): kubectl delete ${words.join(' ')}`);
      await sleep(1000);
    }
  }

  #deletion(name: string = this.name): readonly string[] {
    return ['pod', ...inNamespace(this.namespace), name, '--now', '--wait=false'];
  }

  /** Its container's name is ours alone. */
  async #lookUp(): Promise<string> {
    const { code, stdout } = await this.#kubectl.ask('get', ['pods', '-o', 'json']);
    return code === 0 ? (podsWithContainer(stdout, this.#container)[0] ?? '') : '';
  }
}
