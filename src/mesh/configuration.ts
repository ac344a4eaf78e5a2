/**
 * What should be: pods, services, nodes and policies, as configuration tells them. It never decides a flow: it names addresses,
 * and says who is enrolled. Whatever was told is worked out anew before the first question after it, in an order of its own.
 */
import type { Ip } from '../model/address.ts';
import type {
  AuthorizationFact,
  CertificateFact,
  ConfigFact,
  EndpointsFact,
  NamespaceFact,
  NodeFact,
  PeerAuthenticationFact,
  ServiceFact,
  WorkloadFact,
} from '../model/configuration.ts';
import type { Micros } from '../model/time.ts';
import { type Pod, podOf, type Told } from './pods.ts';
import { type Service, servicesOf } from './services.ts';

/** Clocks of the API server and of whoever saw the flow are not the same. */
const SLACK_US = 2_000_000;

type Settled = {
  readonly pods: ReadonlyMap<string, Pod>;
  readonly byIp: ReadonlyMap<Ip, readonly Pod[]>;
  readonly services: readonly Service[];
  readonly byVip: ReadonlyMap<Ip, Service>;
  readonly hosts: ReadonlyMap<Ip, string | null>;
  readonly trustDomains: ReadonlySet<string>;
};

export class Configuration {
  readonly #workloads = new Map<string, Told<WorkloadFact>[]>();
  readonly #services: Told<ServiceFact>[] = [];
  readonly #endpoints: Told<EndpointsFact>[] = [];
  readonly #nodes: Told<NodeFact>[] = [];
  readonly #namespaces: Told<NamespaceFact>[] = [];
  readonly peerAuthentications: Told<PeerAuthenticationFact>[] = [];
  readonly authorizations: Told<AuthorizationFact>[] = [];
  readonly certificates: Told<CertificateFact>[] = [];
  #settled: Settled | undefined;
  /** Grows with whatever is learnt: what was made of it before is old then. */
  version = 0;

  learn(fact: ConfigFact, input: number): void {
    this.#settled = undefined;
    this.version++;
    const origin = { input, record: fact.record };
    switch (fact.kind) {
      case 'workload': {
        const key = podKey(fact);
        const known = this.#workloads.get(key);
        if (known === undefined) this.#workloads.set(key, [{ fact, origin }]);
        else known.push({ fact, origin });
        break;
      }
      case 'service':
        this.#services.push({ fact, origin });
        break;
      case 'endpoints':
        this.#endpoints.push({ fact, origin });
        break;
      case 'node':
        this.#nodes.push({ fact, origin });
        break;
      case 'namespace':
        this.#namespaces.push({ fact, origin });
        break;
      case 'peer-authentication':
        this.peerAuthentications.push({ fact, origin });
        break;
      case 'authorization':
        this.authorizations.push({ fact, origin });
        break;
      case 'certificate':
        this.certificates.push({ fact, origin });
        break;
      case 'connection':
        // What is, not what should be: `evidence/` makes something of it.
        break;
      default:
        fact satisfies never;
    }
  }

