import type { Ip } from './address.ts';

/** Strings ↔ numbers, bounded in count and bytes: past the bound every new string becomes the one named `(too many names)`. */
export type Names = {
  intern(text: string): number;
  text(id: number): string;
  /** Some were lost: their texts are that one. */
  readonly isOverfull: boolean;
};

/** IPv6 addresses ↔ numbers, and the text of all addresses. */
export type Addresses = {
  /** The 16 bytes of `view` at `offset`. IPv4-mapped addresses come back as IPv4. */
  fromIpv6(view: DataView, offset: number): Ip;
  /** Text as RFC 5952 or any other spelling, with or without brackets; `NO_IP` where it is no address. */
  parse(text: string): Ip;
  /** RFC 5952; dotted for IPv4. */
  format(ip: Ip): string;
  /** Its 4 or 16 bytes in network order into `view` at `offset`; the offset behind them. */
  write(ip: Ip, view: DataView, offset: number): number;
  /** Order by address, never by number: IPv4 before IPv6, then by bytes. */
  compare(a: Ip, b: Ip): number;
};

/** What an access line says about one end. Null where the line has no such key. */
export type ShapeEnd = {
  readonly workload: string | null;
  readonly namespace: string | null;
  readonly identity: string | null;
  readonly cluster: string | null;
};
/** What stays the same from line to line of one edge. */
export type Shape = { readonly source: ShapeEnd; readonly destination: ShapeEnd; readonly service: string | null };
export type Shapes = {
  /** Equal shapes get one number. */
  intern(shape: Shape): number;
  /** Equal ends get one number. */
  end(end: ShapeEnd): number;
  /** The shape of two ends and a service, as `intern` has it. */
  join(source: number, destination: number, service: string | null): number;
  shape(id: number): Shape;
  /** Past the bound names are lost; whether there was an identity is not. */
  readonly isOverfull: boolean;
  /** Whether an identity is printed: ztunnel judged it mutual TLS. Asked of every line, so it needs no object. */
  isMutual(id: number): boolean;
};

/** Where packets were seen: one lane each. */
export type Point = {
  /** Number of the input. */
  readonly input: number;
  readonly name: string;
  /** A loopback device: ARPHRD 772, a pcapng interface named `lo`, LINKTYPE_NULL/LOOP. (Ethernet with both MACs zero is told packet by packet.) */
  readonly loopback: boolean;
};
export type Points = {
  add(point: Point): number;
  point(id: number): Point;
};

/** Shared by all lanes of a run; they only grow, and numbers in them never order anything. */
export type Tables = {
  readonly names: Names;
  readonly addresses: Addresses;
  readonly shapes: Shapes;
  readonly points: Points;
};
