/** `npm run fuzz -- [--seed N] [--time SECONDS] [--only TARGET]…`: each target in turn, until its time is over or something breaks. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { TARGETS } from './targets.mjs';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, time: { type: 'string', default: '60' }, only: { type: 'string', multiple: true }, path: { type: 'string' } },
});
const seed = values.seed === undefined ? Date.now() & 0x7fffffff : Number(values.seed);
const targets = TARGETS.filter(({ name }) => values.only === undefined || values.only.includes(name));
if (targets.length === 0 || Number.isNaN(seed) || !(Number(values.time) > 0)) {
  console.error(`fuzz: --seed and --time are numbers, --only is one of ${TARGETS.map(({ name }) => name).join(', ')}`);
  process.exit(64);
}
console.log(`fuzz: seed ${seed}, ${values.time} s each`);

let broken = 0;
for (const target of targets) {
  let last;
  const property = fc.asyncProperty(target.plan, async (plan) => {
    last = plan;
    await target.judge(target.bytes(plan), plan);
  });
  const result = await fc.check(property, {
    seed,
    path: values.path,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: Number(values.time) * 1000,
    markInterruptAsFailure: false,
  });
  console.log(`${target.name}: ${result.numRuns} inputs, ${result.failed ? 'BROKEN' : 'nothing found'} (${target.summary})`);
  if (!result.failed) continue;
  broken++;
  const plan = result.counterexample?.[0] ?? last;
  const file = join(tmpdir(), `plainsight-fuzz-${target.name}-${seed}`);
  writeFileSync(file, target.bytes(plan));
  console.log(`  again: npm run fuzz -- --only ${target.name} --seed ${seed} --path '${result.counterexamplePath ?? ''}'\n  bytes: ${file}`);
  console.log(`  ${String(result.errorInstance?.stack ?? result.errorInstance).slice(0, 3000)}\n  plan: ${JSON.stringify(plan).slice(0, 1500)}`);
}
process.exitCode = broken > 0 ? 1 : 0;
