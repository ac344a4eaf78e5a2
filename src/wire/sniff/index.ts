import type { Sniffer } from '../../model/sniffer.ts';
import { amqp } from './amqp.ts';
import { dns } from './dns.ts';
import { ftp } from './ftp.ts';
import { grpc } from './grpc.ts';
import { http } from './http.ts';
import { http2 } from './http2.ts';
import { kafka } from './kafka.ts';
import { mongodb } from './mongodb.ts';
import { mqtt } from './mqtt.ts';
import { mysql } from './mysql.ts';
import { postgresql } from './postgresql.ts';
import { proxy } from './proxy.ts';
import { quic } from './quic.ts';
import { redis } from './redis.ts';
import { smtp } from './smtp.ts';
import { ssh } from './ssh.ts';
import { text } from './text.ts';
import { tls } from './tls.ts';

/** In order of precedence: a sniffer is heard once all before it have ruled the bytes out. Encrypted ones first, `text` last. At most 32. */
export const SNIFFERS: readonly Sniffer[] = [
  tls,
  ssh,
  quic,
  proxy,
  grpc,
  http2,
  http,
  postgresql,
  mysql,
  redis,
  mongodb,
  kafka,
  amqp,
  mqtt,
  smtp,
  ftp,
  dns,
  text,
];

/** What is told of a sniffer's protocol (its index): `application` of the contract, which has no TLS and no PROXY header; null for those and for -1. */
export function applicationOf(protocol: number): string | null {
  const name = SNIFFERS[protocol]?.protocol;
  return name === undefined || name === 'tls' || name === 'proxy' ? null : name;
}
