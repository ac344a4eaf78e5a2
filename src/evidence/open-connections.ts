/**
 * ztunnel's own lists of open connections (rules.md §1.7) to rows of `LineRows`. They come with configuration, and name pods by
 * what configuration calls them, so they are told when all of it has been read. Several lists of one ztunnel (a dump, a table) name a
 * connection once; what one list names twice are two streams of one tunnel.
 */
import type { Configuration } from '../mesh/configuration.ts';
import { HBONE_PORT } from '../mesh/ports.ts';
import { type Ip, NO_IP } from '../model/address.ts';
import type { ConnectionEnd, ConnectionFact } from '../model/configuration.ts';
import { LineEvent } from '../model/line-event.ts';
import { L, LF, LINE_FLOATS, LINE_WORDS, LineBit, LineRows } from '../model/line-rows.ts';
import type { FragmentSink } from '../model/reducer.ts';
import type { ShapeEnd, Tables } from '../model/tables.ts';
import { type Micros, micros } from '../model/time.ts';

/** `at`: when the list was asked for; null where nothing says. */
type Listed = { readonly fact: ConnectionFact; readonly input: number; readonly at: Micros | null };
type Found = Listed & { readonly client: Ip; readonly server: Ip };

export type OpenOptions = {
  readonly rows: LineRows;
  readonly tables: Tables;
  readonly configuration: Configuration;
  /** A connection whose pods have no address that is known, or for which there is no room. */
  onSkip(input: number, why: string): void;
};

const MAX_LISTED = 200_000;
const NOBODY: ShapeEnd = { workload: null, namespace: null, identity: null, cluster: null };

export class OpenConnections {
  readonly #options: OpenOptions;
  #listed: Listed[] = [];
  /** Connection → how often it has been told. */
  readonly #told = new Map<string, number>();
  /** Of a pair of addresses and a port, how many were told: each gets a µs of its own, for ids are made of those. */
  readonly #pairs = new Map<string, number>();

  constructor(options: OpenOptions) {
    this.#options = options;
  }

  add(fact: ConnectionFact, input: number, at: Micros | null): void {
    if (this.#listed.length < MAX_LISTED) this.#listed.push({ fact, input, at });
    else this.#options.onSkip(input, 'too-many');
  }

  /** `time`: for lists without one. */
  tell(into: FragmentSink, time: () => Micros): void {
    if (this.#listed.length === 0) return;
    const listed = this.#listed.sort((a, b) => a.input - b.input || a.fact.record - b.fact.record);
    this.#listed = [];
    const counts = new Map<string, number>();
    const now = time();
    for (const one of listed) {
      const found = { ...one, client: this.#ipOf(one.fact.client), server: this.#ipOf(one.fact.server) };
      if (found.client < 0 || found.server < 0) {
        this.#options.onSkip(one.input, 'unknown-pod');
        continue;
      }
      const { direction, client, server, hbone } = one.fact;
      const connection = `${direction} ${found.client}:${client.port} ${found.server}:${server.port} ${hbone}`;
      const own = `${one.input} ${connection}`;
      const count = (counts.get(own) ?? 0) + 1;
      counts.set(own, count);
      if (count <= (this.#told.get(connection) ?? 0)) this.#options.onSkip(one.input, 'duplicate');
      else if (this.#write(found, this.#timeOf(found, now), into)) this.#told.set(connection, count);
      else this.#options.onSkip(one.input, 'too-many');
    }
  }

  #ipOf({ ip, pod }: ConnectionEnd): Ip {
    if (ip >= 0 || pod === null) return ip;
    // istioctl writes `POD.NAMESPACE`; only a pod's name may have dots.
    const dot = pod.lastIndexOf('.');
    return this.#options.configuration.pod(pod.slice(dot + 1), pod.slice(0, Math.max(0, dot)))?.ips[0] ?? NO_IP;
  }

  #timeOf({ fact, at, client, server }: Found, now: Micros): Micros {
    const pair = `${fact.direction} ${client} ${server}:${fact.server.port}`;
    const before = this.#pairs.get(pair) ?? 0;
    this.#pairs.set(pair, before + 1);
    return micros((at ?? now) + before);
  }

  #write({ fact, input, at, client, server }: Found, time: Micros, into: FragmentSink): boolean {
    const { rows, tables } = this.#options;
    const row = rows.allocate();
    if (row < 0) return false;
    const isInbound = fact.direction === 'inbound';
    const hasTarget = isInbound && fact.hbone;
    const own: ShapeEnd = { ...NOBODY, workload: fact.pod, namespace: fact.namespace };
    const shape = tables.shapes.intern({ source: isInbound ? NOBODY : own, destination: isInbound ? own : NOBODY, service: fact.service });
    const { words, floats } = rows;
    const word = row * LINE_WORDS;
    words.fill(0, word, word + LINE_WORDS);
    words[word + L.sourceIp] = client;
    words[word + L.destinationIp] = server;
    words[word + L.hboneIp] = hasTarget ? server : NO_IP;
    words[word + L.ports] = (fact.client.port << 16) | (hasTarget ? HBONE_PORT : fact.server.port);
    words[word + L.bits] =
      (hasTarget ? fact.server.port | LineBit.hasHboneIp | LineRows.family(server, LineBit.hboneV6) : 0) |
      LineBit.hasSource |
      LineRows.family(client, LineBit.sourceV6) |
      LineBit.hasDestination |
      LineRows.family(server, LineBit.destinationV6) |
      (LineEvent.open << LineBit.event) |
      (isInbound ? LineBit.inbound : 0) |
      (fact.hbone ? LineBit.hbone : 0) |
      (at === null ? LineBit.undated : 0);
    words[word + L.shape] = shape;
    words[word + L.input] = input;
    words[word + L.record] = fact.record;
    floats[row * LINE_FLOATS + LF.time] = time;
    into.line(row);
    return true;
  }
}
