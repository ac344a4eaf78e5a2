/**
 * What the first bytes of one direction are, over all sniffers.
 *
 * The first sniffer in order that does not rule the bytes out has the word: if it needs more, so does the answer, even
 * when a later one would confirm. So an answer given never changes as bytes are added, however they were cut into packets.
 */
import { u32At } from '../../model/column.ts';
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { SNIFFERS } from './index.ts';
import { isShortText, text } from './text.ts';
import { beginsHello, tls } from './tls.ts';

export const FirstBytes = { undecided: 0, readable: 1, encrypted: 2, opaque: 3 } as const;
export type FirstBytes = (typeof FirstBytes)[keyof typeof FirstBytes];

const TLS = SNIFFERS.indexOf(tls);
const TEXT = SNIFFERS.indexOf(text);
/** Bits of the sniffers that a first byte leaves in the running: 256 for each of the four kinds of first bytes. */
const CANDIDATES = candidates();

/**
 * `FirstBytes` in the low byte, and from bit 8 on the protocol: index into SNIFFERS + 1, 0 for none.
 *
 * - undecided: a sniffer needs more.
 * - readable: a readable protocol, or text.
 * - encrypted: TLS, SSH or QUIC.
 * - opaque: none of all, and not printable.
 *
 * `final`: no more bytes will come, so what is there decides; undecided is then told only of no bytes at all.
 */
export function classifyFirstBytes(
  bytes: DataView,
  start: number,
  end: number,
  side: 'client' | 'server',
  transport: 'tcp' | 'udp',
  final: boolean,
): number {
  const limit = Math.min(end, bytes.byteLength);
  if (start >= limit) return FirstBytes.undecided;
  const kind = (side === 'client' ? 0 : 256) + (transport === 'tcp' ? 0 : 512);
  let waiting = false;
  for (let left = u32At(CANDIDATES, kind + bytes.getUint8(start)); left !== 0; left &= left - 1) {
    const index = 31 - Math.clz32(left & -left);
    const answer = SNIFFERS[index]?.sniff(bytes, start, limit) ?? Answer.ruledOut;
    if (answer === Answer.confirmed) return known(index);
    if (answer === Answer.needsMore) {
      if (!final) return FirstBytes.undecided;
      waiting = true;
    }
  }
  return waiting ? guess(bytes, start, limit, transport) : FirstBytes.opaque;
}

const known = (index: number): number => (SNIFFERS[index]?.encrypted === true ? FirstBytes.encrypted : FirstBytes.readable) | ((index + 1) << 8);

/** No sniffer is sure, and no more bytes will come. */
function guess(bytes: DataView, start: number, end: number, transport: 'tcp' | 'udp'): number {
  if (transport === 'tcp' && beginsHello(bytes, start, end)) return known(TLS);
  return isShortText(bytes, start, end) ? known(TEXT) : FirstBytes.opaque;
}

/** Asks every sniffer about every first byte: who rules out a prefix rules out all that begins with it. */
function candidates(): Uint32Array {
  const table = new Uint32Array(4 * 256);
  const one = new DataView(new ArrayBuffer(1));
  for (let slot = 0; slot < table.length; slot++) {
    one.setUint8(0, slot & 255);
    for (const [index, sniffer] of SNIFFERS.entries()) {
      if (isAsked(sniffer, (slot & 256) === 0 ? 'client' : 'server', slot < 512 ? 'tcp' : 'udp') && sniffer.sniff(one, 0, 1) !== Answer.ruledOut) {
        table[slot] = u32At(table, slot) | (1 << index);
      }
    }
  }
  return table;
}

function isAsked(sniffer: Sniffer, side: string, transport: string): boolean {
  return (sniffer.side === 'either' || sniffer.side === side) && (sniffer.transport === 'both' || sniffer.transport === transport);
}
