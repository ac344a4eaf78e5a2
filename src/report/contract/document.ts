/**
 * One document with an array for each kind of the view. The first kind - flows, which may be millions - is written as it is
 * told; the others wait, as text, for their turn at the end: there is an edge for each pair of workloads, not of sockets.
 */
import type { Out, Report, View } from '../../model/reporter.ts';
import type { Summary } from '../../model/summary.ts';
import type { Contracted } from './to-json.ts';
import { ARRAY_NAMES, type ContractedType, VIEW_OBJECTS } from './views.ts';

/** How a document is spelt. */
export type Syntax = {
  /** Before the items of an array. */
  open(name: string, isFirst: boolean): string;
  item(told: Contracted): string;
  /** What stands before an item. */
  readonly first: string;
  readonly next: string;
  close(isEmpty: boolean): string;
  summary(summary: Summary): string;
};

export function documentReport(out: Out, view: View, syntax: Syntax): Report {
  const [streamed, ...later] = VIEW_OBJECTS[view];
  const waiting = new Map<ContractedType, string[]>(later.map((type) => [type, []]));
  let opening = syntax.open(ARRAY_NAMES[streamed], true);
  let isEmpty = true;
  return {
    tell(told) {
      let text = '';
      for (const one of told) {
        if (one.type === 'expectation') continue;
        if (one.type !== streamed) {
          waiting.get(one.type)?.push(syntax.item(one));
          continue;
        }
        text += (isEmpty ? syntax.first : syntax.next) + syntax.item(one);
        isEmpty = false;
      }
      if (text === '') return undefined;
      text = opening + text;
      opening = '';
      return out.write(text);
    },
    async close(summary) {
      await out.write(opening + syntax.close(isEmpty));
      for (const [type, texts] of waiting) {
        await out.write(syntax.open(ARRAY_NAMES[type], false));
        for (const [index, text] of texts.entries()) await out.write((index === 0 ? syntax.first : syntax.next) + text);
        await out.write(syntax.close(texts.length === 0));
      }
      await out.write(syntax.summary(summary));
    },
  };
}
