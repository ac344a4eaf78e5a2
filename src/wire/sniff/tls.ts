/**
 * TLS 1.0 to 1.3: a ClientHello, a ServerHello, or an alert in place of one. RFC 8446 §4 and §5, RFC 5246 §6 and §7, RFC 6066 §3, RFC 7301 §3.1.
 *
 * A hello is believed only as a whole, so bytes that merely begin 0x16 0x03 are no TLS. Records of type 23 are no way to
 * begin, so the sniffer rules them out; `chainsRecords` is for connections whose beginning was not seen.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { either } from './match.ts';
import { CLIENT_HELLO, found, hasHelloHeader, recordHeader, SERVER_HELLO, walkHello } from './tls-handshake.ts';

const ALERT = 21;
const RECORD_HEADER = 5;
/** RFC 5246 §6.2.3: 2^14 and what encryption may add. */
const MAX_RECORD = 0x4000 + 2048;
const MAX_ALPN = 32;
const MAX_NAME = 255;

/** Content types 20-24, version 3.x, 0 < length <= 2^14 + 2048: could a TLS record header start here? False where fewer than 5 bytes are left. */
export function isRecordHeader(bytes: DataView, at: number): boolean {
  if (at + RECORD_HEADER > bytes.byteLength) return false;
  const type = bytes.getUint8(at);
  if (type < 20 || type > 24 || bytes.getUint8(at + 1) !== 3 || bytes.getUint8(at + 2) > 4) return false;
  const length = bytes.getUint16(at + 3);
  return length > 0 && length <= MAX_RECORD;
}

/**
 * TLS from the middle: one record that fills start…end exactly, or two headers that chain, and nothing in view that
 * contradicts them. Ask it at the start of a segment of a connection whose start was not seen.
 */
export function chainsRecords(bytes: DataView, start: number, end: number): boolean {
  let headers = 0;
  let at = start;
  while (at + RECORD_HEADER <= end) {
    if (!isRecordHeader(bytes, at)) return false;
    headers++;
    at += RECORD_HEADER + bytes.getUint16(at + 3);
  }
  return headers > 1 || (headers === 1 && at === end);
}

/** Facts of a ClientHello. `complete` is false where it is cut: what came before the cut is told, and it has no `hboneShape`. */
export type HelloFacts = {
  complete: boolean;
  /** Host name, its other characters as `\xNN`, at most 255 characters; null without one. */
  sni: string | null;
  /** In the client's order; characters that are not visible ASCII, commas and backslashes as `\xNN`. */
  alpn: string[];
  /** ALPN exactly `h2`, no SNI, nothing below TLS 1.2 in supported_versions (ztunnel's hello; rules §2). */
  hboneShape: boolean;
  /** ALPN names Istio's sidecar: `istio`, `istio-peer-exchange`, `istio-http/1.1`, `istio-h2` (istio pilot/pkg/networking/util/util.go, ALPNInMesh…). */
  sidecar: boolean;
  /** 0x0303 is TLS 1.2. Lowest of supported_versions, GREASE aside; 0 when the hello does not list them. */
  lowestVersion: number;
  highestVersion: number;
};

const facts: HelloFacts = { complete: false, sni: null, alpn: [], hboneShape: false, sidecar: false, lowestVersion: 0, highestVersion: 0 };

/**
 * Facts of the ClientHello whose record header is at `start`; it may span records. `needsMore` while not even its
 * handshake header is there. The object returned, and its list, are reused by the next call.
 */
export function parseClientHello(bytes: DataView, start: number, end: number): HelloFacts | 'needsMore' | 'notHello' {
  const walked = walkHello(bytes, start, end, CLIENT_HELLO);
  if (walked === Answer.ruledOut) return 'notHello';
  if (walked === Answer.needsMore && !hasHelloHeader(bytes, start, end, CLIENT_HELLO)) return 'needsMore';
  facts.complete = walked === Answer.confirmed;
  facts.lowestVersion = found.lowest;
  facts.highestVersion = found.highest;
  facts.sni = found.serverNameEnd > found.serverName ? text(found.serverName, found.serverNameEnd, isHostCharacter) : null;
  listAlpn(facts.alpn);
  facts.sidecar = facts.alpn.some((name) => name === 'istio' || name.startsWith('istio-'));
  facts.hboneShape = facts.complete && facts.alpn.length === 1 && facts.alpn[0] === 'h2' && found.serverName < 0 && found.lowest >= 0x0303;
  return facts;
}

