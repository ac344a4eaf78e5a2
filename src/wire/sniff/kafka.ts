/**
 * Kafka: a request. Kafka protocol guide, "Request header": size, API, version, correlation, client id.
 * Answers carry nothing that tells them from other numbers, so only the client is known by this.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';

const HEADER = 14;
/** Size counts what comes behind it: 2 + 2 + 4 + 2. */
const SHORTEST = 10;
/** The highest of Kafka 4 are 92 and 18. */
const HIGHEST_API = 100;
const HIGHEST_VERSION = 20;
const API_VERSIONS = 18;

export const kafka: Sniffer = {
  protocol: 'kafka',
  summary: 'Kafka request',
  encrypted: false,
  transport: 'tcp',
  side: 'client',
  upgradable: false,
  sniff(bytes, start, end) {
    // Below 16 MiB; the high bytes of API and version are zero, and the low ones small.
    if (start < end && bytes.getUint8(start) !== 0) return Answer.ruledOut;
    if (start + 4 <= end && bytes.getUint32(start) < SHORTEST) return Answer.ruledOut;
    if (start + 4 < end && bytes.getUint8(start + 4) !== 0) return Answer.ruledOut;
    if (start + 5 < end && bytes.getUint8(start + 5) > HIGHEST_API) return Answer.ruledOut;
    if (start + 6 < end && bytes.getUint8(start + 6) !== 0) return Answer.ruledOut;
    if (start + 7 < end && bytes.getUint8(start + 7) > HIGHEST_VERSION) return Answer.ruledOut;
    return start + HEADER > end ? Answer.needsMore : clientId(bytes, start, end);
  },
};

/** A name, all of it readable. Without one only the bare ApiVersions request is plain enough. */
function clientId(bytes: DataView, start: number, end: number): Answer {
  const size = bytes.getUint32(start);
  const length = bytes.getInt16(start + 12);
  if (length <= 0) return length >= -1 && size === SHORTEST && bytes.getUint16(start + 4) === API_VERSIONS ? Answer.confirmed : Answer.ruledOut;
  if (length > 255 || SHORTEST + length > size) return Answer.ruledOut;
  for (let at = start + HEADER; at < start + HEADER + length; at++) {
    if (at >= end) return Answer.needsMore;
    const byte = bytes.getUint8(at);
    if (byte < 0x20 || byte > 0x7e) return Answer.ruledOut;
  }
  return Answer.confirmed;
}
