import { isIP } from 'node:net';

/** Where to listen. */
export type Listen = { readonly address: string; readonly port: number };

export const DEFAULT_LISTEN: Listen = { address: '127.0.0.1', port: 8008 };

/** `8008`, `0.0.0.0:8008`, `[::1]:8008`, `localhost:8008`; undefined where it is none of them. */
export function parseListen(text: string): Listen | undefined {
  const match = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const address = match?.[1] ?? match?.[2] ?? DEFAULT_LISTEN.address;
  if (match === null || port > 65_535 || (match[1] !== undefined && isIP(address) !== 6)) return undefined;
  return { address, port };
}

/** Only this machine can reach it. */
export const isLoopback = (address: string): boolean =>
  address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));

/** As an address of a browser: one that stands for all there are is reached as this machine. */
export function urlOf({ address, port }: Listen): string {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}
