/** TCP's control bits. RFC 9293 §3.1. */
export const Flag = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;

/** A client's SYN. */
export const isOpening = (flags: number): boolean => (flags & (Flag.syn | Flag.ack | Flag.rst)) === Flag.syn;
