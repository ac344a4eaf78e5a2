/**
 * The shapes of lines that tcpdump prints. A packet begins with its number (`-#`), its time in one of five styles, and its
 * headers; tcpdump 4.99 print.c, util-print.c (ts_print). What it says on stderr stands between packets when both were pasted.
 */

/** `-t` · default · `-tt` · `-tttt` · `-ttt` or `-ttttt`. */
export type Stamp = 'none' | 'day' | 'epoch' | 'date' | 'delta';
export type Shape = {
  readonly stamp: Stamp;
  readonly isNumbered: boolean;
  /** µs since 1970, since midnight, or since another packet; 0 without a stamp. */
  readonly micros: number;
  /** Where the headers begin. */
  readonly rest: number;
};

const NUMBER = / *\d+ {2}/y;
const DATE = /(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{6})\d{0,3} /y;
const DAY = /([ -]?)(\d\d):(\d\d):(\d\d)\.(\d{6})\d{0,3} /y;
const EPOCH = /(\d{1,12})\.(\d{6})\d{0,3} /y;
/** An interface of `any`, with the packet's direction. */
const INTERFACE = String.raw`(?:\S{1,64} +(?:In|Out|B|M|P|\?) +)?`;
const HEADERS = new RegExp(String.raw`${INTERFACE}(?:ifindex \d+ )?(?:IP6? \S|ARP, |[0-9a-f]{2}(?::[0-9a-f]{2}){5} (?:> |ethertype ))`, 'y');
const LONGEST_STAMP = 128;

/** Undefined for what begins no packet. Whatever stands behind a time stamp may be a packet of some protocol. */
export function shapeOf(line: string): Shape | undefined {
  const isNumbered = matches(NUMBER, line, 0) !== null;
  const start = isNumbered ? NUMBER.lastIndex : 0;
  const stamped = stampOf(line, start);
  if (stamped !== undefined) return { ...stamped, isNumbered };
  return matches(HEADERS, line, start) === null ? undefined : { stamp: 'none', isNumbered, micros: 0, rest: start };
}

function stampOf(line: string, start: number): Omit<Shape, 'isNumbered'> | undefined {
  if (line.charCodeAt(start) > 0x39) return undefined;
  const day = matches(DAY, line, start);
  if (day !== null) {
    const [, lead = '', hours, minutes, seconds, fraction] = day;
    const micros = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1e6 + Number(fraction);
    return { stamp: lead === '' ? 'day' : 'delta', micros: lead === '-' ? -micros : micros, rest: DAY.lastIndex };
  }
  const date = matches(DATE, line, start);
  if (date !== null) {
    const [, year, month, monthDay, hours, minutes, seconds, fraction] = date.map(Number);
    const ms = Date.UTC(year ?? 0, (month ?? 1) - 1, monthDay, hours, minutes, seconds);
    return { stamp: 'date', micros: ms * 1000 + (fraction ?? 0), rest: DATE.lastIndex };
  }
  const epoch = matches(EPOCH, line, start);
  if (epoch === null) return undefined;
  return { stamp: 'epoch', micros: Number(epoch[1]) * 1e6 + Number(epoch[2]), rest: EPOCH.lastIndex };
}

function matches(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(at === 0 && line.length > LONGEST_STAMP ? line.slice(0, LONGEST_STAMP) : line);
}

/** Whether the line begins a packet beyond doubt: for recognising, where a time stamp alone is anybody's. */
export function isPacketLine(line: string): boolean {
  const shape = shapeOf(line);
  return (
    shape !== undefined &&
    matches(HEADERS, line, shape.rest) !== null &&
    / > \S+:(?: |$)| > [0-9a-f:]{17}, |ethertype IP|^\S*\s*ARP, |, ethertype ARP|IP6? \((?:tos|class|flowlabel|hlim) /.test(line.slice(shape.rest))
  );
}

export type Notice =
  /** A capture begins: whatever was counted before is over. `snapshot` is -1 where it is not said. */
  | { readonly kind: 'begins'; readonly interface: string; readonly snapshot: number }
  | { readonly kind: 'dropped'; readonly by: 'kernel' | 'interface'; readonly packets: number }
  | { readonly kind: 'prompt' }
  | { readonly kind: 'said' };

const LISTENING = /^(?:tcpdump: )?listening on (\S+?),(?: link-type [^,]*,)?(?: (?:snapshot length|capture size) (\d+))?/;
const READING = /^(?:tcpdump: )?reading from (?:file|PCAP-NG file) .*?,(?: link-type [^,]*)?(?:, snapshot length (\d+))?$/;
const COUNTED = /^(?:\^C)*\s*(\d+) packets? (captured|received by filter|dropped by (kernel|interface))$/;
const SAID = /^(?:\^C)+$|^tcpdump: |^(?:tcpdump: )?(?:verbose output suppressed|data link type |Warning: |dropped privs to |WARNING: )/;
const PROMPT = /^(?:\S.{0,200})?[$#%>❯] (?:.*\b)?(?:tcpdump|kubectl|nsenter|ssh|docker|crictl|sudo|exit)\b/;
const LONGEST_NOTICE = 4096;

/** What tcpdump says on stderr, and the prompt that it was started from; undefined for anything else. */
export function noticeOf(line: string): Notice | undefined {
  if (line.length > LONGEST_NOTICE) return undefined;
  const counted = COUNTED.exec(line);
  if (counted !== null) {
    const by = counted[3] === 'kernel' || counted[3] === 'interface' ? counted[3] : undefined;
    return by === undefined ? { kind: 'said' } : { kind: 'dropped', by, packets: Number(counted[1]) };
  }
  const listening = LISTENING.exec(line);
  if (listening !== null) return { kind: 'begins', interface: listening[1] ?? '', snapshot: Number(listening[2] ?? -1) };
  const reading = READING.exec(line);
  if (reading !== null) return { kind: 'begins', interface: '', snapshot: Number(reading[1] ?? -1) };
  if (SAID.test(line)) return { kind: 'said' };
  return PROMPT.test(line) ? { kind: 'prompt' } : undefined;
}
