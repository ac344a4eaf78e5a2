/**
 * Redis: commands and replies in RESP2 or RESP3, and the inline commands that people type. Redis serialization protocol specification.
 * Words behind `+` are limited to those that a first reply has (POP3 says `+OK Dovecot ready`), and so are inline commands
 * (`GET /` is HTTP's).
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { either, isDigit, isUpper, isVisible, startsWith, startsWithAny } from './match.ts';

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const MINUS = 0x2d;
const SLASH = 0x2f;
const STRINGS = ['+OK\r\n', '+PONG\r\n', '+QUEUED\r\n', '+FULLRESYNC ', '+CONTINUE', '_\r\n', '#t\r\n', '#f\r\n'];
const ELEMENTS = '$+-:*_#,(%~=>|';
/** Words with how many arguments each may have, at least and at most. */
const INLINE: readonly (readonly [word: string, least: number, most: number])[] = [
  ['PING', 0, 0],
  ['INFO', 0, 0],
  ['DBSIZE', 0, 0],
  ['MONITOR', 0, 0],
  ['FLUSHALL', 0, 0],
  ['GET', 1, 1],
  ['SET', 2, 2],
  ['DEL', 1, 1],
  ['INCR', 1, 1],
  ['KEYS', 1, 1],
  ['HGETALL', 1, 1],
  ['LRANGE', 3, 3],
];
const LONGEST_INLINE = 256;
const MOST_DIGITS = 10;

export const redis: Sniffer = {
  protocol: 'redis',
  summary: 'Redis command or reply (RESP)',
  encrypted: false,
  transport: 'tcp',
  side: 'either',
  upgradable: false,
  sniff(bytes, start, end) {
    if (start >= end) return Answer.needsMore;
    const first = bytes.getUint8(start);
    if (isUpper(first)) return inline(bytes, start, end);
    if (first === MINUS) return error(bytes, start + 1, end);
    return either(startsWithAny(bytes, start, end, STRINGS), counted(bytes, start, end));
  },
};

/** `*2 CR LF $`, `$5 CR LF`, `:1 CR LF`, `%7 CR LF $`: a count; behind that of several elements the type of the first. */
function counted(bytes: DataView, start: number, end: number): Answer {
  const type = String.fromCharCode(bytes.getUint8(start));
  if (!'*$:%~>'.includes(type)) return Answer.ruledOut;
  let at = start + 1;
  if (at < end && bytes.getUint8(at) === MINUS) at++;
  const digits = at;
  while (at < end && isDigit(bytes.getUint8(at))) at++;
  if (at - digits > MOST_DIGITS) return Answer.ruledOut;
  if (at === end) return Answer.needsMore;
  const lineEnd = at === digits ? Answer.ruledOut : startsWith(bytes, at, end, '\r\n');
  if (lineEnd !== Answer.confirmed || type === '$' || type === ':' || isEmpty(bytes, start + 1)) return lineEnd;
  if (at + 2 >= end) return Answer.needsMore;
  return ELEMENTS.includes(String.fromCharCode(bytes.getUint8(at + 2))) ? Answer.confirmed : Answer.ruledOut;
}

/** `*0`, `*-1`. */
const isEmpty = (bytes: DataView, at: number): boolean =>
  bytes.getUint8(at) === MINUS || (bytes.getUint8(at) === 0x30 && bytes.getUint8(at + 1) === CR);

/** `-ERR unknown command`, `-NOAUTH …`: a word in capitals and a space. */
function error(bytes: DataView, start: number, end: number): Answer {
  let at = start;
  while (at < end && isUpper(bytes.getUint8(at))) at++;
  if (at - start > 20) return Answer.ruledOut;
  if (at === end) return Answer.needsMore;
  return at - start >= 3 && bytes.getUint8(at) === SPACE ? Answer.confirmed : Answer.ruledOut;
}

function inline(bytes: DataView, start: number, end: number): Answer {
  let answer: Answer = Answer.ruledOut;
  for (const [word, least, most] of INLINE) {
    const begins = startsWith(bytes, start, end, word);
    if (begins !== Answer.ruledOut)
      answer = either(answer, begins === Answer.confirmed ? inlineArguments(bytes, start + word.length, end, least, most) : begins);
  }
  return answer;
}

/** From behind the word: as many arguments as it has, each behind one space, then the end of the line. */
function inlineArguments(bytes: DataView, start: number, end: number, least: number, most: number): Answer {
  let count = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes.getUint8(at);
    if (byte === LF || byte === CR)
      return count < least || bytes.getUint8(at - 1) === SPACE ? Answer.ruledOut : startsWith(bytes, byte === CR ? at + 1 : at, end, '\n');
    if (byte === SPACE) count++;
    // A word that goes on is another word; a path is HTTP's.
    const isStart = at > start && bytes.getUint8(at - 1) === SPACE;
    if (
      !(byte === SPACE || isVisible(byte)) ||
      count === 0 ||
      count > most ||
      at - start > LONGEST_INLINE ||
      (isStart && (byte === SLASH || byte === SPACE))
    )
      return Answer.ruledOut;
  }
  return Answer.needsMore;
}