  /** Whatever has a name; some more than once. */
  *names(): Generator<string, void, undefined> {
    for (const { name, namespace, workload, node, cluster } of this.pods()) yield* [name, namespace, workload, node ?? '', cluster ?? ''];
    for (const { name, namespace } of this.services()) yield* [name, namespace];
    for (const { fact } of [...this.peerAuthentications, ...this.authorizations]) yield* [fact.name, fact.namespace];
    for (const { fact } of [...this.#nodes, ...this.#namespaces]) yield fact.name;
    yield* this.trustDomains;
  }

  get isEmpty(): boolean {
    return this.#workloads.size === 0 && this.#services.length === 0 && this.#nodes.length === 0;
  }

  pods(): readonly Pod[] {
    return [...this.#all.pods.values()];
  }

  services(): readonly Service[] {
    return this.#all.services;
  }

  pod(namespace: string, name: string): Pod | null {
    return this.#all.pods.get(podKey({ namespace, pod: name })) ?? null;
  }

  /** The pod that had `ip` to itself at `time`; null where two may have had it, and for addresses of nodes. */
  podAt(ip: Ip, time: Micros): Pod | null {
    const { byIp, hosts } = this.#all;
    if (hosts.has(ip)) return null;
    const pods = (byIp.get(ip) ?? []).filter(
      ({ since, until }) => (since === null || since - SLACK_US <= time) && (until === null || until + SLACK_US >= time),
    );
    // One whose time is known is surer than one from a table without times.
    const timed = pods.filter(({ since }) => since !== null);
    const [only, other] = timed.length === 1 ? timed : pods;
    return only === undefined || other !== undefined ? null : only;
  }

  /** Whether any pod was ever told to have that address. */
  isPod(ip: Ip): boolean {
    return this.#all.byIp.has(ip);
  }

  /** Pods of several clusters have that address, each in a network of its own. */
  isOfSeveralClusters(ip: Ip): boolean {
    const pods = this.#all.byIp.get(ip) ?? [];
    return pods.length > 1 && new Set(pods.flatMap(({ cluster }) => (cluster === null ? [] : [cluster]))).size > 1;
  }

  /** The service whose own address `ip` is. */
  serviceAt(ip: Ip): Service | null {
    return this.#all.byVip.get(ip) ?? null;
  }

  /** A node, or pods that share its network. */
  isHost(ip: Ip): boolean {
    return this.#all.hosts.has(ip);
  }

  /** Name of the node with that address. */
  nodeAt(ip: Ip): string | null {
    return this.#all.hosts.get(ip) ?? null;
  }

  /** Is ambient to carry what comes from or goes to `ip`? Of a service: where all its pods agree. Null: not known. */
  isCaptured(ip: Ip, time: Micros): boolean | null {
    const service = this.serviceAt(ip);
    if (service === null) return this.podAt(ip, time)?.captured ?? null;
    const answers = new Set(this.podsOf(service, time).map(({ captured }) => captured));
    const [only = null, other] = answers;
    return other === undefined ? only : null;
  }

  podsOf(service: Service, time: Micros): readonly Pod[] {
    const found = service.ips.map((ip) => this.podAt(ip, time)).filter((pod) => pod !== null);
    return [...new Set(found)];
  }

  get trustDomains(): ReadonlySet<string> {
    return this.#all.trustDomains;
  }

  get #all(): Settled {
    this.#settled ??= this.#settle();
    return this.#settled;
  }

  #settle(): Settled {
    const dataplanes = new Map(this.#namespaces.map(({ fact }) => [fact.name, fact.dataplane ?? '']));
    const workloads = [...this.#workloads.values()].flat();
    const trustDomains = new Set(workloads.flatMap(({ fact }) => (fact.trustDomain === null ? [] : [fact.trustDomain])));
    const surroundings = {
      dataplane: (namespace: string) => dataplanes.get(namespace) ?? null,
      trustDomain: trustDomains.size === 1 ? ([...trustDomains][0] ?? null) : null,
      isAnnotated: workloads.some(({ fact }) => fact.from === 'kubernetes' && fact.captured === true),
    };
    const pods = new Map([...this.#workloads].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, told]) => [key, podOf(told, surroundings)] as const));
    const hosts = new Map<Ip, string | null>(this.#nodes.flatMap(({ fact }) => fact.ips.map((ip) => [ip, fact.name] as const)));
    const byIp = new Map<Ip, Pod[]>();
    for (const pod of pods.values()) {
      for (const ip of pod.ips) {
        if (pod.hostNetwork) hosts.set(ip, hosts.get(ip) ?? pod.node);
        const others = byIp.get(ip);
        if (others === undefined) byIp.set(ip, [pod]);
        else others.push(pod);
      }
    }
    const services = servicesOf(this.#services, this.#endpoints, pods);
    const byVip = new Map<Ip, Service>();
    for (const service of services) for (const vip of service.vips) if (!byVip.has(vip)) byVip.set(vip, service);
    return { pods, byIp, services, byVip, hosts, trustDomains };
  }
}

const podKey = ({ namespace, pod }: { readonly namespace: string; readonly pod: string }): string => `${namespace}/${pod}`;
