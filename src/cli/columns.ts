/** `--columns`: which outputs and views know it, and which names there are. */
import type { View } from '../model/reporter.ts';
import { fieldsOf } from '../report/contract/fields.ts';
import { ROW_TYPES } from '../report/contract/views.ts';
import { REPORTERS } from '../report/index.ts';
import { visible } from '../report/text/visible.ts';
import { nearest } from './suggest.ts';

/** What is wrong with the choice, as a sentence that says what would do; null when nothing is. */
export function columnsFault(columns: readonly string[], view: View, output: string): string | null {
  const entry = REPORTERS.find(({ name }) => name === output);
  if (entry?.columns === undefined) {
    const able = REPORTERS.filter((reporter) => reporter.columns !== undefined).map(({ name }) => name);
    return `--columns belongs to -o ${orList(able)}; -o ${output} has every field.`;
  }
  if (!entry.columns.includes(view))
    return `--columns with -o ${output} belongs to the views ${orList(entry.columns)}; -o csv has it for every view.`;
  const known = fieldsOf(ROW_TYPES[view]).map(({ path }) => path);
  const wrong = columns.find((name) => !known.includes(name));
  return wrong === undefined ? null : `--columns: ${meant(wrong, known)}Fields of ${view}: ${known.join(', ')}.`;
}

/** Words of the list, blanks taken off; none for an empty list. */
export const splitColumns = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

function meant(name: string, known: readonly string[]): string {
  // `workload` or `source` alone is the commonest slip: the field has a place.
  const parts = known.filter((path) => path.endsWith(`.${name}`) || path.startsWith(`${name}.`));
  const near = parts.length > 0 ? orList(parts) : nearest(name, known);
  return near === undefined ? `no field '${visible(name)}'. ` : `${visible(name)}: did you mean ${near}? `;
}

const orList = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`);
