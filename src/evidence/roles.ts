/** Who is the client, where no SYN was seen (rules.md §3): port 15008, else what was said, else the lower port. */
import { HBONE_PORT } from '../mesh/ports.ts';
import { i32At } from '../model/column.ts';
import { Seen, W } from '../model/wire-rows.ts';
import { clientOf, markSeen, seenOf, setClient } from './connection-state.ts';

/** The first guess, by ports; `from` sent the first packet. */
export function guessClient(words: Int32Array, at: number, from: number): void {
  const [portA, portB] = [i32At(words, at + W.ports) >>> 16, i32At(words, at + W.ports) & 0xffff];
  const server = portA === portB ? 1 - from : portA === HBONE_PORT ? 0 : portB === HBONE_PORT ? 1 : portA < portB ? 0 : 1;
  setClient(words, at, 1 - server);
}

/** What end `x` said is what a client (or a server) says. Ports 15008 outrank it. */
export function learnClient(words: Int32Array, at: number, x: number, isClient: boolean): void {
  if ((seenOf(words, at) & Seen.roles) !== 0) return;
  const client = isClient ? x : 1 - x;
  if (isHbone(words, at) && client !== clientOf(words, at)) return;
  setClient(words, at, client);
  markSeen(words, at, Seen.roles);
}

/** One of the ports is 15008. */
export function isHbone(words: Int32Array, at: number): boolean {
  const ports = i32At(words, at + W.ports);
  return ports >>> 16 === HBONE_PORT || (ports & 0xffff) === HBONE_PORT;
}
