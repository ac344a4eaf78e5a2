/**
 * Most flows are complete, without an error and with identities, and no packets stand beside them. What `judge` says of them is known
 * without asking: `hbone`, exempt from nothing. So it can be told from columns, before anything is made.
 */
import { LineEvent } from '../model/line-event.ts';
import { L, type LineRows } from '../model/line-rows.ts';
import type { Shapes } from '../model/tables.ts';

export type LineColumns = { readonly lines: LineRows; readonly tables: { readonly shapes: Shapes } };

/** `outbound`, `inbound`: rows of a flow's lines, -1 for none. It holds while no configuration has been read, which may exempt anything. */
export function isProvenByLines(columns: LineColumns, outbound: number, inbound: number): boolean {
  if (outbound < 0) return isClean(columns, inbound) && isMutual(columns, inbound);
  if (inbound < 0) return isClean(columns, outbound) && isMutual(columns, outbound);
  return isClean(columns, outbound) && isClean(columns, inbound) && (isMutual(columns, outbound) || isMutual(columns, inbound));
}

const isClean = ({ lines }: LineColumns, row: number): boolean => lines.event(row) === LineEvent.complete && lines.word(row, L.error) === 0;

const isMutual = ({ lines, tables }: LineColumns, row: number): boolean => tables.shapes.isMutual(lines.word(row, L.shape));
