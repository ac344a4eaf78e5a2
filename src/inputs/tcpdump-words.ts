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
