/** What fragments come to: the slow path of IPv4 and IPv6. The datagram that a fragment completes is opened where it was put together. */
import { u32At } from '../model/column.ts';
import type { Piece } from './fragments.ts';
import type { OpenLayer, Packet } from './layer.ts';
import { O } from './opened.ts';
import { Outcome } from './outcome.ts';

/** Opens what a whole datagram holds, by the protocol of its first fragment. */
export type OpenInner = (protocol: number, ...rest: Parameters<OpenLayer>) => Outcome;

/** A fragment of a datagram with identification `id`; its addresses have been read. `reassembled` when it completes it: see `packet.fragments` then. */
export function openFragment(bytes: DataView, id: number, piece: Piece, packet: Packet, openInner: OpenInner): Outcome {
  const { opened, fragments } = packet;
  // All but the last are cut at multiples of eight; one without a byte says nothing.
  if (piece.length <= 0 || (!piece.isLast && (piece.length & 7) !== 0)) return Outcome.malformed;
  const place = `${u32At(opened, O.ifindex)} ${u32At(opened, O.depth)}`;
  const v6 = u32At(opened, O.v6);
  // IPv6 tells datagrams apart by their ends and number alone; in IPv4 every protocol numbers for itself.
  const key = `${place} ${v6} ${u32At(opened, O.source)} ${u32At(opened, O.destination)} ${id} ${v6 === 1 ? '' : piece.protocol}`;
  const [outerView, outerPieces] = [fragments.view, fragments.pieces];
  if (!fragments.add(key, bytes, piece)) return Outcome.fragment;
  const { view, length, captured, protocol } = fragments;
  // A fragment inside a datagram that was itself in fragments: theirs count as well.
  if (bytes === outerView) fragments.pieces += outerPieces - 1;
  opened[O.wireEnd] = length;
  const outcome = openInner(protocol, view, 0, captured, packet);
  if (outcome !== Outcome.reassembled) fragments.outcome = outcome;
  return Outcome.reassembled;
}
