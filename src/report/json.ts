import type { Report, Reporter } from '../model/reporter.ts';
import { summaryJson, toJson } from './contract/to-json.ts';
import { ARRAY_NAMES, type ContractedType, VIEW_OBJECTS } from './contract/views.ts';

/**
 * One object with an array for each kind of the view. The first kind - flows, which may be millions - is written as it is
 * told; the others wait, as text, for their turn at the end: there is an edge for each pair of workloads, not of sockets.
 */
export const json: Reporter = {
  name: 'json',
  summary: 'one JSON object with everything',
  open(out, { view }): Report {
    const [streamed, ...later] = VIEW_OBJECTS[view];
    const waiting = new Map<ContractedType, string[]>(later.map((type) => [type, []]));
    let opening = `{"${ARRAY_NAMES[streamed]}":[`;
    let separator = '\n';
    return {
      tell(told) {
        let text = '';
        for (const one of told) {
          if (one.type === 'expectation') continue;
          if (one.type !== streamed) {
            waiting.get(one.type)?.push(toJson(one));
            continue;
          }
          text += separator + toJson(one);
          separator = ',\n';
        }
        if (text === '') return undefined;
        text = opening + text;
        opening = '';
        return out.write(text);
      },
      async close(summary) {
        await out.write(`${opening}],`);
        for (const [type, texts] of waiting) {
          await out.write(`\n"${ARRAY_NAMES[type]}":[`);
          for (const [index, text] of texts.entries()) await out.write(`${index > 0 ? ',' : ''}\n${text}`);
          await out.write('],');
        }
        await out.write(`\n"summary":${summaryJson(summary)}}\n`);
      },
    };
  },
};
