/** `--prometheus URL`: Istio's TCP counters of a live Prometheus, now or since a time. */
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Input } from '../model/input.ts';
import { HTTP_DEFAULTS, type HttpAccess, httpInput, NO_SPAN, shownUrl, withoutUser } from './http.ts';

export type PrometheusQuestion = {
  /** Seconds since 1970 to go back to; null asks for the moment. */
  readonly since: number | null;
  /** Seconds since 1970; null for now. */
  readonly until: number | null;
};

/** What is asked for: nothing but these counters ever crosses the network. */
const SELECTOR = '{__name__=~"istio_tcp_(connections_(opened|closed|failed)|(sent|received)_bytes)_total"}';
/** Prometheus refuses more than 11,000 points a series. */
const MAX_POINTS = 10_000;
const LEAST_STEP = 15;

/**
 * The answers to one question, as an input of format `prometheus-api`, named by its address without secrets. Since a time, every
 * scrape is asked for with its own time (a range vector); over spans too long for that, points of query_range.
 */
export function prometheusInput(base: URL, access: HttpAccess, { since, until }: PrometheusQuestion): Input {
  const options = { ...HTTP_DEFAULTS, ...access, service: 'Prometheus', flag: '--prometheus' };
  return httpInput(`prometheus ${shownUrl(base)}`, [question(withoutUser(base), since, until)], options);
}

function question(base: URL, since: number | null, until: number | null): URL {
  if (since === null) return apiUrl(base, 'query', { query: SELECTOR, ...(until === null ? {} : { time: String(until) }) });
  const end = until ?? Math.ceil(Date.now() / 1000);
  const seconds = end - since;
  if (!(seconds > 0)) throw new PlainsightError(ExitCode.usage, NO_SPAN);
  if (seconds <= MAX_POINTS) return apiUrl(base, 'query', { query: `${SELECTOR}[${Math.ceil(seconds)}s]`, time: String(end) });
  const step = Math.max(LEAST_STEP, Math.ceil(seconds / MAX_POINTS));
  return apiUrl(base, 'query_range', { query: SELECTOR, start: String(since), end: String(end), step: String(step) });
}

function apiUrl(base: URL, path: string, parameters: Readonly<Record<string, string>>): URL {
  // Behind a proxy Prometheus may live below a path of its own; an address copied from its page leads to that page.
  const url = new URL(`${base.pathname.replace(/\/+$/, '').replace(/\/(?:graph|query|targets|api\/v1)$/, '')}/api/v1/${path}`, base);
  url.search = new URLSearchParams(parameters).toString();
  return url;
}
