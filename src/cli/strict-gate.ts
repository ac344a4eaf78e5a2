import type { InputStatus, StrictRow } from '../model/summary.ts';
import type { GateCode } from './gate.ts';

/** Exit code of `strict`: 1 when somebody would be turned away; 2 when nobody was seen who would, but not all could be seen. */
export function strictCode(rows: readonly StrictRow[], inputs: readonly InputStatus[]): GateCode {
  if (rows.some(({ state }) => state === 'would break')) return 1;
  const isUnsure = rows.some(({ state, flows }) => state === 'no traffic seen' || (state === 'ready' && flows.unknown > 0));
  return rows.length === 0 || isUnsure || inputs.some(({ lost }) => lost > 0) ? 2 : 0;
}
