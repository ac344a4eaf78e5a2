/** `--redact`: a report that is told of nobody by name. Counts, times, ports, verdicts and who is the same as whom stay. */
import { type Flow, type FlowEnd, type TlsFacts, VERDICTS } from '../../model/flow.ts';
import type { Report, Told } from '../../model/reporter.ts';
import { SAYS } from '../../model/stand.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { redactText } from './texts.ts';

export class Redactor {
  readonly #names = new Pseudonyms();

  /** Names may stand in sentences about flows that a view does not tell. */
  learn(flows: readonly Flow[]): void {
    for (const { source, destination } of flows) {
      this.#end(source);
      this.#end(destination);
    }
  }

  /** Names that no flow need have, and that sentences may: of policies, trust domains, nodes. */
  learnNames(names: Iterable<string>): void {
    for (const name of names) if (name !== '' && this.#names.known(name) === undefined) this.#names.name('name', name);
  }

  /** A word of the command line that is no flag: mostly a path. */
  learnInput(name: string): void {
    this.#names.name('input', name);
  }

  report(report: Report): Report {
    return {
      tell: (told) => report.tell(told.map((one) => this.#told(one))),
      close: (summary) => report.close(this.#object(summary)),
    };
  }

  text(text: string): string {
    return redactText(text, this.#names);
  }

  input(name: string): string {
    return this.#names.name('input', name);
  }

  #told(told: Told): Told {
    if (told.type === 'flow') return this.#flow(told);
    // Whom it is about stands behind the sentence that names them.
    if (told.type === 'finding') this.#object(told.subject);
    return this.#object(told);
  }

  /** Its id and its community id are read when they are asked for, so it cannot be copied as other objects can. */
  #flow(flow: Flow): Flow {
    const names = this.#names;
    const { carrier, tls } = flow;
    return {
      ...this.#object({ findings: flow.findings, evidence: flow.evidence, witnesses: flow.witnesses, bytes: flow.bytes }),
      type: 'flow',
      id: names.flow(flow.id),
      revision: flow.revision,
      supersededBy: flow.supersededBy === null ? null : names.flow(flow.supersededBy),
      kind: flow.kind,
      start: flow.start,
      end: flow.end,
      open: flow.open,
      source: this.#end(flow.source),
      destination: this.#end(flow.destination),
      transport: flow.transport,
      application: flow.application,
      tls: tls === null ? null : this.#tls(tls),
      underlay: flow.underlay,
      verdict: flow.verdict,
      reason: flow.reason,
      exempt: flow.exempt,
      exposedBytes: flow.exposedBytes,
      // A hash over the addresses, which can be tried out.
      communityId: null,
      carrier: carrier === null ? null : { source: this.#object(carrier.source), destination: this.#object(carrier.destination), communityId: null },
      wireSeen: flow.wireSeen,
      edge: flow.edge,
      replaces: null,
    };
  }

  #end(end: FlowEnd): FlowEnd {
    return this.#object(end);
  }

  #tls({ version, alpn, sni }: TlsFacts): TlsFacts {
    return {
      version,
      alpn: alpn.map((protocol) => (KNOWN_ALPN.has(protocol) ? protocol : this.#names.name('protocol', protocol))),
      sni: sni === null ? null : this.#names.name('host', sni),
    };
  }

  /** Any object of the model, by the names of its fields. */
  #object<T extends object>(object: T): T {
    const entries = Object.entries(object).map(([key, value]) => [key, this.#value(key, value)]);
    // The same keys, and strings for strings: the shape is that of T.
    return Object.fromEntries(entries) as T;
  }

  #value(key: string, value: unknown): unknown {
    if (typeof value === 'string') return this.#string(key, value);
    if (Array.isArray(value)) return value.map((item: unknown) => this.#value(key, item));
    return typeof value === 'object' && value !== null ? this.#object(value) : value;
  }

  #string(key: string, value: string): string {
    const names = this.#names;
    switch (key) {
      case 'ip':
        return names.address(value);
      case 'workload':
      case 'pod':
      case 'service':
      case 'cluster':
      case 'input':
        return names.name(key, value);
      case 'namespace':
        return names.name('ns', value);
      case 'identity':
        return names.identity(value);
      case 'says':
        // Words of ours stay what they are, whoever else is called so.
        return SAID.has(value) ? value : redactText(value, names);
      case 'message':
      case 'text':
      case 'key':
      case 'modeFrom':
      case 'deniedBy':
        return redactText(value, names);
      default:
        return value;
    }
  }
}

const SAID: ReadonlySet<string> = new Set<string>([...VERDICTS, ...SAYS]);

const KNOWN_ALPN: ReadonlySet<string> = new Set([
  'h2',
  'http/1.1',
  'http/1.0',
  'h3',
  'istio',
  'istio-peer-exchange',
  'istio-http/1.0',
  'istio-http/1.1',
  'istio-h2',
]);
