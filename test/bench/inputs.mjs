/** The inputs of the benchmark: made once, into BENCH_DIR. `node test/bench/inputs.mjs NAME SIZE FILE` makes one (`-`: to standard output). */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fullSize, openFlows, smallPackets } from './captures.mjs';
import { configDump } from './config.mjs';
import { jsonLines, textLines } from './logs.mjs';

/** `size` is in bytes, packets, lines, flows or workloads, whatever `make` counts; `quick` is for a first look. */
export const INPUTS = {
  full: { file: 'full-size.pcap', make: fullSize, size: 3.1e9, quick: 2e8 },
  small: { file: 'cut-at-128-10240-edges.pcap', make: smallPackets, size: 5e6, quick: 3e5 },
  text: { file: 'ztunnel-text-16384-edges.log', make: textLines, size: 2e6, quick: 1e5 },
  json: { file: 'ztunnel-json-16384-edges.log', make: jsonLines, size: 2e6, quick: 1e5 },
  live: { file: 'live-100000.pcap', make: smallPackets, size: 1e5, quick: 1e5 },
  open: { file: 'open-flows.pcap', make: openFlows, size: 1e6, quick: 5e4 },
  config: { file: 'config-dump.json', make: configDump, size: 5e4, quick: 5e3 },
};

export function directory() {
  return process.env.BENCH_DIR ?? new URL('../../.bench-data', import.meta.url).pathname;
}

/** The path of an input and what is in it; made when it is not there yet. */
export function input(name, { quick }) {
  const { file, make, size, quick: small } = INPUTS[name];
  mkdirSync(directory(), { recursive: true });
  const path = `${directory()}/${quick ? 'quick-' : ''}${file}`;
  if (!existsSync(`${path}.json`)) {
    console.error(`making ${path} …`);
    const descriptor = openSync(`${path}.part`, 'w');
    const facts = make(descriptor, quick ? small : size);
    closeSync(descriptor);
    renameSync(`${path}.part`, path);
    writeFileSync(`${path}.json`, JSON.stringify(facts));
  }
  return { path, ...JSON.parse(readFileSync(`${path}.json`, 'utf8')) };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [name, size, file] = process.argv.slice(2);
  if (INPUTS[name] === undefined || file === undefined) {
    console.error(`usage: node test/bench/inputs.mjs ${Object.keys(INPUTS).join('|')} SIZE FILE|-`);
    process.exit(64);
  }
  const descriptor = file === '-' ? 1 : openSync(file, 'w');
  console.error(JSON.stringify(INPUTS[name].make(descriptor, Number(size))));
}
