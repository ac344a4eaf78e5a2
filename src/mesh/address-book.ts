/**
 * Who had an address, and when: learnt from access lines (and later from configuration). Addresses are reused, so every
 * answer is for a time. Answers do not depend on the order in which the facts came: they are sorted before the first question.
 */
import type { Ip } from '../model/address.ts';
import type { ShapeEnd } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';
import { IpIndex } from './ip-index.ts';

type Fact = { readonly time: Micros; readonly end: ShapeEnd };
/** Facts of one address; only changes of name are kept, with the span in which each name was seen. */
type Span = { readonly end: ShapeEnd; first: Micros; last: Micros };
type Entry = { readonly spans: Span[]; enrolledFirst: Micros; enrolledLast: Micros; readonly lanes: Set<number> };
/** The time between a log's first and last access line. */
export type LogSpan = { first: Micros; last: Micros };

/** An address keeps its pod for long: one seen further away in time than this says nothing. */
const REACH_US = 600_000_000;
const MAX_ADDRESSES = 500_000;
const MAX_SPANS = 256;

export class AddressBook {
  readonly #index = new IpIndex();
  readonly #entries: Entry[] = [];
  readonly #logs = new Map<number, LogSpan>();

  /** `end` held `ip` at `time`. */
  learn(ip: Ip, fact: Fact): void {
    if (fact.end.workload === null || ip < 0) return;
    const entry = this.#entry(ip);
    if (entry === undefined) return;
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
    if (span === undefined) this.#logs.set(lane, { first: time, last: time });
    else {
      span.first = earlier(span.first, time);
      span.last = later(span.last, time);
    }
    const entry = this.#entry(ip);
    if (entry === undefined) return;
    if (!entry.lanes.has(lane) && entry.lanes.size < MAX_SPANS) entry.lanes.add(lane);
    entry.enrolledFirst = earlier(entry.enrolledFirst, time);
    entry.enrolledLast = later(entry.enrolledLast, time);
  }

  /** The pod that held `ip` at `time`: the one whose span is nearest. */
  at(ip: Ip, time: Micros): ShapeEnd | null {
    let best: Span | undefined;
    let distance = REACH_US;
    for (const span of this.#find(ip)?.spans ?? []) {
      const away = Math.max(0, span.first - time, time - span.last);
      if (away < distance || (away === distance && best !== undefined && span.first < best.first)) {
        best = span;
        distance = away;
      }
    }
    return best?.end ?? null;
  }

  /** Proven captured by ambient at `time`: lines of its own before and after. A pod may be taken out of the mesh, and put into it. */
  isEnrolled(ip: Ip, time: Micros): boolean {
    const entry = this.#find(ip);
    return entry !== undefined && time >= entry.enrolledFirst && time <= entry.enrolledLast;
  }

  get hasLogs(): boolean {
    return this.#logs.size > 0;
  }

  /** What the logs of that pod's ztunnel cover; empty for a pod of which no log tells. */
  logsOf(ip: Ip): readonly LogSpan[] {
    return [...(this.#find(ip)?.lanes ?? [])].map((lane) => this.#logs.get(lane)).filter((span) => span !== undefined);
  }

  #find(ip: Ip): Entry | undefined {
    return this.#entries[this.#index.find(ip)];
  }

  #entry(ip: Ip): Entry | undefined {
    const known = this.#find(ip);
    if (known !== undefined || ip < 0 || this.#entries.length >= MAX_ADDRESSES) return known;
    const entry: Entry = { spans: [], enrolledFirst: Infinity as Micros, enrolledLast: -Infinity as Micros, lanes: new Set() };
    this.#index.add(ip);
    this.#entries.push(entry);
    return entry;
  }
}

const earlier = (a: Micros, b: Micros): Micros => (a < b ? a : b);
const later = (a: Micros, b: Micros): Micros => (a > b ? a : b);
