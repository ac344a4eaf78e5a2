/**
 * Finding and walking TLS hellos: RFC 8446 §4 and §5, RFC 5246 §6 and §7, RFC 6066 §3, RFC 7301 §3.1. What they mean: tls.ts.
 *
 * A hello is believed only as a whole: every length in it must add up. One that spans records is put together in a
 * scratch buffer, else it is read where it lies. What is found goes into `found`, reused, so that asking makes no objects.
 */
import { Answer } from '../../model/sniffer.ts';

export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;
const HANDSHAKE = 22;
const RECORD_HEADER = 5;
const MESSAGE_HEADER = 4;
const MAX_PLAIN_RECORD = 0x4000;
type HelloType = typeof CLIENT_HELLO | typeof SERVER_HELLO;
/** version, random, empty session id; then one suite and no compression, or the one suite and compression chosen. */
const SHORTEST = { [CLIENT_HELLO]: 41, [SERVER_HELLO]: 38 } as const;
const EXTENSION = { serverName: 0, alpn: 16, supportedVersions: 43 } as const;

const scratch: DataView = new DataView(new ArrayBuffer(0x4000 + MESSAGE_HEADER));
/** Positions are in `message`; -1 for what is not there. */
type Found = {
  message: DataView;
  serverName: number;
  serverNameEnd: number;
  /** The first of the length bytes that precede names. */
  alpn: number;
  alpnEnd: number;
  /** Of supported_versions; 0 when they are not listed. */
  lowest: number;
  /** Of supported_versions, else the version in the hello itself. */
  highest: number;
};
/** What the last walk met. */
export const found: Found = { message: scratch, serverName: -1, serverNameEnd: -1, alpn: -1, alpnEnd: -1, lowest: 0, highest: 0 };
/** The message last located, from its type byte on; cut at `to` if that is before `messageEnd`. */
let message: DataView = scratch;
let from = 0;
let to = 0;
let messageEnd = 0;
/** Bits of the extensions met. */
let extensions = 0;

/** Finds the hello of `type` in the records from `start` and walks it. `confirmed`: whole; `needsMore`: cut, and consistent so far. */
export function walkHello(bytes: DataView, start: number, end: number, type: HelloType): Answer {
  const located = locate(bytes, start, end, type);
  if (located !== Answer.confirmed) return located;
  found.message = message;
  found.serverName = found.serverNameEnd = found.alpn = found.alpnEnd = -1;
  found.lowest = found.highest = extensions = 0;
  return type === CLIENT_HELLO ? walkClientHello() : walkServerHello();
}

/** The record header and the header of a hello, which fits it: all there. */
export const hasHelloHeader = (bytes: DataView, start: number, end: number, type: HelloType): boolean =>
  locate(bytes, start, end, type) === Answer.confirmed;

/** The five bytes before a plaintext record, each as soon as it is there. */
export function recordHeader(bytes: DataView, start: number, end: number, type: number): Answer {
  const have = end - start;
  if (have > 0 && bytes.getUint8(start) !== type) return Answer.ruledOut;
  if (have > 1 && bytes.getUint8(start + 1) !== 3) return Answer.ruledOut;
  if (have > 2 && bytes.getUint8(start + 2) > 4) return Answer.ruledOut;
  if (have > 3 && bytes.getUint8(start + 3) > MAX_PLAIN_RECORD >> 8) return Answer.ruledOut;
  if (have < RECORD_HEADER) return Answer.needsMore;
  const length = bytes.getUint16(start + 3);
  return length > 0 && length <= MAX_PLAIN_RECORD ? Answer.confirmed : Answer.ruledOut;
}

/** Finds the handshake message of `type` in the records from `start`: `confirmed` once its header is there and fits its record. */
function locate(bytes: DataView, start: number, end: number, type: HelloType): Answer {
  const header = recordHeader(bytes, start, end, HANDSHAKE);
  if (header !== Answer.confirmed) return header;
  const recordEnd = start + RECORD_HEADER + bytes.getUint16(start + 3);
  message = bytes;
  from = start + RECORD_HEADER;
  to = Math.min(recordEnd, end);
  const answer = messageHeader(type, recordEnd - from);
  if (answer === Answer.ruledOut || recordEnd > end || (answer === Answer.confirmed && to === messageEnd)) return answer;
  const gathered = gather(bytes, start, end);
  if (gathered < 0) return Answer.ruledOut;
  message = scratch;
  from = 0;
  to = gathered;
  return messageHeader(type, 0);
}

/** Checks the four bytes before a message that `room` bytes of records can hold at least a part of; sets `messageEnd` and trims `to`. */
function messageHeader(type: HelloType, room: number): Answer {
  const have = to - from;
  if (have > 0 && message.getUint8(from) !== type) return Answer.ruledOut;
  // OpenSSL takes hellos up to 131,396 bytes; nobody sends such.
  if (have > 1 && message.getUint8(from + 1) > 1) return Answer.ruledOut;
  if (have < MESSAGE_HEADER) return Answer.needsMore;
  const length = message.getUint32(from) & 0xffffff;
  if (length < SHORTEST[type]) return Answer.ruledOut;
  messageEnd = from + MESSAGE_HEADER + length;
  // No message may follow a ClientHello in its record; a ServerHello of TLS 1.2 is followed by the certificate.
  if (type === CLIENT_HELLO && room > MESSAGE_HEADER + length) return Answer.ruledOut;
  to = Math.min(to, messageEnd);
  return Answer.confirmed;
}

