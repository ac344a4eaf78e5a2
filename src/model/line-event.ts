/** What an access line tells, and from whose point of view. */

/** What an access line tells: its message. */
export const LineEvent = { opened: 0, complete: 1, failed: 2, open: 3 } as const;
export type LineEvent = (typeof LineEvent)[keyof typeof LineEvent];
/** The line tells no end: a connection was opened, or stands in ztunnel's own list of open ones (`open`). */
export const isUnended = (event: LineEvent): boolean => event === LineEvent.opened || event === LineEvent.open;
export const Direction = { outbound: 0, inbound: 1 } as const;
export type Direction = (typeof Direction)[keyof typeof Direction];
