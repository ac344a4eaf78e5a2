/**
 * Who had an address, and when: learnt from access lines (and later from configuration). Addresses are reused, so every
 * answer is for a time. Answers do not depend on the order in which the facts came: they are sorted before the first question.
 */
import type { Ip } from '../model/address.ts';
import type { ShapeEnd } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';
import type { Configuration } from './configuration.ts';
import { IpIndex } from './ip-index.ts';

type Fact = { readonly time: Micros; readonly end: ShapeEnd };
/** Facts of one address; only changes of name are kept, with the span in which each name was seen. */
type Span = { readonly end: ShapeEnd; first: Micros; last: Micros };
type Entry = {
  readonly ip: Ip;
  readonly spans: Span[];
  enrolledFirst: Micros;
  enrolledLast: Micros;
  readonly lanes: Set<number>;
  /** The first cluster that a line names; clusters may have the same addresses. */
  cluster: string | null;
  isOfSeveral: boolean;
};
/** The time between a log's first and last access line; `lane` as it was told. */
export type LogSpan = { readonly lane: number; first: Micros; last: Micros };

/** An address keeps its pod for long: one seen further away in time than this says nothing. */
const REACH_US = 600_000_000;
const MAX_ADDRESSES = 1 << 17;
const MAX_SPANS = 256;

export class AddressBook {
  readonly #index = new IpIndex();
  readonly #entries: Entry[] = [];
  readonly #logs = new Map<number, LogSpan>();
  /** Lanes of the logs that tell of pods on a node; made anew when a lane has come. */
  #byNode = new Map<string, Set<number>>();
  #nodesOf = 0;
  #enrolments = 0;
  readonly configuration: Configuration | null;

  constructor(configuration: Configuration | null = null) {
    this.configuration = configuration;
  }

  /** `end` held `ip` at `time`. */
  learn(ip: Ip, fact: Fact): void {
    if (fact.end.workload === null || ip < 0) return;
    const entry = this.#entry(ip);
    if (entry === undefined) return;
    const { cluster } = fact.end;
    entry.cluster ??= cluster;
    entry.isOfSeveral ||= cluster !== null && cluster !== entry.cluster;
    const last = entry.spans.at(-1);
    if (last !== undefined && (last.end === fact.end || (last.end.workload === fact.end.workload && last.end.namespace === fact.end.namespace))) {
      last.first = earlier(last.first, fact.time);
      last.last = later(last.last, fact.time);
    } else if (entry.spans.length < MAX_SPANS) {
      entry.spans.push({ end: fact.end, first: fact.time, last: fact.time });
    }
  }

  /** The ztunnel whose log is `lane` wrote a line of its own for that end: it is captured by ambient. */
  enrolled(ip: Ip, time: Micros, lane: number): void {
    const span = this.#logs.get(lane);
    if (span === undefined) this.#logs.set(lane, { lane, first: time, last: time });
    else {
      span.first = earlier(span.first, time);
      span.last = later(span.last, time);
    }
    const entry = this.#entry(ip);
    if (entry === undefined) return;
    if (!entry.lanes.has(lane) && entry.lanes.size < MAX_SPANS) {
      entry.lanes.add(lane);
      this.#enrolments++;
    }
    entry.enrolledFirst = earlier(entry.enrolledFirst, time);
    entry.enrolledLast = later(entry.enrolledLast, time);
  }

  /** The pod that held `ip` at `time`: the one whose span is nearest. */
  at(ip: Ip, time: Micros): ShapeEnd | null {
    let best: Span | undefined;
    let distance = REACH_US;
    for (const span of this.#known(ip)?.spans ?? []) {
      const away = Math.max(0, span.first - time, time - span.last);
      if (away < distance || (away === distance && best !== undefined && span.first < best.first)) {
        best = span;
        distance = away;
      }
    }
    return best?.end ?? null;
  }

  /** Proven captured by ambient at `time` by lines: lines of its own before and after. A pod may be taken out of the mesh, and put into it. */
  isLogged(ip: Ip, time: Micros): boolean {
    const entry = this.#known(ip);
    return entry !== undefined && time >= entry.enrolledFirst && time <= entry.enrolledLast;
  }

  /** Captured by ambient then: proven by lines, or told by configuration. */
  isEnrolled(ip: Ip, time: Micros): boolean {
    return this.isLogged(ip, time) || this.configuration?.isCaptured(ip, time) === true;
  }

  /** Configuration says that ambient leaves it alone, and no line says otherwise. */
  isLeftOut(ip: Ip, time: Micros): boolean {
    return !this.isLogged(ip, time) && this.configuration?.isCaptured(ip, time) === false;
  }

  /** What is known of it by `time`, for people: its own lines speak on beyond the last of them, as long as an address keeps its pod. Null: nobody says. */
  lastKnown(ip: Ip, time: Micros): boolean | null {
    if (this.isEnrolled(ip, time)) return true;
    if (this.isLeftOut(ip, time)) return false;
    const last = this.#known(ip)?.enrolledLast ?? -Infinity;
    return last <= time && time - last < REACH_US ? true : null;
  }

  get hasLogs(): boolean {
    return this.#logs.size > 0;
  }

  /** What the logs of that pod's ztunnel cover at `time`: of the one that tells of it, else of the one that tells of enrolled pods on its node. */
  logsOf(ip: Ip, time: Micros): readonly LogSpan[] {
    const own = this.#known(ip)?.lanes ?? new Set();
    const lanes = own.size > 0 || this.configuration === null ? own : this.#lanesBeside(ip, time, this.configuration);
    return [...lanes].map((lane) => this.#logs.get(lane)).filter((span) => span !== undefined);
  }

  /** One ztunnel a node writes for all its pods. */
  #lanesBeside(ip: Ip, time: Micros, configuration: Configuration): ReadonlySet<number> {
    const pod = configuration.podAt(ip, time);
    if (pod === null || pod.node === null || pod.captured !== true) return new Set();
    if (this.#nodesOf !== this.#enrolments) {
      this.#byNode = new Map();
      for (const { ip: other, lanes, enrolledLast } of this.#entries) {
        const node = lanes.size === 0 ? null : (configuration.podAt(other, enrolledLast)?.node ?? null);
        if (node !== null) this.#byNode.set(node, new Set([...(this.#byNode.get(node) ?? []), ...lanes]));
      }
      this.#nodesOf = this.#enrolments;
    }
    return this.#byNode.get(pod.node) ?? new Set();
  }

  /** What lines tell of an address that one cluster has: of one that several have, packets do not say whose it is. */
  #known(ip: Ip): Entry | undefined {
    const entry = this.#find(ip);
    return entry === undefined || entry.isOfSeveral || this.configuration?.isOfSeveralClusters(ip) === true ? undefined : entry;
  }

  #find(ip: Ip): Entry | undefined {
    return this.#entries[this.#index.find(ip)];
  }

  #entry(ip: Ip): Entry | undefined {
    const known = this.#find(ip);
    if (known !== undefined || ip < 0 || this.#entries.length >= MAX_ADDRESSES) return known;
    const entry: Entry = {
      ip,
      spans: [],
      enrolledFirst: Infinity as Micros,
      enrolledLast: -Infinity as Micros,
      lanes: new Set(),
      cluster: null,
      isOfSeveral: false,
    };
    this.#index.add(ip);
    this.#entries.push(entry);
    return entry;
  }
}

const earlier = (a: Micros, b: Micros): Micros => (a < b ? a : b);
const later = (a: Micros, b: Micros): Micros => (a > b ? a : b);
