/** What tcpdump says on stderr, as tcpdump 4.99 words it (tcpdump.c). */
export const TCPDUMP: {
  readonly listening: RegExp;
  readonly received: RegExp;
  readonly droppedByKernel: RegExp;
  readonly droppedByInterface: RegExp;
} = {
  /** From now on packets are captured. */
  listening: /listening on /,
  received: /^(\d+) packets? received by filter/,
  droppedByKernel: /^(\d+) packets? dropped by kernel/,
  droppedByInterface: /^(\d+) packets? dropped by interface/,
};

/** Up to so long the kernel keeps a packet back, in a block that is not full (tcpdump.c: pcap_set_timeout 1000). On SIGINT tcpdump leaves what is in it. */
export const HELD_BACK_MS = 1100;
