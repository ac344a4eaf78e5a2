import type { Report, Reporter } from '../model/reporter.ts';
import { chosenFields } from './contract/chosen-fields.ts';
import { cellText, type Field, valueAt } from './contract/fields.ts';
import { toPlain } from './contract/to-json.ts';
import { ROW_TYPES } from './contract/views.ts';
import { csvLine } from './csv/cells.ts';

/** RFC 4180, one line an object of the view's main kind, a head line with the contract's field names. */
export const csv: Reporter = {
  name: 'csv',
  summary: 'one line a row, RFC 4180, named as in JSON',
  open(out, { view, columns = null }): Report {
    const type = ROW_TYPES[view];
    const fields: readonly Field[] = chosenFields(view, columns);
    let head = csvLine(fields.map(({ path }) => path));
    return {
      tell(told) {
        let text = '';
        for (const one of told) {
          if (one.type === 'expectation' || one.type !== type) continue;
          const object = toPlain(one);
          text += csvLine(fields.map((field) => cellText(valueAt(object, field))));
        }
        if (text === '') return undefined;
        text = head + text;
        head = '';
        return out.write(text);
      },
      async close() {
        if (head !== '') await out.write(head);
      },
    };
  },
};
