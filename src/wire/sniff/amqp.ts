/**
 * AMQP 0-9-1 and 1.0: the protocol header, or the server's Connection.Start. AMQP 0-9-1 specification §4.2.2, AMQP 1.0 (OASIS) §2.2 and §5.2.1.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { either, startsWith, startsWithAny } from './match.ts';

const HEADERS = [
  'AMQP\x00\x00\x09\x01',
  'AMQP\x01\x01\x00\x09',
  'AMQP\x01\x01\x00\x0a',
  'AMQP\x00\x01\x00\x00',
  'AMQP\x02\x01\x00\x00',
  'AMQP\x03\x01\x00\x00',
];
/** Of AMQP 1.0: TLS comes next. */
const TLS_HEADER = 'AMQP\x02\x01\x00\x00';

export const amqp: Sniffer = {
  protocol: 'amqp',
  summary: 'AMQP protocol header or Connection.Start',
  encrypted: false,
  transport: 'tcp',
  side: 'either',
  upgradable: true,
  sniff: (bytes, start, end) => either(startsWithAny(bytes, start, end, HEADERS), connectionStart(bytes, start, end)),
  prelude: (bytes, start, end) => (startsWith(bytes, start, end, TLS_HEADER) === Answer.confirmed ? TLS_HEADER.length : 0),
};

/** A method frame on channel 0, below 16 MiB; class 10, method 10; version 0-9. */
function connectionStart(bytes: DataView, start: number, end: number): Answer {
  const frame = startsWith(bytes, start, end, '\x01\x00\x00\x00');
  return frame === Answer.confirmed ? startsWith(bytes, start + 7, end, '\x00\x0a\x00\x0a\x00\x09') : frame;
}
