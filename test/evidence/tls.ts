/** TLS as bytes, made by hand: RFC 8446 §4.1.2, §4.1.3, §5.1; RFC 7301 §3.1; RFC 6066 §3. */
import { ascii, joined } from './scene.ts';

const u8 = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const u16 = (value: number): Uint8Array => u8(value >> 8, value & 255);
const prefixed16 = (bytes: Uint8Array): Uint8Array => joined(u16(bytes.length), bytes);
const prefixed8 = (bytes: Uint8Array): Uint8Array => joined(u8(bytes.length), bytes);
const extension = (type: number, body: Uint8Array): Uint8Array => joined(u16(type), prefixed16(body));

/** A record of `type` with `length` bytes that mean nothing. */
export const record = (type: number, length: number): Uint8Array =>
  joined(
    u8(type, 3, 3),
    u16(length),
    Uint8Array.from({ length }, (_, index) => (index * 167 + length * 31 + 129) & 255),
  );
const recordOf = (type: number, body: Uint8Array): Uint8Array => joined(u8(type, 3, type === 22 ? 1 : 3), prefixed16(body));
const handshake = (type: number, body: Uint8Array): Uint8Array => joined(u8(type, 0), prefixed16(body));

export function clientHello({
  alpn = ['h2'],
  sni = null,
  versions = [0x0304, 0x0303],
  padding = 0,
}: {
  alpn?: readonly string[];
  sni?: string | null;
  versions?: readonly number[];
  padding?: number;
} = {}): Uint8Array {
  const extensions = joined(
    extension(43, prefixed8(joined(...versions.map(u16)))),
    ...(alpn.length === 0 ? [] : [extension(16, prefixed16(joined(...alpn.map((name) => prefixed8(ascii(name))))))]),
    ...(sni === null ? [] : [extension(0, prefixed16(joined(u8(0), prefixed16(ascii(sni)))))]),
    ...(padding === 0 ? [] : [extension(21, new Uint8Array(padding))]),
  );
  const body = joined(u16(0x0303), new Uint8Array(32).fill(7), u8(0), prefixed16(u8(0x13, 0x01, 0x13, 0x02)), u8(1, 0), prefixed16(extensions));
  return recordOf(22, handshake(1, body));
}

export function serverHello(version: number = 0x0304): Uint8Array {
  const extensions = version === 0x0304 ? prefixed16(extension(43, u16(version))) : new Uint8Array(0);
  return recordOf(22, handshake(2, joined(u16(0x0303), new Uint8Array(32).fill(9), u8(0), u8(0x13, 0x01), u8(0), extensions)));
}

export const CHANGE_CIPHER_SPEC: Uint8Array = u8(20, 3, 3, 0, 1, 1);

/** A whole handshake of TLS 1.3 with client certificates behind the ClientHello. */
export const SERVER_FLIGHT: Uint8Array = joined(serverHello(), CHANGE_CIPHER_SPEC, record(23, 32), record(23, 900), record(23, 52));
export const CLIENT_FLIGHT: Uint8Array = joined(CHANGE_CIPHER_SPEC, record(23, 700), record(23, 52));
