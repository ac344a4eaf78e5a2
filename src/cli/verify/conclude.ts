import { counted } from '../../report/text/words.ts';
import type { Gate, Judgement, Told } from '../gate.ts';
import { writeBaseline } from './write-baseline.ts';

/** How the run ends for `verify`: the judgement, and the file of exceptions where one is to be written. `say`: to a person, beside the data. */
export async function conclude(
  gate: Gate,
  told: Told,
  { path, say, nowMs }: { readonly path: string | null; say(text: string): void; readonly nowMs: number },
): Promise<Judgement> {
  const findings = gate.failures(told.findings);
  const judgement = gate.judge(told);
  for (const notice of judgement.notices) say(notice);
  if (path !== null) {
    const added = await writeBaseline(path, { kept: gate.needed, edges: gate.failedEdges, findings, nowMs });
    say(`${path}: ${counted(added, 'new exception')}, ${counted(gate.needed.length, 'kept one')}${added === 0 ? '' : '; give each its reason'}`);
  }
  return judgement;
}
