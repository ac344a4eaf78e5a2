/** Who, in as few words as tell it: `bookinfo/reviews-v1:9080`, else an address. Escaped. */
import type { FlowEnd } from '../../model/flow.ts';
import type { SubjectEnd } from '../../model/summary.ts';
import { visible } from './visible.ts';

type Named = Pick<FlowEnd, 'workload' | 'namespace'> & { readonly ip: string | null };

export function endName({ workload, namespace, ip }: Named): string {
  if (workload === null) return visible(ip ?? '(not known)');
  return visible(namespace === null ? workload : `${namespace}/${workload}`);
}

export function withPort(end: Named & { readonly port: number | null }): string {
  if (end.port === null) return endName(end);
  return `${end.workload === null && end.ip?.includes(':') ? `[${endName(end)}]` : endName(end)}:${end.port}`;
}

/** The address itself: `10.10.1.11:55728`, `[fd00::1]:80`. */
export function socketName({ ip, port }: { readonly ip: string; readonly port: number | null }): string {
  return withPort({ workload: null, namespace: null, ip, port });
}

export const pairName = (source: Named, destination: SubjectEnd & { readonly port: number | null }): string =>
  `${endName(source)} → ${withPort(destination)}`;
