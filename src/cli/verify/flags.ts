/** The flags of `verify` alone. */
import * as values from '../values.ts';
import type { GateFlags } from './rules.ts';

type Typed = { -readonly [flag in keyof GateFlags]: GateFlags[flag] };
type Takes = { readonly [flag in 'expect' | 'baseline' | 'writeBaseline' | 'minFlows' | 'requireWitness']: (value: string) => void };

export const gateTakes = (typed: Typed): Takes => ({
  expect: (value) => {
    typed.expect = value;
  },
  baseline: (value) => {
    typed.baseline = value;
  },
  writeBaseline: (value) => {
    typed.writeBaseline = value;
  },
  minFlows: (value) => {
    typed.minFlows = values.parseMinFlows(value);
  },
  requireWitness: (value) => {
    typed.required = [...typed.required, ...values.parseWitnesses(value)];
  },
});

/** The first of them that was given. */
export function gateFlagGiven({ expect, baseline, writeBaseline, minFlows, required }: GateFlags): string | undefined {
  if (expect !== null) return '--expect';
  if (baseline !== null) return '--baseline';
  if (writeBaseline !== null) return '--write-baseline';
  if (minFlows > 0) return '--min-flows';
  return required.length > 0 ? '--require-witness' : undefined;
}