/** Negotiated version (0x0303, 0x0304 …; the supported_versions extension wins) of a ServerHello or HelloRetryRequest whose record header is at `start`. */
export function parseServerHello(bytes: DataView, start: number, end: number): number | 'needsMore' | 'notHello' {
  const walked = walkHello(bytes, start, end, SERVER_HELLO);
  if (walked === Answer.confirmed) return found.highest;
  return walked === Answer.needsMore ? 'needsMore' : 'notHello';
}

/** True for a hello, whole or cut, that is consistent as far as it goes, which is beyond its handshake header. */
export function beginsHello(bytes: DataView, start: number, end: number): boolean {
  return beginsHelloOf(bytes, start, end, CLIENT_HELLO) || beginsHelloOf(bytes, start, end, SERVER_HELLO);
}

const beginsHelloOf = (bytes: DataView, start: number, end: number, type: typeof CLIENT_HELLO | typeof SERVER_HELLO): boolean =>
  hasHelloHeader(bytes, start, end, type) && walkHello(bytes, start, end, type) !== Answer.ruledOut;

export const tls: Sniffer = {
  protocol: 'tls',
  summary: 'TLS: ClientHello, ServerHello or alert',
  encrypted: true,
  transport: 'tcp',
  side: 'either',
  upgradable: false,
  sniff(bytes, start, end) {
    if (start >= end) return Answer.needsMore;
    if (bytes.getUint8(start) === ALERT) return alert(bytes, start, end);
    const client = walkHello(bytes, start, end, CLIENT_HELLO);
    return client === Answer.confirmed ? client : either(client, walkHello(bytes, start, end, SERVER_HELLO));
  },
};

/** RFC 8446 §6: level 1 or 2 and a description, in a record of their own. A server that turns a hello down says only this. */
function alert(bytes: DataView, start: number, end: number): Answer {
  const header = recordHeader(bytes, start, end, ALERT);
  if (header !== Answer.confirmed) return header;
  if (bytes.getUint16(start + 3) !== 2) return Answer.ruledOut;
  if (start + 6 > end) return Answer.needsMore;
  const level = bytes.getUint8(start + 5);
  if (level < 1 || level > 2) return Answer.ruledOut;
  if (start + 7 > end) return Answer.needsMore;
  return bytes.getUint8(start + 6) <= 121 ? Answer.confirmed : Answer.ruledOut;
}

function listAlpn(into: string[]): void {
  into.length = 0;
  for (let at = found.alpn; at < found.alpnEnd && into.length < MAX_ALPN; ) {
    const nameEnd = at + 1 + found.message.getUint8(at);
    into.push(text(at + 1, nameEnd, isAlpnCharacter));
    at = nameEnd;
  }
}

/** Room for the last escape to pass the end. */
const letters = new Uint8Array(MAX_NAME + 3);

/** At most 255 characters, since escapes would let a hostile name grow. */
function text(start: number, end: number, isAllowed: (byte: number) => boolean): string {
  let length = 0;
  for (let at = start; at < end && length < MAX_NAME; at++) {
    const byte = found.message.getUint8(at);
    if (isAllowed(byte)) letters[length++] = byte;
    else for (const letter of `\\x${byte.toString(16).padStart(2, '0')}`) letters[length++] = letter.charCodeAt(0);
  }
  // Put together letter by letter a name would stay a chain of its letters: ten kilobytes in place of 255 bytes.
  return String.fromCharCode(...letters.subarray(0, Math.min(length, MAX_NAME)));
}

/** Letters, digits, `-`, `.`, `_`. */
const isHostCharacter = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x2d ||
  byte === 0x2e ||
  byte === 0x5f;

/** A comma parts names in lists of them. */
const isAlpnCharacter = (byte: number): boolean => byte > 0x20 && byte < 0x7f && byte !== 0x2c && byte !== 0x5c;
