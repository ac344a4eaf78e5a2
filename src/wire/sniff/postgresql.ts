/**
 * PostgreSQL: startup, SSLRequest, GSSENCRequest or CancelRequest; the server's authentication request or error, and its
 * one-byte answer to SSLRequest with what follows. PostgreSQL documentation, "Message Formats" and "SSL Session Encryption".
 * The answer alone, `S` or `N`, says too little: then the client's side has the word.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { either, isVisible, startsWith, startsWithAny } from './match.ts';

/** Protocol 3.0, 3.2, and 3.9999, by which clients test servers. */
const STARTUP = ['\x00\x03\x00\x00', '\x00\x03\x00\x02', '\x00\x03\x27\x0f'];
/** 80877103 and 80877104: each is its whole message. */
const ENCRYPTION = ['\x00\x00\x00\x08\x04\xd2\x16\x2f', '\x00\x00\x00\x08\x04\xd2\x16\x30'];
const ENCRYPTION_LENGTH = 8;
const CANCEL = '\x04\xd2\x16\x2e';
/** MAX_STARTUP_PACKET_LENGTH is 10,000 (postgres src/include/libpq/pqcomm.h). */
const LONGEST_STARTUP_HIGH = 10_000 >> 8;
const LONGEST_AUTHENTICATION_TYPE = 12;
const SMALL_NUMBER = ['\x00\x00\x00'];
const VERSION_NUMBER = [...SMALL_NUMBER, '\x00\x03\x00'];
const LETTER = { R: 0x52, E: 0x45, S: 0x53, N: 0x4e, v: 0x76 } as const;

export const postgresql: Sniffer = {
  protocol: 'postgresql',
  summary: 'PostgreSQL startup or answer to it',
  encrypted: false,
  transport: 'tcp',
  side: 'either',
  upgradable: true,
  sniff(bytes, start, end) {
    if (start >= end) return Answer.needsMore;
    const first = bytes.getUint8(start);
    if (first === 0) return clientMessage(bytes, start, end);
    if (first === LETTER.S) return startsWith(bytes, start, end, 'S\x16\x03');
    return first === LETTER.N ? serverMessage(bytes, start + 1, end) : serverMessage(bytes, start, end);
  },
  prelude(bytes, start, end) {
    if (bytes.getUint8(start) === LETTER.S) return 1;
    return startsWithAny(bytes, start, end, ENCRYPTION) === Answer.confirmed ? ENCRYPTION_LENGTH : 0;
  },
};

function clientMessage(bytes: DataView, start: number, end: number): Answer {
  const encryption = startsWithAny(bytes, start, end, ENCRYPTION);
  if (encryption === Answer.confirmed) return encryption;
  if (start + 1 < end && bytes.getUint8(start + 1) !== 0) return Answer.ruledOut;
  if (start + 2 < end && bytes.getUint8(start + 2) > LONGEST_STARTUP_HIGH) return Answer.ruledOut;
  if (start + 4 >= end) return Answer.needsMore;
  const cancel = bytes.getUint16(start + 2) >= 16 ? startsWith(bytes, start + 4, end, CANCEL) : Answer.ruledOut;
  return either(encryption, either(cancel, startup(bytes, start, end)));
}

/** The version is followed by a parameter's name: that tells it from Kafka's Metadata request, which has a number there. */
function startup(bytes: DataView, start: number, end: number): Answer {
  const version = startsWithAny(bytes, start + 4, end, STARTUP);
  if (version !== Answer.confirmed) return version;
  if (start + 8 >= end) return Answer.needsMore;
  const byte = bytes.getUint8(start + 8);
  return byte === 0x5f || (byte >= 0x61 && byte <= 0x7a) ? Answer.confirmed : Answer.ruledOut;
}

function serverMessage(bytes: DataView, start: number, end: number): Answer {
  if (start >= end) return Answer.needsMore;
  const letter = bytes.getUint8(start);
  if (letter !== LETTER.R && letter !== LETTER.E && letter !== LETTER.v) return Answer.ruledOut;
  const length = startsWith(bytes, start + 1, end, '\x00\x00');
  if (length !== Answer.confirmed) return length;
  if (letter === LETTER.E) return errorMessage(bytes, start + 5, end);
  // Both go on with a number: how to authenticate, or the version the server has (some send only its minor part).
  const number = startsWithAny(bytes, start + 5, end, letter === LETTER.v ? VERSION_NUMBER : SMALL_NUMBER);
  if (number === Answer.ruledOut || start + 9 > end) return number === Answer.ruledOut ? number : Answer.needsMore;
  const isFit = bytes.getUint16(start + 3) >= 8 && bytes.getUint8(start + 8) <= LONGEST_AUTHENTICATION_TYPE;
  return isFit ? Answer.confirmed : Answer.ruledOut;
}

/** Fields, the severity first: `S` and a word, in the server's language. */
function errorMessage(bytes: DataView, at: number, end: number): Answer {
  const severity = startsWith(bytes, at, end, 'S');
  if (severity !== Answer.confirmed || at + 1 >= end) return severity === Answer.ruledOut ? severity : Answer.needsMore;
  const byte = bytes.getUint8(at + 1);
  return isVisible(byte) || byte >= 0x80 ? Answer.confirmed : Answer.ruledOut;
}