/** Copies what the records hold into `scratch`; how many bytes, or -1 where a record is no handshake. Stops when scratch is full. */
function gather(bytes: DataView, start: number, end: number): number {
  let length = 0;
  let at = start;
  while (at < end) {
    const header = recordHeader(bytes, at, end, HANDSHAKE);
    // Behind a whole ServerHello come other records.
    if (header === Answer.ruledOut) return length >= MESSAGE_HEADER && length >= MESSAGE_HEADER + (scratch.getUint32(0) & 0xffffff) ? length : -1;
    if (header === Answer.needsMore) return length;
    const recordEnd = Math.min(at + RECORD_HEADER + bytes.getUint16(at + 3), end);
    for (at += RECORD_HEADER; at < recordEnd; at++) {
      if (length === scratch.byteLength) return length;
      scratch.setUint8(length++, bytes.getUint8(at));
    }
  }
  return length;
}

/** The answer where the walk wants bytes behind `to`: lengths that lie, unless the message is cut. */
const cut = (): Answer => (to === messageEnd ? Answer.ruledOut : Answer.needsMore);

function walkClientHello(): Answer {
  const session = walkStart();
  if (session < 0) return session === CUT ? cut() : Answer.ruledOut;
  let at = session;
  if (at + 2 > to) return cut();
  const suites = message.getUint16(at);
  if (suites < 2 || suites % 2 !== 0) return Answer.ruledOut;
  at += 2 + suites;
  if (at + 1 > to) return cut();
  const compressions = message.getUint8(at);
  if (compressions < 1) return Answer.ruledOut;
  return walkExtensions(at + 1 + compressions, CLIENT_HELLO);
}

function walkServerHello(): Answer {
  const session = walkStart();
  if (session < 0) return session === CUT ? cut() : Answer.ruledOut;
  // The suite and the compression method.
  return walkExtensions(session + 3, SERVER_HELLO);
}

const CUT = -1;
const WRONG = -2;

/** Version, random and session id; where the suites begin, or CUT, or WRONG. */
function walkStart(): number {
  const at = from + MESSAGE_HEADER;
  if (at < to && message.getUint8(at) !== 3) return WRONG;
  if (at + 2 > to) return CUT;
  found.highest = message.getUint16(at);
  if (found.highest > 0x0304) return WRONG;
  if (at + 35 > to) return CUT;
  const session = message.getUint8(at + 34);
  return session > 32 ? WRONG : at + 35 + session;
}

function walkExtensions(start: number, type: number): Answer {
  let at = start;
  // SSL 3 and plain TLS 1.0 hellos have none.
  if (at === messageEnd && to === messageEnd) return Answer.confirmed;
  if (at + 2 > to) return cut();
  if (at + 2 + message.getUint16(at) !== messageEnd) return Answer.ruledOut;
  at += 2;
  while (at < messageEnd) {
    if (at + 4 > to) return cut();
    const body = at + 4;
    const bodyEnd = body + message.getUint16(at + 2);
    if (bodyEnd > messageEnd) return Answer.ruledOut;
    if (bodyEnd > to) return cut();
    if (!(type === CLIENT_HELLO ? clientExtension(message.getUint16(at), body, bodyEnd) : serverExtension(message.getUint16(at), body, bodyEnd)))
      return Answer.ruledOut;
    at = bodyEnd;
  }
  return Answer.confirmed;
}

/** Notes the extension where it is one of the three; false where it is malformed, or there a second time (RFC 8446 §4.2). */
function clientExtension(type: number, at: number, end: number): boolean {
  if (type === EXTENSION.serverName) return first(1) && serverNameExtension(at, end);
  if (type === EXTENSION.alpn) return first(2) && alpnExtension(at, end);
  return type !== EXTENSION.supportedVersions || (first(4) && versionsExtension(at, end));
}

function serverExtension(type: number, at: number, end: number): boolean {
  if (type !== EXTENSION.supportedVersions) return true;
  if (end - at !== 2) return false;
  found.highest = message.getUint16(at);
  return found.highest >> 8 === 3;
}

function first(bit: number): boolean {
  const isFirst = (extensions & bit) === 0;
  extensions |= bit;
  return isFirst;
}

/** RFC 6066 §3: a list of names, of which the first of type 0 counts. An empty one, as old clients send, names nobody. */
function serverNameExtension(at: number, end: number): boolean {
  found.serverName = found.serverNameEnd = at;
  if (at === end) return true;
  if (end - at < 5 || message.getUint16(at) !== end - at - 2) return false;
  const nameEnd = at + 5 + message.getUint16(at + 3);
  if (nameEnd > end) return false;
  if (message.getUint8(at + 2) === 0) {
    found.serverName = at + 5;
    found.serverNameEnd = nameEnd;
  }
  return true;
}

/** RFC 7301 §3.1. */
function alpnExtension(at: number, end: number): boolean {
  if (end - at < 4 || message.getUint16(at) !== end - at - 2) return false;
  let name = at + 2;
  while (name < end) {
    if (message.getUint8(name) === 0) return false;
    name += 1 + message.getUint8(name);
  }
  found.alpn = at + 2;
  found.alpnEnd = end;
  return name === end;
}

/** RFC 8446 §4.2.1. GREASE (RFC 8701) and drafts are no versions. */
function versionsExtension(at: number, end: number): boolean {
  const length = end - at;
  if (length < 3 || length % 2 !== 1 || message.getUint8(at) !== length - 1) return false;
  found.highest = 0;
  for (let version = at + 1; version < end; version += 2) {
    const value = message.getUint16(version);
    // Datagram TLS counts down from 0xfeff, and draft versions are 0x7fxx.
    if (isGrease(value) || value >> 8 > 3) continue;
    if (value > found.highest) found.highest = value;
    if (found.lowest === 0 || value < found.lowest) found.lowest = value;
  }
  return true;
}

const isGrease = (value: number): boolean => (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
