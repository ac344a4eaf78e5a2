/** `--columns`: which fields of a view's rows are shown, by the names that JSON has for them. */
import type { View } from '../../model/reporter.ts';
import { type Field, fieldsOf } from './fields.ts';
import { ROW_TYPES } from './views.ts';

/** All of the view's fields without a choice; names that there are none of are left out (`args.ts` has refused them). */
export function chosenFields(view: View, columns: readonly string[] | null): readonly Field[] {
  const fields = fieldsOf(ROW_TYPES[view]);
  return columns === null ? fields : columns.flatMap((path) => fields.find((field) => field.path === path) ?? []);
}
