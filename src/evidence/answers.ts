/** What the first bytes of one end turned out to be, and what follows from it for the connection. */
import { i32At } from '../model/column.ts';
import type { Sniffer } from '../model/sniffer.ts';
import { Seen, W } from '../model/wire-rows.ts';
import { applicationOf, SNIFFERS } from '../wire/sniff/index.ts';
import { parseClientHello, parseServerHello } from '../wire/sniff/tls.ts';
import { clientOf, End, endHas, markEnd, markSeen, Phase, phaseOf, State, seenOf, setPhase, stateOf } from './connection-state.ts';
import { addExposed, payloadOf } from './exposed.ts';
import { type Lane, S } from './lane.ts';
import { learnClient } from './roles.ts';
import { dropPrefix, dropStash } from './stream-slabs.ts';
import { beginRecords, beginSearch } from './tls-records.ts';

const TEXT = SNIFFERS.findIndex((sniffer) => sniffer.protocol === 'text');

export const snifferOf = (protocol: number): Sniffer | undefined => SNIFFERS[protocol];

/** Readable bytes of end `x`: `protocol` is an index into SNIFFERS, -1 for bytes that nobody knows and nobody encrypts. `counted` of its payload were exposed already. */
export function isReadable(lane: Lane, at: number, x: number, protocol: number, counted: number): void {
  const { words } = lane;
  markEnd(words, at, x, End.readable);
  addExposed(lane, at, payloadOf(lane, at, x) - counted);
  nameApplication(words, at, x, protocol);
  if ((seenOf(words, at) & Seen.loopback) !== 0) {
    // On loopback nothing is counted, and TLS that may follow decides nothing.
    setPhase(words, at, x, Phase.dark);
    return;
  }
  setPhase(words, at, x, Phase.plain);
  const client = clientOf(words, at);
  // A server that said how TLS begins speaks for the client too.
  if (mayUpgrade(words, at, protocol) && phaseOf(stateOf(words, at), client) === Phase.plain) setPhase(words, at, client, Phase.watch);
  const other = 1 - x;
  if (protocol >= 0 && protocol !== TEXT && phaseOf(stateOf(words, at), other) === Phase.search) isReadable(lane, at, other, -1, 0);
}

/** The client's own protocol has the word, unless it is nothing but text. */
export function nameApplication(words: Int32Array, at: number, x: number, protocol: number): void {
  if (protocol < 0 || applicationOf(protocol) === null) return;
  const application = i32At(words, at + W.application);
  const known = (application & 0xff) - 1;
  const isBetter = known < 0 || known === TEXT || (x === clientOf(words, at) && protocol !== TEXT);
  if (isBetter) words[at + W.application] = (application & ~0xff) | (protocol + 1);
}

function mayUpgrade(words: Int32Array, at: number, protocol: number): boolean {
  return SNIFFERS[protocol]?.upgradable === true || SNIFFERS[(i32At(words, at + W.application) & 0xff) - 1]?.upgradable === true;
}

/** SSH and the like. */
export function isEncrypted(lane: Lane, at: number, x: number, protocol: number): void {
  markSeen(lane.words, at, Seen.encrypted);
  nameApplication(lane.words, at, x, protocol);
  setPhase(lane.words, at, x, Phase.dark);
}

/**
 * Bytes that no sniffer knows and that are no text. Where the stream's beginning was seen, every encrypted protocol is
 * ruled out by them, so anybody can read them. In the middle of a stream they say nothing - unless the other end was understood.
 */
export function isOpaque(lane: Lane, at: number, x: number, counted: number): void {
  const { words } = lane;
  const seen = seenOf(words, at);
  const known = (i32At(words, at + W.application) & 0xff) - 1;
  const isUnderstood = known >= 0 && known !== TEXT && endHas(stateOf(words, at), 1 - x, End.readable);
  if ((seen & Seen.encrypted) !== 0) setPhase(words, at, x, Phase.dark);
  else if (endHas(stateOf(words, at), x, End.begun) || isUnderstood) isReadable(lane, at, x, -1, counted);
  else beginSearch(lane, at, x);
}

