/** Rows of `--columns`: the contract's fields as they are, not as sentences have them. */
import type { View } from '../../model/reporter.ts';
import { chosenFields } from '../contract/chosen-fields.ts';
import { cellText, valueAt } from '../contract/fields.ts';
import { type Contracted, toPlain } from '../contract/to-json.ts';
import type { RowKind } from './flow-columns.ts';
import { type Cell, cell } from './layout.ts';
import { visible } from './visible.ts';

/** Narrower than this a name tells nothing. */
const LEAST = 8;

export function chosenRows(view: View, columns: readonly string[]): RowKind<Contracted> {
  const fields = chosenFields(view, columns);
  return {
    columns: fields.map(({ path, isNumber }) => ({ title: path.toUpperCase(), right: isNumber, ...(isNumber ? {} : { min: LEAST }) })),
    optional: [],
    row(one): readonly Cell[] {
      const object = toPlain(one);
      return fields.map((field) => cell(visible(cellText(valueAt(object, field))) || '–'));
    },
  };
}
