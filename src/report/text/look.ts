import type { Out } from '../../model/reporter.ts';
import { type Paint, painter } from './paint.ts';

/** How a text may look. */
export type Look = { readonly columns: number; readonly paint: Paint };

export const lookOf = (out: Out): Look => ({ columns: Math.max(40, out.columns), paint: painter(out.color) });