/** TLS begins with the segment at hand. False while the hello is not whole, and more may come. `counted`: readable bytes of this end before it. */
export function isTls(lane: Lane, at: number, x: number, isFinal: boolean, counted: number): boolean {
  const { segment, bytes, words } = lane;
  const [start, end] = [i32At(segment, S.offset), i32At(segment, S.offset) + i32At(segment, S.captured)];
  const hello = parseClientHello(bytes, start, end);
  if (typeof hello === 'object') {
    if (!hello.complete && !isFinal) return false;
    learnClient(words, at, x, true);
    noteHello(lane, at, hello);
    const isLater = counted > 0 || endHas(stateOf(words, at), 1 - x, End.readable);
    if (isLater && x === clientOf(words, at)) upgrade(lane, at, x);
  } else {
    const version = parseServerHello(bytes, start, end);
    if (version === 'needsMore' && !isFinal) return false;
    if (typeof version === 'number') {
      learnClient(words, at, x, false);
      markSeen(words, at, Seen.serverHello);
      words[at + W.application] = (i32At(words, at + W.application) & ~0xff00) | ((version & 0xff) << 8);
    }
  }
  beginRecords(lane, at, x);
  return true;
}

type Hello = Exclude<ReturnType<typeof parseClientHello>, string>;

function noteHello(lane: Lane, at: number, hello: Hello): void {
  const { words, tables } = lane;
  const isForeign = hello.sni !== null || (hello.alpn.length > 0 && hello.alpn[0] !== 'h2') || hello.alpn.length > 1;
  // Of a hello cut before its shape could be seen nothing is said: "no HBONE" would be a guess.
  if (hello.complete || isForeign) markSeen(words, at, Seen.clientHello);
  if (!hello.complete) markSeen(words, at, Seen.cutShort);
  if (hello.hboneShape) markSeen(words, at, Seen.hboneShape);
  if (hello.sidecar) markSeen(words, at, Seen.sidecarAlpn);
  if (hello.sni !== null) words[at + W.sni] = tables.names.intern(hello.sni) + 1;
  if (hello.alpn.length > 0) words[at + W.alpn] = tables.names.intern(hello.alpn.join(',')) + 1;
}

/** A readable beginning turned into TLS: what the server sends from here on is another stream. */
function upgrade(lane: Lane, at: number, client: number): void {
  const { words } = lane;
  const server = 1 - client;
  const payload = payloadOf(lane, at, server);
  markSeen(words, at, Seen.upgraded);
  // If it was told as readable, it is to be told again.
  words[at + W.state] = stateOf(words, at) & ~(State.told | State.quiet);
  const isOpen = phaseOf(stateOf(words, at), server) === Phase.fresh || phaseOf(stateOf(words, at), server) === Phase.collect;
  if (isOpen && payload > i32At(words, at + W.privateA + server)) {
    // A single letter, as PostgreSQL's S: too short for an answer until now.
    markEnd(words, at, server, End.readable);
    addExposed(lane, at, payload - i32At(words, at + W.privateA + server));
  }
  dropPrefix(lane, at, server);
  dropStash(lane, at, server);
  setPhase(words, at, server, Phase.fresh);
  markEnd(words, at, server, End.begun);
  words[at + W.cursorA + server] = i32At(words, at + W.nextSeqA + server);
  words[at + W.privateA + server] = Math.min(payload, 0x7fffffff);
}

/** How many bytes of this end were exposed before its first bytes are answered: those of preludes. */
export const countedOf = (lane: Lane, at: number, x: number): number => i32At(lane.words, at + W.privateA + x);

/** A PROXY header, an SSLRequest: `length` readable bytes, after which another protocol begins. */
export function stepOver(lane: Lane, at: number, x: number, length: number): void {
  const { words, segment } = lane;
  const counted = countedOf(lane, at, x);
  markEnd(words, at, x, End.readable);
  markEnd(words, at, x, End.begun);
  addExposed(lane, at, length);
  words[at + W.privateA + x] = counted + length;
  segment[S.offset] = i32At(segment, S.offset) + length;
  segment[S.captured] = i32At(segment, S.captured) - length;
  segment[S.length] = i32At(segment, S.length) - length;
  segment[S.sequence] = i32At(segment, S.sequence) + length;
}
