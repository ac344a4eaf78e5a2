/** What `verify` is asked for, read from the files that its flags name. */
import { existsSync } from 'node:fs';
import type { Witness } from '../../model/flow.ts';
import type { GateRules } from '../gate.ts';
import { readBaseline } from './baseline.ts';
import { readExpected } from './expect.ts';

/** As typed; null where a flag was not given. */
export type GateFlags = {
  readonly expect: string | null;
  readonly baseline: string | null;
  readonly writeBaseline: string | null;
  readonly minFlows: number;
  readonly required: readonly Witness[];
};
export const NO_GATE_FLAGS: GateFlags = { expect: null, baseline: null, writeBaseline: null, minFlows: 0, required: [] };

/** `nowMs`: wall clock. A baseline that is written anew is read first: what it says of exceptions that are still needed stays. */
export async function readRules(
  { expect, baseline, writeBaseline, minFlows, required }: GateFlags,
  nowMs: number,
): Promise<Omit<GateRules, 'failOn'>> {
  const before = writeBaseline !== null && writeBaseline !== baseline && existsSync(writeBaseline) ? writeBaseline : null;
  const paths = [baseline, before].filter((path) => path !== null && !(path === writeBaseline && !existsSync(path)));
  const excuses = await Promise.all(paths.map((path) => readBaseline(path ?? '', nowMs)));
  return { expected: await readExpected(expect), excuses: excuses.flat(), minFlows, required, isWriting: writeBaseline !== null };
}
