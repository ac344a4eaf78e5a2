/** What is mangled, and how: each target makes bytes of a plan and judges them. */
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { judge } from './judge.mjs';
import { packetPlan, packetsOf } from './layers.mjs';
import { chunks, edited, editedText, edits, textEdits } from './mutate.mjs';
import { judgeProgram } from './program.mjs';

const MAX_SEED_BYTES = 120_000;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const filesOf = (folder) =>
  readdirSync(here(folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(here(folder), path))
    .filter((path) => statSync(path).isFile() && statSync(path).size <= MAX_SEED_BYTES && !path.endsWith('.md'))
    .sort();
const seeds = [...filesOf('corpus'), ...filesOf('../captures'), ...filesOf('../../samples')].map((path) => ({ path, bytes: readFileSync(path) }));
const texts = seeds.filter(({ bytes }) => !bytes.includes(0)).map(({ bytes }) => bytes.toString('utf8'));
const captures = seeds.filter(({ bytes }) => bytes.length > 24 && bytes.readUInt32LE(0) === 0xa1b2c3d4 && bytes.readUInt32LE(20) === 1);
const frames = captures.flatMap(({ bytes }) => framesOf(bytes));

function framesOf(bytes) {
  const found = [];
  for (let at = 24; at + 16 <= bytes.length && found.length < 60; ) {
    const length = bytes.readUInt32LE(at + 8);
    found.push(bytes.subarray(at + 16, at + 16 + length));
    at += 16 + length;
  }
  return found;
}

const scratch = mkdtempSync(join(tmpdir(), 'plainsight-fuzz-'));
const bytesPlan = fc.record({ seed: fc.nat(seeds.length - 1), edits, chunks });
const textPlan = fc.record({ seed: fc.nat(texts.length - 1), edits: textEdits, bytes: fc.oneof(fc.constant([]), edits), chunks });
const mangledBytes = (plan) => edited(seeds[plan.seed].bytes, plan.edits);
const mangledText = (plan) => edited(Buffer.from(editedText(texts[plan.seed], plan.edits)), plan.bytes);

/** `bytes`: of the plan, for the file that a finding leaves behind. */
export const TARGETS = [
  { name: 'bytes', summary: 'any seed, its bytes mangled', plan: bytesPlan, bytes: mangledBytes, judge: (bytes, plan) => judge(bytes, plan.chunks) },
  {
    name: 'text',
    summary: 'lines and words of logs, tables, JSON and YAML',
    plan: textPlan,
    bytes: mangledText,
    judge: (bytes, plan) => judge(bytes, plan.chunks),
  },
  {
    name: 'packets',
    summary: 'frames in tunnels in fragments',
    plan: fc.record({ packets: packetPlan, chunks }),
    bytes: (plan) => packetsOf(plan.packets, frames),
    judge: (bytes, plan) => judge(bytes, plan.chunks),
  },
  {
    name: 'program',
    summary: 'several files of all kinds, every view and output',
    plan: fc.record({
      files: fc.array(
        fc.oneof(
          bytesPlan.map((plan) => ({ plan })),
          textPlan.map((plan) => ({ plan, isText: true })),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      gzip: fc.boolean(),
      choice: fc.nat(19),
    }),
    bytes: ({ files, gzip }) => {
      const [first] = files.map(({ plan, isText }) => (isText ? mangledText(plan) : mangledBytes(plan)));
      return gzip ? gzipSync(first) : first;
    },
    judge: (_, { files, gzip, choice }) => {
      const paths = files.map(({ plan, isText }, index) => {
        const path = join(scratch, `input-${index}`);
        const bytes = isText ? mangledText(plan) : mangledBytes(plan);
        writeFileSync(path, gzip ? gzipSync(bytes) : bytes);
        return path;
      });
      judgeProgram(paths, choice);
    },
  },
];
