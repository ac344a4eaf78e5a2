/**
 * What has been told while following, by the rows it was told of. A fragment is told alone as soon as its verdict stands. When
 * its flow is decided it is told again under the same id if anything changed, or withdrawn in favour of the flow it turned out
 * to be part of.
 */
import type { Flow } from '../model/flow.ts';
import { compose, FIRST, type Parts, type Telling as Revision, spread } from './compose.ts';
import type { Judge } from './judge.ts';
import type { Naming } from './naming.ts';
import { wireKey } from './row-parts.ts';

/** `rows`: for how many it stands. */
type Entry = { flow: Flow; rows: number };

/** Fragments of flows that may still change whose telling is remembered, a kilobyte each. Past it new flows are told once they are decided. */
const MAX_TOLD = 32_768;
/** Withdrawn ids whose revisions are remembered, in case they come back. */
const MAX_WITHDRAWN = 4_096;

export class Telling {
  readonly #naming: Naming;
  readonly #judge: Judge;
  readonly #told = new Map<number, Entry>();
  readonly #ids = new Map<string, Entry>();
  readonly #withdrawn = new Map<string, Flow>();

  constructor(naming: Naming, judge: Judge) {
    this.#naming = naming;
    this.#judge = judge;
  }

  /** All these rows are told as one flow, and nothing of the kind that makes verdicts has been seen since. */
  isTold(keys: readonly number[], seen: number): boolean {
    const [first = -1] = keys;
    const entry = this.#told.get(first);
    return entry !== undefined && entry.rows === keys.length && entry.flow.wireSeen === seen && keys.every((key) => this.#told.get(key) === entry);
  }

  /** One fragment alone: nothing while it proves nothing. */
  early(key: number, parts: Parts): Flow[] {
    const known = this.#told.get(key);
    if (known === undefined && this.#isFull) return [];
    const flow = compose(this.#naming, parts, this.#judge, FIRST);
    if (known === undefined) {
      const twin = this.#ids.get(flow.id);
      // The same record, read a second time.
      if (twin !== undefined) this.#hold(key, twin);
      if (twin !== undefined || flow.verdict === 'unknown') return [];
    }
    return this.now([key], parts);
  }

  /** What is open still: nothing while it proves nothing. */
  standing(keys: readonly number[], parts: Parts): Flow[] {
    const isNew = keys.every((key) => !this.#told.has(key));
    if (isNew && this.#isFull) return [];
    return isNew && compose(this.#naming, parts, this.#judge, FIRST).verdict === 'unknown' ? [] : this.now(keys, parts);
  }

  /** They will not be asked for again. */
  forget(keys: readonly number[]): void {
    for (const key of keys) this.#drop(key);
  }

  /** What these rows come to by now, after the withdrawal of what was told of them under other ids. They may be asked for again.
   * `isStale`: what was told of them has to be told again even so. */
  now(keys: readonly number[], parts: Parts, isStale: (told: Flow) => boolean = () => false): Flow[] {
    const first = compose(this.#naming, parts, this.#judge, FIRST);
    const same = this.#ids.get(first.id);
    const told: Flow[] = [];
    // A tunnel that had been told for want of lines: its streams are told now.
    for (const row of parts.tunnel?.rows ?? []) this.#leave(wireKey(row), first.id, told);
    for (const key of keys) if (this.#told.get(key) !== same || same === undefined) this.#leave(key, first.id, told);
    const last = this.#withdrawn.get(first.id);
    if (same !== undefined && saysTheSame(same.flow, first) && !isStale(same.flow)) {
      for (const key of keys) this.#hold(key, same);
      return told;
    }
    const before = same?.flow ?? last;
    const flow = before === undefined ? first : compose(this.#naming, parts, this.#judge, following(before));
    this.#withdrawn.delete(first.id);
    const entry = same ?? { flow, rows: 0 };
    entry.flow = flow;
    this.#ids.set(first.id, entry);
    for (const key of keys) this.#hold(key, entry);
    told.push(flow);
    return told;
  }

  get #isFull(): boolean {
    return this.#told.size >= MAX_TOLD;
  }

  #hold(key: number, entry: Entry): void {
    if (this.#told.get(key) === entry) return;
    this.#drop(key);
    this.#told.set(key, entry);
    entry.rows++;
  }

  /** The row belongs to the flow `by` from now on: what was told of it alone is withdrawn. */
  #leave(key: number, by: string, told: Flow[]): void {
    const entry = this.#told.get(key);
    if (entry === undefined) return;
    this.#drop(key);
    const { flow } = entry;
    if (this.#withdrawn.has(flow.id) || flow.id === by) return;
    const gone = withdraw(flow, by);
    told.push(gone);
    this.#ids.delete(flow.id);
    this.#withdrawn.set(flow.id, gone);
    if (this.#withdrawn.size > MAX_WITHDRAWN)
      for (const [oldest] of this.#withdrawn) {
        this.#withdrawn.delete(oldest);
        break;
      }
  }

  #drop(key: number): void {
    const entry = this.#told.get(key);
    if (entry === undefined) return;
    this.#told.delete(key);
    entry.rows--;
    if (entry.rows === 0 && this.#ids.get(entry.flow.id) === entry) this.#ids.delete(entry.flow.id);
  }
}

/** Without what it replaced itself: else a flow told for days would keep all its past. */
const following = (before: Flow): Revision => ({ revision: before.revision + 1, replaces: { ...spread(before), replaces: null } });

function withdraw(flow: Flow, by: string): Flow {
  return { ...spread(flow), revision: flow.revision + 1, supersededBy: by, replaces: following(flow).replaces };
}

/** Whether telling it again would say anything new. */
function saysTheSame(a: Flow, b: Flow): boolean {
  // Mostly they differ in one of these, and the rest costs much.
  if (a.end !== b.end || a.verdict !== b.verdict || a.bytes.sent !== b.bytes.sent || a.bytes.received !== b.bytes.received) return false;
  return JSON.stringify(facts(a)) === JSON.stringify(facts(b));
}

function facts({
  id,
  start,
  end,
  open,
  source,
  destination,
  application,
  tls,
  verdict,
  reason,
  exempt,
  bytes,
  exposedBytes,
  carrier,
  witnesses,
  evidence,
}: Flow): unknown {
  return { id, start, end, open, source, destination, application, tls, verdict, reason, exempt, bytes, exposedBytes, carrier, witnesses, evidence };
}
