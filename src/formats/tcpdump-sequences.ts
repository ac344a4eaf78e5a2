/**
 * Sequence numbers, which tcpdump prints relative to the first packet with an ACK that it saw of a conversation (print-tcp.c:
 * `th->seq = seq, th->ack = ack - 1`, made anew by each SYN-ACK), and absolutely before that, without an ACK, and under `-S`.
 * The same table is kept here. Whether a conversation is printed relatively is told by its second packet: one reading continues the first.
 */
import type { TcpText } from './tcpdump-header.ts';

const SYN = 2;
const ACK = 16;
const FIN = 1;
/** tcpdump's own table is unbounded. A conversation forgotten here begins anew, with gaps in its numbers. */
const MAX_CONVERSATIONS = 65_536;

type Conversation = {
  /** tcpdump has noted its numbers. */
  isNoted: boolean;
  isRelative: boolean | null;
  /** By end: what is added to printed numbers, and the next number expected; -1 unknown. */
  readonly base: [number, number];
  readonly next: [number, number];
  /** The end that asked for TLS (STARTTLS and the like), -1 for none. */
  asksTls: -1 | 0 | 1;
};

export type Numbers = { readonly sequence: number; readonly acknowledgement: number };

export class Sequences {
  readonly #conversations = new Map<string, Conversation>();

  /** Absolute numbers of a packet of `length` payload bytes, from its sender's point of view. `end` is 0 or 1, the same for all that this sender says. */
  absolute(key: string, end: 0 | 1, tcp: TcpText, length: number): Numbers {
    const known = this.#conversation(key);
    const other = end === 0 ? 1 : 0;
    const isSyn = (tcp.flags & SYN) !== 0;
    const hasAck = (tcp.flags & ACK) !== 0;
    if (isSyn && !hasAck) known.next[end] = -1;
    if (hasAck && (isSyn || !known.isNoted)) note(known, tcp);
    else if (hasAck) decide(known, end, tcp);
    const isRelative = hasAck && !isSyn && known.isRelative !== false;
    const sequence =
      tcp.sequence < 0 ? Math.max(0, known.next[end]) : (tcp.sequence + (isRelative && known.base[end] >= 0 ? known.base[end] : 0)) >>> 0;
    const acknowledgement = !hasAck ? 0 : (Math.max(0, tcp.acknowledgement) + (isRelative ? Math.max(0, known.base[other]) : 0)) >>> 0;
    if (hasAck && !known.isNoted) begin(known, end, sequence, tcp.acknowledgement);
    const taken = length + (isSyn ? 1 : 0) + ((tcp.flags & FIN) !== 0 ? 1 : 0);
    if (tcp.sequence >= 0 || known.next[end] < 0) known.next[end] = (sequence + taken) >>> 0;
    if (hasAck) known.next[other] = furthest(known.next[other], acknowledgement);
    return { sequence, acknowledgement };
  }

  askTls(key: string, end: 0 | 1): void {
    this.#conversation(key).asksTls = end;
  }

  asksTls(key: string, end: 0 | 1): boolean {
    return this.#conversations.get(key)?.asksTls === end;
  }

  #conversation(key: string): Conversation {
    const known = this.#conversations.get(key);
    if (known !== undefined) return known;
    if (this.#conversations.size >= MAX_CONVERSATIONS)
      for (const oldest of this.#conversations.keys()) {
        this.#conversations.delete(oldest);
        break;
      }
    const made: Conversation = { isNoted: false, isRelative: null, base: [0, 0], next: [-1, -1], asksTls: -1 };
    this.#conversations.set(key, made);
    return made;
  }
}

/** This packet is printed absolutely; what follows it is relative to it. */
function note(known: Conversation, tcp: TcpText): void {
  known.base[0] = known.base[1] = 0;
  known.isNoted = false;
  if ((tcp.flags & SYN) !== 0) known.asksTls = -1;
}

function begin(known: Conversation, end: 0 | 1, sequence: number, acknowledgement: number): void {
  // A number that was neither printed nor told by a SYN is unknown for good: 0 stands for it, and what is relative to it still fits together.
  known.base[end] = sequence;
  known.base[end === 0 ? 1 : 0] = acknowledgement < 0 ? 0 : (acknowledgement - 1) >>> 0;
  known.isNoted = true;
  known.isRelative = null;
}

function decide(known: Conversation, end: 0 | 1, { sequence, acknowledgement }: TcpText): void {
  if (known.isRelative !== null) return;
  const other = end === 0 ? 1 : 0;
  let [relative, absolute] = [0, 0];
  for (const [value, side] of [
    [sequence, end],
    [acknowledgement, other],
  ] as const) {
    if (value < 0 || known.next[side] < 0) continue;
    relative += distance(value + known.base[side], known.next[side]);
    absolute += distance(value, known.next[side]);
  }
  if (relative !== absolute) known.isRelative = relative < absolute;
}

const distance = (one: number, other: number): number => Math.abs((one - other) | 0);
const furthest = (one: number, other: number): number => (one < 0 || ((other - one) | 0) > 0 ? other : one);
