/** A ztunnel's configuration made large from a recorded one: ten workloads a service, in the form of `/config_dump`. */
import { readFileSync, writeSync } from 'node:fs';

const [TEMPLATE] = JSON.parse(readFileSync(new URL('../../samples/all-witnesses/ztunnel-config-workload-n1.json', import.meta.url)));
const PER_SERVICE = 10;

export function configDump(descriptor, workloads) {
  const services = Math.ceil(workloads / PER_SERVICE);
  let bytes = 0;
  const write = (text) => {
    const chunk = Buffer.from(text);
    for (let at = 0; at < chunk.length; ) at += writeSync(descriptor, chunk, at);
    bytes += chunk.length;
  };
  const list = (name, count, make) => {
    write(`  "${name}": [\n`);
    for (let from = 0; from < count; from += 1000) {
      const items = Array.from({ length: Math.min(1000, count - from) }, (_, index) => indented(make(from + index)));
      write(`${items.join(',\n')}${from + 1000 < count ? ',' : ''}\n`);
    }
    write('  ]');
  };
  write('{\n');
  list('workloads', workloads, workload);
  write(',\n');
  list('services', services, service);
  write(',\n  "policies": [],\n  "certificates": []\n}\n');
  return { workloads, services, bytes };
}

const indented = (value) => JSON.stringify(value, null, 2).replace(/^/gm, '    ');
const namespaceOf = (app) => `team-${app % 200}`;
const podOf = (number) => `app-${appOf(number)}-7d5f8c6b9-${(number + 100_000).toString(36)}`;
const appOf = (number) => Math.floor(number / PER_SERVICE);
const uidOf = (number) => `Kubernetes//Pod/${namespaceOf(appOf(number))}/${podOf(number)}`;

function workload(number) {
  const app = `app-${appOf(number)}`;
  return {
    ...TEMPLATE,
    workloadIps: [`10.${64 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`],
    protocol: number % 10 === 9 ? 'TCP' : 'HBONE',
    uid: uidOf(number),
    name: podOf(number),
    namespace: namespaceOf(appOf(number)),
    serviceAccount: app,
    workloadName: app,
    canonicalName: app,
    node: `node-${number % 500}`,
  };
}

function service(app) {
  const namespace = namespaceOf(app);
  const hostname = `app-${app}.${namespace}.svc.cluster.local`;
  const uids = Array.from({ length: PER_SERVICE }, (_, index) => uidOf(app * PER_SERVICE + index));
  const endpoints = uids.map((uid) => [uid, { workloadUid: uid, port: { 80: 8080 }, service: `${namespace}/${hostname}`, status: 'Healthy' }]);
  return {
    name: `app-${app}`,
    namespace,
    hostname,
    vips: [`/10.96.${app >> 8}.${app & 255}`],
    ports: { 80: 8080 },
    endpoints: Object.fromEntries(endpoints),
    subjectAltNames: [],
    ipFamilies: 'IPv4',
  };
}
