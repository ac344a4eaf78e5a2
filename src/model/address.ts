import type { Brand } from './time.ts';

/**
 * An IP address as one number: IPv4 is its 32 bits (0 … 2³²-1); IPv6 is 2³² plus its number in `Addresses`;
 * IPv4-mapped IPv6 is IPv4. Equal addresses are equal numbers, whatever witness named them.
 * `ip >>> 0` fits a 32-bit column beside a bit that says which family.
 */
export type Ip = Brand<number, 'Ip'>;

export const IPV6 = 0x1_0000_0000;
export const NO_IP: Ip = -1 as Ip;

export const isIpv6 = (ip: Ip): boolean => ip >= IPV6;
export const ipv4 = (bits: number): Ip => (bits >>> 0) as Ip;
/** Back from a 32-bit column and its family bit. */
export const ipFrom = (word: number, v6: boolean): Ip => (v6 ? IPV6 + word : word) as Ip;
