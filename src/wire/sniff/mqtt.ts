/** MQTT 3.1, 3.1.1 and 5: CONNECT and CONNACK. MQTT Version 5.0 (OASIS) §3.1 and §3.2, MQTT 3.1.1 §3.1 and §3.2. */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { startsWithAny } from './match.ts';

const CONNECT = 0x10;
const CONNACK = 0x20;
const PROTOCOLS = ['\x00\x04MQTT\x04', '\x00\x04MQTT\x05', '\x00\x06MQIsdp\x03'];
const MOST_LENGTH_BYTES = 4;
/** MQTT 5: reasons from here on are failures; 3.1.1 has 1 to 5. */
const FAILURE = 0x80;
const LAST_RETURN_CODE = 5;

export const mqtt: Sniffer = {
  protocol: 'mqtt',
  summary: 'MQTT CONNECT or CONNACK',
  encrypted: false,
  transport: 'tcp',
  side: 'either',
  upgradable: false,
  sniff(bytes, start, end) {
    if (start >= end) return Answer.needsMore;
    const type = bytes.getUint8(start);
    if (type === CONNECT) return connect(bytes, start, end);
    return type === CONNACK ? acknowledgement(bytes, start, end) : Answer.ruledOut;
  },
};

/** The remaining length in seven bits a byte, the protocol's name, its level. */
function connect(bytes: DataView, start: number, end: number): Answer {
  let at = start + 1;
  while (at < end && bytes.getUint8(at) >= 0x80) at++;
  if (at - start > MOST_LENGTH_BYTES) return Answer.ruledOut;
  return at >= end ? Answer.needsMore : startsWithAny(bytes, at + 1, end, PROTOCOLS);
}

/** Length, flags (session present), reason; in version 5 also properties, whose length must fit. */
function acknowledgement(bytes: DataView, start: number, end: number): Answer {
  if (start + 1 < end && (bytes.getUint8(start + 1) < 2 || bytes.getUint8(start + 1) >= 0x80)) return Answer.ruledOut;
  if (start + 2 < end && bytes.getUint8(start + 2) > 1) return Answer.ruledOut;
  if (start + 4 > end) return Answer.needsMore;
  const length = bytes.getUint8(start + 1);
  const reason = bytes.getUint8(start + 3);
  if (length === 2) return reason <= LAST_RETURN_CODE ? Answer.confirmed : Answer.ruledOut;
  if (reason !== 0 && reason < FAILURE) return Answer.ruledOut;
  if (start + 5 > end) return Answer.needsMore;
  return bytes.getUint8(start + 4) === length - 3 ? Answer.confirmed : Answer.ruledOut;
}
