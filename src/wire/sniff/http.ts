/** HTTP/1: a request line or a status line. RFC 9112 §3 and §4; methods are RFC 9110 §9, RFC 4918 and whatever else looks like one. */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { contains, either, isDigit, isUpper, lineFeed, startsWith, startsWithAny } from './match.ts';

const SPACE = 0x20;
const SLASH = 0x2f;
const LONGEST_METHOD = 32;
/** A path as long as this needs no version behind it: it may have been cut. */
const LONG_PATH = 64;
/** Where the head of a CONNECT has still not ended here, what follows it is not looked for. */
const LONGEST_HEAD = 4096;
const VERSIONS = ['HTTP/1.1 ', 'HTTP/1.0 '];
const TARGETS = ['/', '* ', 'http://', 'https://'];

export const http: Sniffer = {
  protocol: 'http',
  summary: 'HTTP/1 request or response',
  encrypted: false,
  transport: 'tcp',
  side: 'either',
  upgradable: true,
  sniff: (bytes, start, end) => either(statusLine(bytes, start, end), requestLine(bytes, start, end)),
  /** The head of a CONNECT: behind it the tunnel begins (RFC 9110 §9.3.6). */
  prelude: (bytes, start, end) => (isConnect(bytes, start, end) === Answer.confirmed ? headLength(bytes, start, end) : 0),
};

const isConnect = (bytes: DataView, start: number, end: number): Answer => startsWith(bytes, start, end, 'CONNECT ');

function statusLine(bytes: DataView, start: number, end: number): Answer {
  const version = startsWithAny(bytes, start, end, VERSIONS);
  if (version !== Answer.confirmed) return version;
  for (let at = start + 9; at < start + 12; at++) {
    if (at >= end) return Answer.needsMore;
    if (!isDigit(bytes.getUint8(at))) return Answer.ruledOut;
  }
  return Answer.confirmed;
}

function requestLine(bytes: DataView, start: number, end: number): Answer {
  let at = start;
  while (at < end && isMethodCharacter(bytes.getUint8(at))) at++;
  if (at - start > LONGEST_METHOD) return Answer.ruledOut;
  if (at > start && !isUpper(bytes.getUint8(start))) return Answer.ruledOut;
  if (at === end) return Answer.needsMore;
  if (at === start || bytes.getUint8(at) !== SPACE) return Answer.ruledOut;
  const target = at + 1;
  const connects = isConnect(bytes, start, end) === Answer.confirmed;
  const form = connects ? Answer.confirmed : startsWithAny(bytes, target, end, TARGETS);
  if (form !== Answer.confirmed) return form;
  for (at = target; at < end && isTargetCharacter(bytes.getUint8(at)); at++);
  if (at - target >= LONG_PATH && bytes.getUint8(target) === SLASH) return Answer.confirmed;
  const version = at === target && at < end ? Answer.ruledOut : startsWith(bytes, at, end, ' HTTP/1.');
  return connects && version === Answer.confirmed ? connectHead(bytes, start, end) : version;
}

/** A CONNECT is known with its whole head, so that its prelude is. */
const connectHead = (bytes: DataView, start: number, end: number): Answer =>
  end - start >= LONGEST_HEAD || headLength(bytes, start, end) > 0 ? Answer.confirmed : Answer.needsMore;

/** Bytes up to and with the empty line, 0 where it has not come. */
function headLength(bytes: DataView, start: number, end: number): number {
  const limit = Math.min(end, start + LONGEST_HEAD);
  for (let feed = lineFeed(bytes, start, limit); feed >= 0; feed = lineFeed(bytes, feed + 1, limit)) {
    if (contains(bytes, feed + 1, Math.min(feed + 2, limit), '\n')) return feed + 2 - start;
    if (contains(bytes, feed + 1, Math.min(feed + 3, limit), '\r\n')) return feed + 3 - start;
  }
  return 0;
}

/** Fewer than a token of RFC 9110 §5.6.2 has: no lower case, which text is full of. */
const isMethodCharacter = (byte: number): boolean => isUpper(byte) || byte === 0x2d || byte === 0x5f || isDigit(byte);

/** Visible ASCII, and the raw UTF-8 that some clients send. */
const isTargetCharacter = (byte: number): boolean => byte > SPACE && byte !== 0x7f;
