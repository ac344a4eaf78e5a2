/** Who, in as few words as tell it: `bookinfo/reviews-v1:9080`, else an address. Escaped. */
import type { FlowEnd } from '../../model/flow.ts';
import type { SubjectEnd } from '../../model/summary.ts';
import { visible } from './visible.ts';

type Named = Pick<FlowEnd, 'workload' | 'namespace'> & { readonly ip: string | null };

export const endName = (end: Named): string => visible(endNameOf(end));
export const withPort = (end: Named & { readonly port: number | null }): string => visible(withPortOf(end));

/** As it is, for outputs that escape in ways of their own. */
export function endNameOf({ workload, namespace, ip }: Named): string {
  if (workload === null) return ip ?? '(not known)';
  return namespace === null ? workload : `${namespace}/${workload}`;
}

export function withPortOf(end: Named & { readonly port: number | null }): string {
  if (end.port === null) return endNameOf(end);
  return `${end.workload === null && end.ip?.includes(':') ? `[${endNameOf(end)}]` : endNameOf(end)}:${end.port}`;
}

/** The address itself: `10.10.1.11:55728`, `[fd00::1]:80`. */
export function socketName({ ip, port }: { readonly ip: string; readonly port: number | null }): string {
  return withPort({ workload: null, namespace: null, ip, port });
}

export const pairName = (source: Named, destination: SubjectEnd & { readonly port: number | null }): string =>
  `${endName(source)} → ${withPort(destination)}`;
