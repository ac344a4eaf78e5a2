/**
 * May STRICT be turned on? A row for each enrolled workload and port: what mode holds now, who reached it how, and who would be
 * turned away. What is exempt (probes: istio-cni lets them by ztunnel) and UDP are no concern of a PeerAuthentication.
 */
import type { Configuration } from '../mesh/configuration.ts';
import type { Pod } from '../mesh/pods.ts';
import type { PeerAuthenticationFact } from '../model/configuration.ts';
import type { Flow, Reason } from '../model/flow.ts';
import type { StrictRow, StrictState, SubjectEnd, VerdictCounts } from '../model/summary.ts';
import type { Micros } from '../model/time.ts';
import { subjectEnd } from './finder.ts';
import { podsByWorkload, workloadKey } from './pods-by-workload.ts';
import { workloadMode } from './workload-mode.ts';

export type StrictOptions = {
  readonly configuration: Configuration;
  /** Policies to try out over those that are applied; empty for none. */
  readonly tried: readonly PeerAuthenticationFact[];
  isEnrolled(ip: string, time: Micros): boolean;
};

type Client = { readonly end: SubjectEnd; readonly reason: Reason; flows: number; last: number };
type Row = {
  readonly namespace: string | null;
  readonly workload: string;
  readonly port: number;
  readonly flows: { -readonly [verdict in keyof VerdictCounts]: number };
  readonly clients: Map<string, Client>;
};

const MAX_ROWS = 100_000;
const MAX_CLIENTS = 10_000;

export class StrictTable {
  readonly #options: StrictOptions;
  readonly #rows = new Map<string, Row>();

  constructor(options: StrictOptions) {
    this.#options = options;
  }

  add(flow: Flow): void {
    this.#count(flow, 1);
  }

  remove(flow: Flow): void {
    this.#count(flow, -1);
  }

  /** Sorted by namespace, workload, port. */
  rows(): readonly StrictRow[] {
    // For pods that ambient does not carry nobody enforces a mode.
    const pods = podsByWorkload(this.#options.configuration, ({ captured }) => captured === true);
    for (const [name, group] of pods)
      for (const port of this.#portsOf(group)) this.#row(name, group[0]?.namespace ?? null, { workload: group[0]?.workload ?? '', port });
    return [...this.#rows.values()].sort(compareRows).map((row) => this.#strictRow(row, pods.get(workloadKey(row)) ?? []));
  }

  #count(flow: Flow, sign: 1 | -1): void {
    const { destination, source, verdict, transport, exempt, kind, supersededBy } = flow;
    if (supersededBy !== null || exempt !== null || transport !== 'tcp' || kind !== 'connection') return;
    if (destination.workload === null || destination.port === null || !(verdict === 'hbone' || this.#options.isEnrolled(destination.ip, flow.start)))
      return;
    const row = this.#row(workloadKey(destination), destination.namespace, { workload: destination.workload, port: destination.port });
    if (row === undefined) return;
    row.flows[verdict] += sign;
    if (verdict !== 'plaintext' && verdict !== 'tls') return;
    const end = subjectEnd(source);
    const key = `${end.namespace}/${end.workload}/${end.ip}/${flow.reason}`;
    const client = row.clients.get(key) ?? { end, reason: flow.reason, flows: 0, last: 0 };
    if (row.clients.size >= MAX_CLIENTS && !row.clients.has(key)) return;
    row.clients.set(key, client);
    client.flows += sign;
    client.last = Math.max(client.last, flow.end ?? flow.start);
  }

  #row(name: string, namespace: string | null, { workload, port }: { readonly workload: string; readonly port: number }): Row | undefined {
    const key = `${name}:${port}`;
    let row = this.#rows.get(key);
    if (row === undefined && this.#rows.size < MAX_ROWS) {
      row = { namespace, workload, port, flows: { hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 }, clients: new Map() };
      this.#rows.set(key, row);
    }
    return row;
  }

  #portsOf(pods: readonly Pod[]): readonly number[] {
    const ips = new Set(pods.flatMap((pod) => pod.ips));
    const served = this.#options.configuration.services().filter((service) => service.ips.some((ip) => ips.has(ip)));
    return [...new Set([...pods.flatMap((pod) => pod.ports), ...served.flatMap((service) => service.targets)])];
  }

  #strictRow(row: Row, pods: readonly Pod[]): StrictRow {
    const { namespace, workload, port, flows } = row;
    const applied = this.#options.configuration.peerAuthentications.map(({ fact }) => fact);
    const now = workloadMode(applied, { ...row, pods });
    const { tried } = this.#options;
    const then = tried.length === 0 ? now : workloadMode(overlaid(applied, tried), { ...row, pods });
    const willBeStrict = tried.length === 0 || then.mode === 'STRICT';
    const clients = willBeStrict && now.mode !== 'STRICT' ? [...row.clients.values()].filter((client) => client.flows > 0) : [];
    const isSeen = Object.values(flows).some((count) => count > 0);
    const state: StrictState =
      now.mode === 'STRICT' && then.mode === 'STRICT'
        ? 'already strict'
        : clients.length > 0
          ? 'would break'
          : isSeen || !willBeStrict
            ? 'ready'
            : 'no traffic seen';
    const wouldBreak = clients
      .sort((a, b) => b.flows - a.flows || (textOf(a) < textOf(b) ? -1 : 1))
      .map(({ end, reason, flows: count, last }) => ({ ...end, reason, flows: count, last: last as Micros }));
    return { type: 'strict', namespace, workload, port, mode: then.mode, modeFrom: then.from, state, flows: { ...flows }, wouldBreak };
  }
}

const textOf = ({ end, reason }: Client): string => `${end.namespace}/${end.workload}/${end.ip}/${reason}`;

function compareRows(a: Row, b: Row): number {
  return workloadKey(a) === workloadKey(b) ? a.port - b.port : workloadKey(a) < workloadKey(b) ? -1 : 1;
}

/** A policy tried out stands in for the one of its name. */
function overlaid(applied: readonly PeerAuthenticationFact[], tried: readonly PeerAuthenticationFact[]): readonly PeerAuthenticationFact[] {
  const names = new Set(tried.map(({ namespace, name }) => `${namespace}/${name}`));
  return [...applied.filter(({ namespace, name }) => !names.has(`${namespace}/${name}`)), ...tried];
}
