/** Rows of istioctl's tables as facts, by the column that tells the kind of the table. */
import type { Fact } from '../model/batch.ts';
import type { Addresses } from '../model/tables.ts';
import { ipsOf, timeAt } from './config-values.ts';
import { endOf, serviceOf } from './ztunnel-config-connections.ts';

export type TableRow = { readonly record: number; readonly addresses: Addresses; cell(name: string): string };

const textOrNull = (cell: string): string | null => (cell === '' || cell === 'NA' || cell === 'None' ? null : cell);

function workload({ record, addresses, cell }: TableRow): Fact | null {
  const protocol = cell('PROTOCOL');
  if (cell('POD NAME') === '' || (protocol !== 'HBONE' && protocol !== 'TCP')) return null;
  return {
    kind: 'workload',
    from: 'ztunnel',
    record,
    uid: null,
    pod: cell('POD NAME'),
    namespace: cell('NAMESPACE'),
    workload: null,
    ips: ipsOf([cell('ADDRESS')], addresses),
    node: textOrNull(cell('NODE')),
    serviceAccount: null,
    trustDomain: null,
    cluster: null,
    captured: protocol === 'HBONE',
    hostNetwork: false,
    gateway: false,
    labels: null,
    probePorts: null,
    ports: [],
    since: null,
    until: null,
    policies: null,
  };
}

function service({ record, addresses, cell }: TableRow): Fact | null {
  if (cell('SERVICE NAME') === '' || !/^\d+\/\d+$/.test(cell('ENDPOINTS'))) return null;
  return {
    kind: 'service',
    record,
    name: cell('SERVICE NAME'),
    namespace: cell('NAMESPACE'),
    hostname: null,
    vips: ipsOf(cell('SERVICE VIP').split(','), addresses),
    ports: [],
    workloads: [],
    selector: null,
  };
}

function policy({ record, cell }: TableRow): Fact | null {
  if (cell('SCOPE') === '') return null;
  return {
    kind: 'authorization',
    record,
    name: cell('POLICY NAME'),
    namespace: cell('NAMESPACE'),
    action: cell('ACTION').toUpperCase(),
    scope: cell('SCOPE'),
  };
}

function certificate({ record, cell }: TableRow): Fact | null {
  const [identity, role] = [cell('CERTIFICATE NAME'), cell('TYPE')];
  if (role !== 'Leaf' && role !== 'Root' && role !== 'Intermediate' && role !== 'NA') return null;
  return {
    kind: 'certificate',
    record,
    identity,
    role: role === 'Root' ? 'root' : 'leaf',
    serial: textOrNull(cell('SERIAL NUMBER')),
    notBefore: timeAt(cell('NOT BEFORE')),
    notAfter: timeAt(cell('NOT AFTER')),
    valid: cell('VALID CERT') === 'true' ? true : cell('VALID CERT') === 'false' ? false : null,
  };
}

/** The table names pods where the dump has addresses, and the far end's name where the dump has its service's. */
function connection({ record, addresses, cell }: TableRow): Fact | null {
  const isInbound = cell('DIRECTION') === 'Inbound';
  const [local, remote] = [endOf(cell('LOCAL'), addresses), endOf(cell('REMOTE'), addresses)];
  const workload = cell('WORKLOAD');
  const dot = workload.lastIndexOf('.');
  if (local === null || remote === null || dot < 0 || (!isInbound && cell('DIRECTION') !== 'Outbound')) return null;
  return {
    kind: 'connection',
    record,
    direction: isInbound ? 'inbound' : 'outbound',
    pod: workload.slice(0, dot),
    namespace: workload.slice(dot + 1),
    client: isInbound ? remote : local,
    server: isInbound ? local : remote,
    hbone: cell('PROTOCOL') === 'HBONE',
    service: serviceOf(cell('REMOTE TARGET'), addresses),
  };
}

export const ROWS: { readonly [column: string]: (row: TableRow) => Fact | null } = {
  'POD NAME': workload,
  'SERVICE NAME': service,
  'POLICY NAME': policy,
  'CERTIFICATE NAME': certificate,
  DIRECTION: connection,
};
