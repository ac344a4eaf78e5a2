/** Of a pod's JSON (core/v1 Pod) what a capture has to know: which containers run, and why one does not. */

export type ContainerState = { readonly kind: 'running' | 'waiting' | 'terminated'; readonly reason: string; readonly message: string };
export type PodContainer = { readonly name: string; readonly isEphemeral: boolean; readonly state: ContainerState };
export type PodStatus = {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  /** Why it was not admitted or is not scheduled; '' when nothing is said. */
  readonly why: string;
  /** Ephemeral ones first: those are for debugging. */
  readonly containers: readonly PodContainer[];
};

/** Undefined where the text is no pod. */
export function parsePodStatus(json: string): PodStatus | undefined {
  const pod = parsed(json);
  const metadata = objectAt(pod, 'metadata');
  const status = objectAt(pod, 'status');
  const name = textAt(metadata, 'name');
  if (name === '') return undefined;
  return {
    namespace: textAt(metadata, 'namespace'),
    name,
    phase: textAt(status, 'phase'),
    why: whyOf(status),
    containers: [
      ...listAt(status, 'ephemeralContainerStatuses').map((entry) => containerOf(entry, true)),
      ...listAt(status, 'containerStatuses').map((entry) => containerOf(entry, false)),
    ],
  };
}

/** Names of the pods in a list that have a container called `container`. */
export function podsWithContainer(json: string, container: string): readonly string[] {
  return listAt(parsed(json), 'items')
    .filter((pod) => listAt(objectAt(pod, 'spec'), 'containers').some((one) => textAt(one, 'name') === container))
    .map((pod) => textAt(objectAt(pod, 'metadata'), 'name'));
}

function whyOf(status: unknown): string {
  const conditions = listAt(status, 'conditions').filter((one) => textAt(one, 'status') === 'False');
  const scheduled = conditions.find((one) => textAt(one, 'type') === 'PodScheduled');
  return [textAt(status, 'reason'), textAt(status, 'message'), textAt(scheduled, 'message')].filter((text) => text !== '').join(': ');
}

function containerOf(entry: unknown, isEphemeral: boolean): PodContainer {
  const state = objectAt(entry, 'state');
  const kind = (['running', 'terminated'] as const).find((one) => objectAt(state, one) !== undefined) ?? 'waiting';
  const details = objectAt(state, kind);
  return {
    name: textAt(entry, 'name'),
    isEphemeral,
    state: { kind, reason: textAt(details, 'reason'), message: textAt(details, 'message') },
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
function objectAt(value: unknown, key: string): object | undefined {
  const found = at(value, key);
  return typeof found === 'object' && found !== null ? found : undefined;
}
function textAt(value: unknown, key: string): string {
  const found = at(value, key);
  return typeof found === 'string' ? found : '';
}
function listAt(value: unknown, key: string): readonly unknown[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}
