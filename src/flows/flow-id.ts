import { hash } from 'node:crypto';
import type { Micros } from '../model/time.ts';

/** What a flow's first fragment says of it; nothing that names an input or an end (contract, `id`). */
export type IdFacts = { readonly transport: string; readonly source: string; readonly destination: string; readonly first: Micros };

/** 16 hex digits of SHA-256. */
export function flowId({ transport, source, destination, first }: IdFacts): string {
  return hash('sha256', `${transport}|${source}|${destination}|${first}`, 'hex').slice(0, 16);
}

export const socketText = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);
