/**
 * A long YAML document cut into the items of its lists, each to be read alone: a tree of the whole would take fifty times its
 * text (measured: 2.4 GB for 42 MB). Only indentation is looked at: what belongs to an item is indented further than its dash, in
 * every style of YAML (YAML 1.2.2 §8.2.1), so that a line which begins with a dash at the list's own column is the next item.
 */

/** `text`: a list of one item, or the whole document where it is short or has another form. `section`: the name in the root under which the list stands, '' for a root list; null for a whole document. */
export type YamlPart = { readonly section: string | null; readonly text: string };

/** A document up to this long is not cut. */
const SHORT = 256 * 1024;
const DOCUMENT_MARK = /^(?:---|\.\.\.)(?:\s|$)/;
const ROOT_KEY = /^(["']?)([\w./-]+)\1:(\s.*|)$/;
const ITEM = /^( *)- /;

export function* yamlParts(text: string): Generator<YamlPart, void, undefined> {
  for (const document of documentsOf(text)) {
    if (document.length <= SHORT) yield { section: null, text: document };
    else yield* partsOf(document);
  }
}

function* documentsOf(text: string): Generator<string, void, undefined> {
  let start = 0;
  for (const { from, line } of linesOf(text)) {
    if (from === start || !DOCUMENT_MARK.test(line)) continue;
    yield text.slice(start, from);
    start = from;
  }
  yield text.slice(start);
}

/** What stands beside the lists comes last, as a document of its own. */
function* partsOf(document: string): Generator<YamlPart, void, undefined> {
  let section = '';
  /** A list of the root may begin here: behind its name, or at the very beginning. */
  let isAtList = true;
  /** Column of the list's dashes; -1 outside lists. */
  let column = -1;
  let start = -1;
  const beside: string[] = [];
  const item = (end: number): readonly YamlPart[] => (start < 0 ? [] : [{ section, text: document.slice(start, end) }]);
  for (const { from, line } of linesOf(document)) {
    const first = line.search(/[^ ]/);
    if (first < 0 || line[first] === '#' || line[first] === '\r' || DOCUMENT_MARK.test(line)) continue;
    const dash = ITEM.exec(line)?.[1]?.length ?? -1;
    if (dash >= 0 && (column < 0 ? isAtList : dash === column)) {
      yield* item(from);
      // An empty list stays where it was.
      if (column < 0 && section !== '') beside.push(`${beside.pop()} []`);
      [start, column] = [from, dash];
      continue;
    }
    if (column >= 0 && first > column) continue;
    yield* item(from);
    [start, column] = [-1, -1];
    const [, , name, value = ''] = ROOT_KEY.exec(line) ?? [];
    isAtList = name !== undefined && value.trim() === '';
    if (name !== undefined) section = name;
    beside.push(isAtList ? line.trimEnd() : line);
  }
  yield* item(document.length);
  if (beside.length > 0) yield { section: null, text: beside.join('\n') };
}

function* linesOf(text: string): Generator<{ readonly from: number; readonly line: string }, void, undefined> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    yield { from, line: text.slice(from, end < 0 ? text.length : end) };
    from = end < 0 ? text.length : end + 1;
  }
}
