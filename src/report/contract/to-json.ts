/**
 * JSON of the contract, one object at a time, without a line break. Flows come by the million, and edges by the hundred
 * thousand, so theirs is put together by hand (1.7 times as fast as making an object for `JSON.stringify`); a test holds it
 * against `plainFlow` and `plainEdge`.
 */
import type { Carrier, Evidence, Flow, FlowEnd, TlsFacts, Witness } from '../../model/flow.ts';
import type { Told } from '../../model/reporter.ts';
import type { Edge, EdgeEnd, Summary } from '../../model/summary.ts';
import { type PlainObject, plainEdge, plainFinding, plainFlow, plainRecord, plainStrict, plainSummary } from './objects.ts';
import { quote, quoteOnce, quoteOrNull, stringify } from './quote.ts';
import { jsonTime } from './times.ts';

/** What of `Told` is in the contract. */
export type Contracted = Exclude<Told, { type: 'expectation' }>;

export function toJson(told: Contracted): string {
  return told.type === 'flow' ? flowJson(told) : told.type === 'edge' ? edgeJson(told) : stringify(toPlain(told));
}

export const summaryJson = (summary: Summary): string => stringify(plainSummary(summary));

export function toPlain(told: Contracted): PlainObject {
  switch (told.type) {
    case 'flow':
      return plainFlow(told);
    case 'edge':
      return plainEdge(told);
    case 'finding':
      return plainFinding(told);
    case 'strict':
      return plainStrict(told);
    case 'record':
      return plainRecord(told);
    default:
      return told satisfies never;
  }
}

export function flowJson(flow: Flow): string {
  return (
    `{"type":"flow","id":"${flow.id}","revision":${flow.revision},"supersededBy":${quoteOrNull(flow.supersededBy)},"kind":"${flow.kind}",` +
    `"start":${jsonTime(flow.start)},"end":${jsonTime(flow.end)},"open":${flow.open},"source":${SOURCES.json(flow.source)},` +
    `"destination":${DESTINATIONS.json(flow.destination)},"transport":"${flow.transport}",${protocolJson(flow)},` +
    `"verdict":"${flow.verdict}","reason":"${flow.reason}","exempt":${quoteOrNull(flow.exempt)},` +
    `"bytes":{"sent":${flow.bytes.sent},"received":${flow.bytes.received}},` +
    `"exposedBytes":${flow.exposedBytes},"communityId":${communityJson(flow.communityId)},"carrier":${carrierJson(flow.carrier)},` +
    `"witnesses":${listJson(flow.witnesses)},"findings":${listJson(flow.findings)},"evidence":${evidenceJson(flow.evidence)}}`
  );
}

function edgeJson({ source, destination, transport, flows, exempt, bytes, exposedBytes, secured, reason }: Edge): string {
  const { hbone, tls, plaintext, denied, failed, unknown } = flows;
  return (
    `{"type":"edge","source":{${edgeEndJson(source)}},"destination":{${edgeEndJson(destination)},"port":${destination.port}},` +
    `"transport":"${transport}","flows":{"hbone":${hbone},"tls":${tls},"plaintext":${plaintext},"denied":${denied},"failed":${failed},` +
    `"unknown":${unknown}},"exempt":${exempt},"bytes":{"sent":${bytes.sent},"received":${bytes.received}},` +
    `"exposedBytes":${exposedBytes},"secured":"${secured}","reason":${quoteOrNull(reason)}}`
  );
}

/** Without the braces. */
function edgeEndJson({ workload, namespace, ip, identity }: EdgeEnd): string {
  const address = ip === null ? 'null' : quoteOnce(ip);
  return `"workload":${quoteOrNull(workload)},"namespace":${quoteOrNull(namespace)},"ip":${address},"identity":${quoteOrNull(identity)}`;
}

/** Nothing is known of what a tunnel carries: for most flows this is one constant. */
function protocolJson({ application, tls, underlay }: Flow): string {
  if (application === null && tls === null && underlay === null) return '"application":null,"tls":null,"underlay":null';
  return `"application":${quoteOrNull(application)},"tls":${tlsJson(tls)},"underlay":${quoteOrNull(underlay)}`;
}

/** What was said of an address last is mostly said again: the text between its port and its end is kept, a few fields compared. */
class EndTexts {
  readonly #known = new Map<string, { readonly end: FlowEnd; readonly head: string; readonly tail: string }>();

  json(end: FlowEnd): string {
    let known = this.#known.get(end.ip);
    if (known === undefined || !isSameButPort(known.end, end)) {
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      known = { end, head: `{"ip":${quote(end.ip)},"port":`, tail: endTail(end) };
      this.#known.set(end.ip, known);
    }
    return known.head + end.port + known.tail;
  }
}
const MAX_KNOWN = 20_000;
const SOURCES = new EndTexts();
const DESTINATIONS = new EndTexts();

function isSameButPort(a: FlowEnd, b: FlowEnd): boolean {
  return (
    a.pod === b.pod &&
    a.workload === b.workload &&
    a.namespace === b.namespace &&
    a.service === b.service &&
    a.cluster === b.cluster &&
    a.identity === b.identity &&
    a.identityFrom === b.identityFrom
  );
}

function endTail({ pod, workload, namespace, service, cluster, identity, identityFrom }: FlowEnd): string {
  return `,${stringify({ pod, workload, namespace, service, cluster, identity, identityFrom }).slice(1)}`;
}

function tlsJson(tls: TlsFacts | null): string {
  return tls === null ? 'null' : `{"version":${quoteOrNull(tls.version)},"alpn":${listJson(tls.alpn)},"sni":${quoteOrNull(tls.sni)}}`;
}

function carrierJson(carrier: Carrier | null): string {
  if (carrier === null) return 'null';
  const { source, destination, communityId } = carrier;
  return (
    `{"source":{"ip":${quote(source.ip)},"port":${source.port}},` +
    `"destination":{"ip":${quote(destination.ip)},"port":${destination.port}},"communityId":${communityJson(communityId)}}`
  );
}

function listJson(texts: readonly string[]): string {
  if (texts.length === 0) return '[]';
  let json = '[';
  for (const text of texts) json += (json.length > 1 ? ',' : '') + quote(text);
  return `${json}]`;
}

function evidenceJson(evidence: readonly Evidence[]): string {
  let json = '[';
  for (const { witness, input, record, says } of evidence) {
    json += `${json.length > 1 ? ',' : ''}${placeJson(witness, input)}${record},"says":${quote(says)}}`;
  }
  return `${json}]`;
}

/** Version and base64: nothing to escape, and too many for `quote` to remember. */
const communityJson = (id: string | null): string => (id === null ? 'null' : `"${id}"`);

/** Up to the record's number; there are as many of these as inputs. */
function placeJson(witness: Witness, input: string): string {
  const places = PLACES[witness];
  let json = places.get(input);
  if (json === undefined) {
    if (places.size >= MAX_KNOWN) places.clear();
    json = `{"witness":"${witness}","input":${quote(input)},"record":`;
    places.set(input, json);
  }
  return json;
}
const PLACES: { readonly [witness in Witness]: Map<string, string> } = {
  log: new Map(),
  wire: new Map(),
  config: new Map(),
  policy: new Map(),
  metric: new Map(),
  graph: new Map(),
};
