/**
 * MySQL and MariaDB: the server greets first (protocol 10) or says why not; the client answers with its login, or with an
 * SSLRequest, behind which TLS begins. MySQL Internals, "Connection Phase Packets": HandshakeV10, SSLRequest, HandshakeResponse41.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { isDigit, isVisible } from './match.ts';

const HEADER = 4;
/** Capabilities 4, longest packet 4, character set 1, filler 23. Exactly that is an SSLRequest; a login goes on. */
const FIXED_PART = 32;
/** Of the filler the last four bytes are MariaDB's further capabilities. */
const ZEROS = 19;
const PROTOCOL_41 = 0x02;
const SSL = 0x08;
/** `5.0.1`. Shorter ones occur by chance in MongoDB's request numbers. */
const SHORTEST_VERSION = 5;
const LONGEST_VERSION = 64;

export const mysql: Sniffer = {
  protocol: 'mysql',
  summary: 'MySQL greeting, login or SSLRequest',
  encrypted: false,
  transport: 'tcp',
  side: 'either',
  upgradable: true,
  sniff(bytes, start, end) {
    // Length in little endian: the packets of the start are below 64 KiB.
    if (start + 2 < end && bytes.getUint8(start + 2) !== 0) return Answer.ruledOut;
    if (start + HEADER > end) return Answer.needsMore;
    const sequence = bytes.getUint8(start + 3);
    if (sequence === 1) return clientAnswer(bytes, start, end);
    return sequence === 0 ? greeting(bytes, start, end) : Answer.ruledOut;
  },
  prelude: (bytes, start, end) => (end - start >= HEADER + FIXED_PART && bytes.getUint32(start) === SSL_REQUEST ? HEADER + FIXED_PART : 0),
};

const SSL_REQUEST = 0x20000001;

function greeting(bytes: DataView, start: number, end: number): Answer {
  const at = start + HEADER;
  if (at >= end) return Answer.needsMore;
  const protocol = bytes.getUint8(at);
  if (protocol === 0xff) return refusal(bytes, at, end);
  if (protocol !== 10) return Answer.ruledOut;
  for (let character = at + 1; character < end; character++) {
    const byte = bytes.getUint8(character);
    if (byte === 0 && character - at > SHORTEST_VERSION) return Answer.confirmed;
    if (character === at + 1 ? !isDigit(byte) : !isVisible(byte) || character - at > LONGEST_VERSION) return Answer.ruledOut;
  }
  return Answer.needsMore;
}

/** An error in place of the greeting (too many connections, host not allowed): 1024 to 1279 in little endian, then a message. */
function refusal(bytes: DataView, at: number, end: number): Answer {
  if (at + 2 < end && bytes.getUint8(at + 2) !== 4) return Answer.ruledOut;
  if (at + 4 >= end) return Answer.needsMore;
  return isVisible(bytes.getUint8(at + 3)) && isVisible(bytes.getUint8(at + 4)) ? Answer.confirmed : Answer.ruledOut;
}

function clientAnswer(bytes: DataView, start: number, end: number): Answer {
  const length = bytes.getUint16(start, true);
  if (length < FIXED_PART) return Answer.ruledOut;
  const wanted = length === FIXED_PART ? PROTOCOL_41 | SSL : PROTOCOL_41;
  if (start + 5 < end && (bytes.getUint8(start + 5) & wanted) !== wanted) return Answer.ruledOut;
  const zeros = start + HEADER + 9;
  for (let at = zeros; at < Math.min(end, zeros + ZEROS); at++) if (bytes.getUint8(at) !== 0) return Answer.ruledOut;
  return start + HEADER + FIXED_PART > end ? Answer.needsMore : Answer.confirmed;
}
