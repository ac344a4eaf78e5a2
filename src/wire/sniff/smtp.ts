/** SMTP: the server's greeting, which names the protocol, or the client's hello. RFC 5321 §3.1 and §4.1.1.1; LMTP is RFC 2033. */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { either, greets, isVisible, startsWithWord } from './match.ts';

const CODES = ['220', '421', '554'];
const HELLO_LENGTH = 5;

export const smtp: Sniffer = {
  protocol: 'smtp',
  summary: 'SMTP greeting or hello',
  encrypted: false,
  transport: 'tcp',
  side: 'either',
  // STARTTLS, RFC 3207.
  upgradable: true,
  sniff: (bytes, start, end) =>
    either(either(greets(bytes, start, end, CODES, 'SMTP'), greets(bytes, start, end, CODES, 'LMTP')), hello(bytes, start, end)),
};

/** EHLO, HELO or LHLO, a space, and who speaks. */
function hello(bytes: DataView, start: number, end: number): Answer {
  const word = either(
    either(startsWithWord(bytes, start, end, 'EHLO '), startsWithWord(bytes, start, end, 'HELO ')),
    startsWithWord(bytes, start, end, 'LHLO '),
  );
  if (word !== Answer.confirmed) return word;
  if (start + HELLO_LENGTH >= end) return Answer.needsMore;
  return isVisible(bytes.getUint8(start + HELLO_LENGTH)) ? Answer.confirmed : Answer.ruledOut;
}
