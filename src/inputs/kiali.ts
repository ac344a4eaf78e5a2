/** `--kiali URL`: the workload graph of a live Kiali. */
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Input } from '../model/input.ts';
import { HTTP_DEFAULTS, type HttpAccess, httpInput, NO_ACCESS, NO_SPAN, shownUrl, withoutUser } from './http.ts';

export type KialiQuestion = {
  /** Empty: all that Kiali shows to whoever asks. */
  readonly namespaces: readonly string[];
  /** `workload` alone can be compared edge by edge; others are for looking at. */
  readonly graphTypes: readonly ('workload' | 'app' | 'versionedApp' | 'service')[];
  readonly durationSeconds: number;
  /** End of those seconds, since 1970; null for now. */
  readonly until: number | null;
};

/** securityPolicy alone makes padlocks; ambient names the waypoints; the rest tells dead ends from live ones. */
const APPENDERS = 'ambient,deadNode,istio,serviceEntry,securityPolicy,workloadEntry';

/** The answers, one graph a type, as an input of format `kiali-graph`. */
export function kialiInput(base: URL, access: HttpAccess, question: KialiQuestion): Input {
  const options = { ...HTTP_DEFAULTS, ...access, service: 'Kiali', flag: '--kiali' };
  if (!(question.durationSeconds > 0)) throw new PlainsightError(ExitCode.usage, NO_SPAN);
  const open = async function* (signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const namespaces = question.namespaces.length > 0 ? question.namespaces : await namespacesOf(base, access, signal);
    const urls = question.graphTypes.map((type) => graphUrl(base, { ...question, namespaces }, type));
    yield* httpInput('', urls, options).open(signal);
  };
  return { name: `kiali ${shownUrl(base)}`, live: false, size: null, open };
}

async function namespacesOf(base: URL, access: HttpAccess = NO_ACCESS, signal: AbortSignal): Promise<readonly string[]> {
  const options = { ...HTTP_DEFAULTS, ...access, maxBytes: 64 << 20, service: 'Kiali', flag: '--kiali' };
  const chunks: Uint8Array[] = [];
  for await (const chunk of httpInput('', [apiUrl(base, 'namespaces')], options).open(signal)) chunks.push(chunk.slice());
  const names = namesIn(Buffer.concat(chunks).toString());
  if (names === null || names.length === 0) {
    const why =
      names === null
        ? 'what it answers is no list of namespaces: is this Kiali?'
        : 'it shows no namespace to this user: check what the token may see';
    throw new PlainsightError(ExitCode.unavailable, `Kiali at ${shownUrl(base)} (--kiali): ${why}`);
  }
  return names;
}

/** Null where it is no list. */
function namesIn(text: string): readonly string[] | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.flatMap((entry: unknown) => (isNamed(entry) ? [entry.name] : [])) : null;
  } catch {
    return null;
  }
}

const isNamed = (entry: unknown): entry is { readonly name: string } =>
  typeof entry === 'object' && entry !== null && 'name' in entry && typeof entry.name === 'string';

function graphUrl(base: URL, { namespaces, durationSeconds, until }: KialiQuestion, graphType: string): URL {
  const url = apiUrl(base, 'namespaces/graph');
  const parameters = {
    namespaces: namespaces.join(','),
    graphType,
    duration: `${durationSeconds}s`,
    appenders: APPENDERS,
    rateTcp: 'total',
    rateHttp: 'requests',
    rateGrpc: 'requests',
    injectServiceNodes: 'false',
    ambientTraffic: 'total',
    includeIdleEdges: 'false',
    ...(until === null ? {} : { queryTime: String(Math.floor(until)) }),
  };
  url.search = new URLSearchParams(parameters).toString();
  return url;
}

function apiUrl(base: URL, path: string): URL {
  return new URL(`${apiRoot(base.pathname.replace(/\/+$/, ''))}/${path}`, withoutUser(base));
}

/** Kiali lives below /kiali by default, and may live at any path; an address copied from its page says at which. */
function apiRoot(path: string): string {
  const page = /^(.*)\/console(?:\/|$)/.exec(path)?.[1];
  if (page !== undefined) return `${page}/api`;
  return path.endsWith('/api') ? path : `${path === '' ? '/kiali' : path}/api`;
}
