/**
 * FTP: the server's greeting, or a command that is FTP's alone. RFC 959 §5.4, RFC 2389 (FEAT), RFC 4217 (AUTH TLS).
 * Greetings must name it, since `220 ready` may be anybody's; `USER name` is POP3's too.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { either, greets, startsWithWord } from './match.ts';

const CODES = ['220', '120', '421'];
const COMMANDS = ['USER ANONYMOUS', 'AUTH TLS', 'AUTH SSL', 'FEAT\r\n', 'OPTS UTF8'];

export const ftp: Sniffer = {
  protocol: 'ftp',
  summary: 'FTP greeting or command',
  encrypted: false,
  transport: 'tcp',
  side: 'either',
  upgradable: true,
  sniff(bytes, start, end) {
    let answer = either(greets(bytes, start, end, CODES, 'FTP'), greets(bytes, start, end, CODES, 'FILEZILLA'));
    for (const command of COMMANDS) if (answer !== Answer.confirmed) answer = either(answer, startsWithWord(bytes, start, end, command));
    return answer;
  },
};
