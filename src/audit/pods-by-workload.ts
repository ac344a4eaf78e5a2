import type { Configuration } from '../mesh/configuration.ts';
import type { Pod } from '../mesh/pods.ts';

type Named = { readonly namespace: string | null; readonly workload: string | null };
export const workloadKey = ({ namespace, workload }: Named): string => `${namespace ?? ''}/${workload ?? ''}`;

/** `keep`: which of them count. */
export function podsByWorkload(configuration: Configuration, keep: (pod: Pod) => boolean = () => true): ReadonlyMap<string, readonly Pod[]> {
  const groups = new Map<string, Pod[]>();
  for (const pod of configuration.pods()) {
    if (!keep(pod)) continue;
    const group = groups.get(workloadKey(pod));
    if (group === undefined) groups.set(workloadKey(pod), [pod]);
    else group.push(pod);
  }
  return groups;
}
