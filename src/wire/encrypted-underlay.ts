/**
 * Encrypted tunnels in UDP, by their first bytes: WireGuard (https://www.wireguard.com/protocol/) and ESP in UDP (RFC 3948 §2).
 * They are noted and never opened: what protects the nodes' traffic says nothing of the mesh's own leg.
 */
import { Underlay } from './opened.ts';

/** WireGuard's default and what kube-flannel, Calico and Cilium have. Its handshake is told on any port. */
const WIREGUARD_PORTS: readonly number[] = [51820, 51821, 51871];
const ESP_PORT = 4500;
/** Message type and three zero bytes: initiation, response, cookie, data. */
const [INITIATION, RESPONSE, COOKIE, DATA] = [0x01000000, 0x02000000, 0x03000000, 0x04000000];
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [INITIATION, 148],
  [RESPONSE, 92],
  [COOKIE, 64],
]);
/** Header, counter and authentication tag; its payload is padded to 16. */
const LEAST_DATA = 32;
/** SPI, sequence number, and the least that can follow. */
const LEAST_ESP = 20;

/** Of a datagram of `length` bytes on the wire, of which start…end are there, between two ports. */
export function encryptedUnderlay(bytes: DataView, start: number, end: number, length: number, ports: readonly [number, number]): Underlay {
  if (end - start < 4) return Underlay.none;
  const first = bytes.getUint32(start);
  if (LENGTHS.get(first) === length) return Underlay.wireguard;
  if (first === DATA && length >= LEAST_DATA && length % 16 === 0 && ports.some((port) => WIREGUARD_PORTS.includes(port))) return Underlay.wireguard;
  // SPIs below 256 are reserved; 0 marks IKE.
  return first > 255 && length >= LEAST_ESP && ports.includes(ESP_PORT) ? Underlay.esp : Underlay.none;
}
