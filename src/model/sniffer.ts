/** Whether the first bytes that one side of a connection sent are one protocol. */
export type Sniffer = {
  /** `application` of the contract: http, postgresql, … */
  readonly protocol: string;
  readonly summary: string;
  readonly encrypted: boolean;
  readonly transport: 'tcp' | 'udp' | 'both';
  /** Whose first bytes it can judge. */
  readonly side: 'client' | 'server' | 'either';
  /** True when such a connection may turn into TLS later (STARTTLS, SSLRequest, CONNECT): a ClientHello is then looked for at the start of later segments. */
  readonly upgradable: boolean;
  /** Looks at `bytes` from `start` up to `end`: never a copy, never beyond, never throws. */
  sniff(bytes: DataView, start: number, end: number): Answer;
  /** How many bytes to step over before another protocol begins (a PROXY header, an SSLRequest); 0 when it is no prelude. Asked after `confirmed`. */
  prelude?(bytes: DataView, start: number, end: number): number;
};

/** A number, since it is asked once a connection and sniffer: no object to make. */
export const Answer = { needsMore: 0, ruledOut: 1, confirmed: 2 } as const;
export type Answer = (typeof Answer)[keyof typeof Answer];
