/**
 * One connection seen at many places (rules.md §4): the same packets on several interfaces or in several captures, before and
 * after address translation, and the two halves of a redirected leg on a pod's loopback. Joined by union of places.
 */

import { OUTBOUND_PORT } from '../mesh/ports.ts';
import { i32At, u32At } from '../model/column.ts';
import type { Micros } from '../model/time.ts';
import { Seen, W } from '../model/wire-rows.ts';
import { Chains } from './chains.ts';
import type { Pending, Stores } from './pending.ts';
import { mix, Queues } from './queues.ts';
import { inPieces, type Steps } from './steps.ts';

/** How many earlier connections of one key are compared: port reuse makes chains, hostile input long ones. */
const MAX_LOOK = 64;
const TCP = 6;

/** Places of `Pending.wires` joined to groups: `next` chains the members of the group that begins at `first`. */
export class WireGroups {
  readonly #parent: Int32Array;
  readonly #next: Int32Array;
  readonly #last: Int32Array;

  constructor(count: number) {
    this.#parent = new Int32Array(count);
    this.#next = new Int32Array(count).fill(-1);
    this.#last = new Int32Array(count);
    for (let place = 0; place < count; place++) {
      this.#parent[place] = place;
      this.#last[place] = place;
    }
  }

  /** The first place (in the order decided) of the group that `place` belongs to. */
  first(place: number): number {
    let at = place;
    while (i32At(this.#parent, at) !== at) {
      this.#parent[at] = i32At(this.#parent, i32At(this.#parent, at));
      at = i32At(this.#parent, at);
    }
    return at;
  }

  next(place: number): number {
    return i32At(this.#next, place);
  }

  join(a: number, b: number): void {
    const [x, y] = [this.first(a), this.first(b)];
    if (x === y) return;
    const [head, tail] = x < y ? [x, y] : [y, x];
    this.#parent[tail] = head;
    this.#next[i32At(this.#last, head)] = tail;
    this.#last[head] = i32At(this.#last, tail);
  }
}

export function* joinWires(stores: Stores, pending: Pending, window: Micros): Steps<WireGroups> {
  const groups = new WireGroups(pending.wires.length);
  const joining = { stores, pending, window, groups };
  if (hasSeveralPoints(joining)) yield* joinBy(joining, tuple(stores, pending), sameElsewhere(joining));
  yield* joinBy(joining, clientSocket(stores, pending), translated(joining));
  yield* joinReplies(joining);
  return groups;
}

/** One capture at one place has every connection once. */
function hasSeveralPoints({ stores: { wires }, pending }: Joining): boolean {
  const first = pending.wires.length === 0 ? 0 : wires.point(u32At(pending.wires, 0));
  return pending.wires.some((row) => wires.point(row) !== first);
}

type Joining = { readonly stores: Stores; readonly pending: Pending; readonly window: Micros; readonly groups: WireGroups };
type Key = { hash(place: number): number; same(a: number, b: number): boolean };

function* joinBy({ pending, groups }: Joining, key: Key, fits: (a: number, b: number) => boolean): Steps<void> {
  const chains = new Chains(pending.wires.length);
  yield* inPieces(pending.wires.length, (from, to) => {
    for (let place = from; place < to; place++) {
      const hash = key.hash(place);
      let looked = 0;
      for (let other = chains.first(hash); other >= 0; other = chains.next(other), looked++) {
        if (key.same(other, place) && fits(other, place)) groups.join(other, place);
      }
      if (looked >= MAX_LOOK) chains.dropFirst(hash);
      chains.add(hash, place);
    }
  });
}

/** The key words but for the point; loopback and network never meet. */
function tuple({ wires }: Stores, pending: Pending): Key {
  const row = (place: number): number => u32At(pending.wires, place);
  const family = (at: number): number => (wires.word(at, W.meta) & 0x1ff) | (wires.seen(at) & Seen.loopback);
  return {
    hash: (place) =>
      mix(mix(mix(mix(0, wires.word(row(place), W.ipA)), wires.word(row(place), W.ipB)), wires.word(row(place), W.ports)), family(row(place))),
    same: (a, b) => {
      const [x, y] = [row(a), row(b)];
      return (
        wires.word(x, W.ipA) === wires.word(y, W.ipA) &&
        wires.word(x, W.ipB) === wires.word(y, W.ipB) &&
        wires.word(x, W.ports) === wires.word(y, W.ports) &&
        family(x) === family(y)
      );
    },
  };
}

/** The same tuple at another point: the same ISN, or, where one of them was joined mid-stream, at the same time. */
function sameElsewhere({ stores: { wires }, pending, window }: Joining): (a: number, b: number) => boolean {
  return (a, b) => {
    const [x, y] = [u32At(pending.wires, a), u32At(pending.wires, b)];
    if (wires.point(x) === wires.point(y)) return false;
    if (wires.start(x) > wires.end(y) + window || wires.start(y) > wires.end(x) + window) return false;
    const both = wires.seen(x) & wires.seen(y);
    if ((both & Seen.syn) !== 0) return wires.clientFirstSeq(x) === wires.clientFirstSeq(y);
    return (both & Seen.synAck) === 0 || wires.serverFirstSeq(x) === wires.serverFirstSeq(y);
  };
}

function clientSocket({ wires }: Stores, pending: Pending): Key {
  const row = (place: number): number => u32At(pending.wires, place);
  const family = (at: number): number => (wires.word(at, W.meta) & 0x1ff) | (wires.seen(at) & Seen.loopback);
  return {
    hash: (place) => mix(mix(mix(1, wires.clientIp(row(place))), wires.clientPort(row(place))), family(row(place))),
    same: (a, b) => {
      const [x, y] = [row(a), row(b)];
      return wires.clientIp(x) === wires.clientIp(y) && wires.clientPort(x) === wires.clientPort(y) && family(x) === family(y);
    },
  };
}

/** The server's socket and the client's port: what stays when the client's address is translated. */
function serverSocket({ wires }: Stores, pending: Pending): Key {
  const row = (place: number): number => u32At(pending.wires, place);
  const family = (at: number): number => (wires.word(at, W.meta) & 0x1ff) | (wires.seen(at) & Seen.loopback);
  return {
    hash: (place) =>
      mix(mix(mix(mix(2, wires.serverIp(row(place))), wires.serverPort(row(place))), wires.clientPort(row(place))), family(row(place))),
    same: (a, b) => {
      const [x, y] = [row(a), row(b)];
      return (
        wires.serverIp(x) === wires.serverIp(y) &&
        wires.serverPort(x) === wires.serverPort(y) &&
        wires.clientPort(x) === wires.clientPort(y) &&
        family(x) === family(y)
      );
    },
  };
}

/**
 * The same connection under another client address: replies seen alone, at another point, after their address was translated
 * back (a node's probe of a pod). Two clients that both spoke are two, however alike their numbers. Replies alone are few:
 * only they are looked through.
 */
function* joinReplies({ stores, pending, window, groups }: Joining): Steps<void> {
  const { wires } = stores;
  const isReply = (row: number): boolean => wires.sent(row) === 0 && (wires.seen(row) & (Seen.syn | Seen.synAck)) === Seen.synAck;
  if (!pending.wires.some(isReply)) return;
  const replies = new Queues(pending.wires.length, serverSocket(stores, pending));
  for (let place = 0; place < pending.wires.length; place++) if (isReply(u32At(pending.wires, place))) replies.push(replies.slot(place), place);
  yield* inPieces(pending.wires.length, (from, to) => {
    for (let place = from; place < to; place++) {
      const row = u32At(pending.wires, place);
      if (isReply(row)) continue;
      let looked = 0;
      for (let reply = replies.first(replies.slot(place)); reply >= 0 && looked < MAX_LOOK; reply = replies.next(reply), looked++) {
        if (isSameReplied(wires, u32At(pending.wires, reply), row, window)) groups.join(reply, place);
      }
    }
  });
}

function isSameReplied(wires: Stores['wires'], x: number, y: number, window: Micros): boolean {
  if (wires.protocol(x) !== TCP || wires.point(x) === wires.point(y)) return false;
  if (wires.start(x) > wires.end(y) + window || wires.start(y) > wires.end(x) + window) return false;
  return equalKnown(wires.clientFirstSeq(x), wires.clientFirstSeq(y)) && equalKnown(wires.serverFirstSeq(x), wires.serverFirstSeq(y));
}

/** The same client socket and ISN with another server address; mid-stream the same first sequence number of either end. TCP only. */
function translated(joining: Joining): (a: number, b: number) => boolean {
  const { stores, pending, window, groups } = joining;
  const { wires } = stores;
  return (a, b) => {
    const [x, y] = [u32At(pending.wires, a), u32At(pending.wires, b)];
    if (groups.first(a) === groups.first(b)) return false;
    if (wires.start(x) > wires.end(y) + window || wires.start(y) > wires.end(x) + window) return false;
    if (wires.protocol(x) !== TCP) return isTranslatedDatagram(joining, a, b);
    if (redirectedHalves(wires, x, y)) return true;
    const known = Seen.syn | Seen.synAck;
    if ((wires.seen(x) & known) !== 0 && (wires.seen(y) & known) !== 0) return wires.clientFirstSeq(x) === wires.clientFirstSeq(y);
    return equalKnown(wires.clientFirstSeq(x), wires.clientFirstSeq(y)) || equalKnown(wires.serverFirstSeq(x), wires.serverFirstSeq(y));
  };
}

/**
 * UDP has no sequence numbers: the same bytes both ways, and no place that saw both. (One that did saw two servers asked
 * from one socket, as musl's resolver does.)
 */
function isTranslatedDatagram({ stores: { wires }, pending, groups }: Joining, a: number, b: number): boolean {
  const [x, y] = [u32At(pending.wires, a), u32At(pending.wires, b)];
  if (wires.serverPort(x) !== wires.serverPort(y) || wires.sent(x) !== wires.sent(y) || wires.received(x) !== wires.received(y)) return false;
  for (let one = groups.first(a); one >= 0; one = groups.next(one)) {
    for (let other = groups.first(b); other >= 0; other = groups.next(other)) {
      if (wires.point(u32At(pending.wires, one)) === wires.point(u32At(pending.wires, other))) return false;
    }
  }
  return true;
}

/** 0: that end was never heard. */
const equalKnown = (a: number, b: number): boolean => a === b && a !== 0;

/** On a pod's loopback: forward is `pod:port > 127.0.0.1:15001` (`::1`), replies are `service:port > pod:port` (facts.md, pod-curl-any.pcap). */
function redirectedHalves(wires: Stores['wires'], x: number, y: number): boolean {
  if ((wires.seen(x) & Seen.loopback) === 0) return false;
  return isForward(wires, x) !== isForward(wires, y);
}

export function isForward(wires: Stores['wires'], row: number): boolean {
  return (wires.seen(row) & Seen.loopback) !== 0 && wires.serverPort(row) === OUTBOUND_PORT;
}
