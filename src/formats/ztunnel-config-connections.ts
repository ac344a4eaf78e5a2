/** A workload's open connections in a dump (ztunnel src/proxy/connection_manager.rs, ConnectionDump): inbound and outbound, as sockets. */
import type { Fact } from '../model/batch.ts';
import type { ConnectionEnd, ConnectionFact } from '../model/configuration.ts';
import type { Addresses } from '../model/tables.ts';
import { at, listAt, portOf, textAt } from './config-values.ts';

export function connectionsOf(value: unknown, record: number, addresses: Addresses): readonly Fact[] {
  const pod = textAt(value, 'info', 'name');
  const namespace = textAt(value, 'info', 'namespace');
  if (pod === null || namespace === null) return [];
  const of = (direction: ConnectionFact['direction']): Fact[] =>
    listAt(value, 'connections', direction).map((entry) => {
      const client = endOf(textAt(entry, 'src') ?? '', addresses);
      const server = endOf(textAt(entry, 'actualDst') ?? '', addresses);
      if (client === null || server === null) return { kind: 'skipped', why: 'malformed', records: 1, firstRecord: record };
      const service = serviceOf(textAt(entry, 'originalDst') ?? '', addresses);
      return { kind: 'connection', record, direction, pod, namespace, client, server, hbone: at(entry, 'protocol') === 'HBONE', service };
    });
  return [...of('inbound'), ...of('outbound')];
}

/** `10.0.0.1:80`, `[fd00::1]:80` or `POD.NAMESPACE:80`. */
export function endOf(text: string, addresses: Addresses): ConnectionEnd | null {
  const colon = text.lastIndexOf(':');
  const port = portOf(text.slice(colon + 1));
  if (colon <= 0 || port === null) return null;
  const host = text.slice(0, colon);
  const ip = addresses.parse(host);
  return { ip, pod: ip < 0 ? host : null, port };
}

/** What the client asked for, where it is a name. */
export function serviceOf(text: string, addresses: Addresses): string | null {
  const host = text.replace(/:\d+$/, '');
  return host === '' || addresses.parse(host) >= 0 || addresses.parse(text) >= 0 ? null : host;
}
