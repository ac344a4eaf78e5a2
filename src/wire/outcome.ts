/** What opening a packet came to. `transport` and `icmpError` are the two that carry something; `reassembled` stands for another one. */
export const Outcome = {
  transport: 0,
  icmpError: 1,
  arp: 2,
  notIp: 3,
  fragment: 4,
  malformed: 5,
  cut: 6,
  otherProtocol: 7,
  unknownLinkType: 8,
  tooDeep: 9,
  icmp: 10,
  /** A fragment completed its datagram: what was in it, `Packet.fragments` says. */
  reassembled: 11,
  esp: 12,
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** Why a packet is no transport packet: a slug per outcome, by its number. */
export const OUTCOME_REASONS: readonly string[] = [
  'transport',
  'icmp',
  'arp',
  'not-ip',
  'fragment',
  'malformed',
  'cut-short',
  'other-protocol',
  'unknown-link-type',
  'too-deep',
  'icmp',
  'reassembled',
  'esp',
];
