/**
 * Big logs made from recorded lines: 128 × 128 edges, both ends' lines of each connection, every field. As in a mesh on its way, five of the
 * clients are not in it yet (their connections have the server's line only), and one server lets nobody in.
 */
import { readFileSync, writeSync } from 'node:fs';

const WORKLOADS = 128;
const BOTH = ['outbound', 'inbound'];

const FORMS = {
  text: { file: 'bookinfo', access: '\taccess\t', complete: /connection complete/, direction: (way) => `direction="${way}"` },
  json: { file: 'json-debug', access: '"scope":"access"', complete: /connection complete/, direction: (way) => `"direction":"${way}"` },
};

export const textLines = (descriptor, lines) => writeLines(descriptor, lines, 'text');
export const jsonLines = (descriptor, lines) => writeLines(descriptor, lines, 'json');

function writeLines(descriptor, lines, kind) {
  const templates = readTemplates(kind);
  const start = Date.UTC(2026, 10, 21, 8, 19, 1);
  let text = '';
  let bytes = 0;
  let written = 0;
  const flush = () => {
    const chunk = Buffer.from(text, 'latin1');
    for (let at = 0; at < chunk.length; ) at += writeSync(descriptor, chunk, at);
    bytes += chunk.length;
    text = '';
  };
  for (let connection = 0; written < lines; connection++) {
    const values = valuesOf(connection, start + connection);
    const isOutside = values.source % 25 === 24;
    const template = templates[isOutside ? 'plaintext' : values.destination === WORKLOADS - 1 ? 'denied' : 'hbone'];
    // The server's ztunnel sees the end first.
    text += fill(template.inbound, values);
    if (!isOutside) text += fill(template.outbound, values);
    written += isOutside ? 1 : 2;
    if (text.length > 1 << 20) flush();
  }
  flush();
  return { lines: written, bytes };
}

/** What one connection's two lines say; same numbers, same lines. */
function valuesOf(connection, millis) {
  const source = connection % WORKLOADS;
  const destination = Math.floor(connection / WORKLOADS) % WORKLOADS;
  const noise = Math.imul(connection + 1, 2654435761) >>> 0;
  const pod = noise & 3;
  return {
    source,
    destination,
    time: new Date(millis).toISOString().slice(0, -1),
    sourceIp: `10.20.${source}.${10 + pod}`,
    sourcePort: 32768 + (connection % 28000),
    tunnelPort: 30000 + destination,
    sourceName: `client-${source}`,
    sourceNamespace: `team-${source & 7}`,
    destinationIp: `10.30.${destination}.10`,
    destinationName: `server-${destination}`,
    destinationNamespace: `shop-${destination & 7}`,
    sent: 70 + (noise >>> 20),
    received: 1000 + (noise >>> 10),
    duration: 1 + (noise >>> 27),
  };
}

/** A recorded line as alternating text and names of values. */
function readTemplates(kind) {
  const form = FORMS[kind];
  const all = ['ztunnel-n1.log', 'ztunnel-n2.log'].flatMap((name) =>
    readFileSync(new URL(`../../samples/${form.file}/${name}`, import.meta.url), 'latin1').split('\n'),
  );
  const access = all.filter((line) => line.includes(form.access) && form.complete.test(line));
  const find = (way, test) => {
    const line = access.find((candidate) => candidate.includes(form.direction(way)) && test(candidate));
    if (line === undefined) throw new Error(`samples/${form.file} has no ${way} line of that kind`);
    return template(line, kind);
  };
  const both = (test) => Object.fromEntries(BOTH.map((way) => [way, find(way, test)]));
  const hasIdentity = (line) => line.includes('src.identity');
  const failed = (line) => /error"?[=:]/.test(line);
  return {
    hbone: both((line) => hasIdentity(line) && !failed(line) && line.includes('dst.hbone_addr')),
    denied: both((line) => hasIdentity(line) && /401|policy rejection/.test(line)),
    plaintext: { inbound: find('inbound', (line) => !hasIdentity(line) && !failed(line) && /dst\.workload/.test(line)) },
  };
}

function template(line, kind) {
  const inbound = line.includes('inbound');
  const tunnelled = line.includes('src.identity');
  const [open, close] = kind === 'json' ? ['":"', '"'] : ['="', '"'];
  const quoted = (key, value) => [new RegExp(`(${literal(key)}${open})[^"]*(${close})`), `$1${value}$2`];
  const bare = (key, value) => (kind === 'json' ? quoted(key, value) : [new RegExp(`(${literal(key)}=)\\S+`), `$1${value}`]);
  const count = (key, value) => [new RegExp(`(${literal(key)}"?[=:])\\d+`), `$1${value}`];
  const changes = [
    [/\d{4}-\d\d-\d\dT[\d:.]+Z/, inbound ? '{time}400Z' : '{time}800Z'],
    bare('src.addr', inbound && tunnelled ? '{sourceIp}:{tunnelPort}' : '{sourceIp}:{sourcePort}'),
    quoted('src.workload', '{sourceName}-7d5f8c6b9-11xyz'),
    quoted('src.namespace', '{sourceNamespace}'),
    quoted('src.identity', 'spiffe://cluster.local/ns/{sourceNamespace}/sa/{sourceName}'),
    bare('dst.addr', tunnelled ? '{destinationIp}:15008' : '{destinationIp}:9080'),
    bare('dst.hbone_addr', '{destinationIp}:9080'),
    quoted('dst.service', '{destinationName}.{destinationNamespace}.svc.cluster.local'),
    quoted('dst.workload', '{destinationName}-7d5f8c6b9-11xyz'),
    quoted('dst.namespace', '{destinationNamespace}'),
    quoted('dst.identity', 'spiffe://cluster.local/ns/{destinationNamespace}/sa/{destinationName}'),
    ...(/error"?[=:]/.test(line)
      ? []
      : [
          count('bytes_sent', inbound ? '{received}' : '{sent}'),
          count('bytes_recv', inbound ? '{sent}' : '{received}'),
          quoted('duration', '{duration}ms'),
        ]),
  ];
  return `${changes.reduce((text, [pattern, value]) => text.replace(pattern, value), line)}\n`.split(/[{](\w+)[}]/);
}

const literal = (key) => key.replaceAll('.', '\\.');

function fill(parts, values) {
  let line = '';
  for (let index = 0; index < parts.length; index++) line += (index & 1) === 0 ? parts[index] : values[parts[index]];
  return line;
}
