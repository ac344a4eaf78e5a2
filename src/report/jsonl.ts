import type { Report, Reporter } from '../model/reporter.ts';
import { summaryJson, toJson } from './contract/to-json.ts';
import { VIEW_OBJECTS } from './contract/views.ts';

/** One object a line, in the order told, the summary last. Withdrawn and revised flows are lines as well: readers go by `id` and `revision`. */
export const jsonl: Reporter = {
  name: 'jsonl',
  summary: 'one JSON object a line, as soon as it is decided',
  open(out, { view }): Report {
    const types: readonly string[] = VIEW_OBJECTS[view];
    return {
      tell(told) {
        let text = '';
        for (const one of told) if (one.type !== 'expectation' && types.includes(one.type)) text += `${toJson(one)}\n`;
        return text === '' ? undefined : out.write(text);
      },
      async close(summary) {
        if (view !== 'explain') await out.write(`${summaryJson(summary)}\n`);
      },
    };
  },
};
