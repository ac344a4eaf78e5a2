/** Prometheus and Kiali of a command line → inputs that ask them. */

import type { FoundInput } from '../inputs/found-input.ts';
import { type AccessSources, httpAccess } from '../inputs/http-access.ts';
import { kialiInput } from '../inputs/kiali.ts';
import { prometheusInput } from '../inputs/prometheus.ts';
import { MICROS_PER_SECOND } from '../model/time.ts';
import type { ServiceCommand, ServicesCommand } from './command.ts';
import type { Bound, FilterOptions } from './filters.ts';

type Asking = {
  readonly services: ServicesCommand;
  readonly filters: Pick<FilterOptions, 'since' | 'until'>;
  readonly environment: AccessSources['environment'];
  /** The wall clock, ms: what they say is of now, so a span counts back from it. */
  now(): number;
};

/** Without --since a graph is of these. */
const GRAPH_SECONDS = 600;

/** Reads the files that say who asks; asks nothing yet. Throws `PlainsightError` (usage) for what cannot be asked. */
export async function serviceInputs({ services: { prometheus, kiali }, filters, environment, now }: Asking): Promise<readonly FoundInput[]> {
  const nowSeconds = now() / 1000;
  const since = secondsOf(filters.since, nowSeconds);
  const until = secondsOf(filters.until, nowSeconds);
  const access = (url: URL, flag: string, service: ServiceCommand): ReturnType<typeof httpAccess> =>
    httpAccess(url, { ...service, flag, variables: `PLAINSIGHT_${flag.slice(2).toUpperCase()}`, environment });
  const found: FoundInput[] = [];
  for (const url of prometheus.urls) {
    const input = prometheusInput(url, await access(url, '--prometheus', prometheus), { since, until });
    found.push({ input, named: true, answers: 'prometheus-api' });
  }
  const durationSeconds = since === null ? GRAPH_SECONDS : Math.ceil((until ?? nowSeconds) - since);
  for (const url of kiali.urls) {
    const question = { namespaces: [], graphTypes: ['workload'], durationSeconds, until } as const;
    found.push({ input: kialiInput(url, await access(url, '--kiali', kiali), question), named: true, answers: 'kiali-graph' });
  }
  return found;
}

function secondsOf(bound: Bound | null, nowSeconds: number): number | null {
  if (bound === null) return null;
  return bound.kind === 'at' ? bound.time / MICROS_PER_SECOND : nowSeconds - bound.span / MICROS_PER_SECOND;
}
