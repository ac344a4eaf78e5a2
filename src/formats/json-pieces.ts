/** The things in a document of configuration: what a root's lists and maps hold, or the root itself. */
import { isFields } from './config-values.ts';

/** One object or element: `section` is the name in the root object under which it stood, '' for a root or an element of a root array. */
export type Piece = { readonly section: string; readonly value: unknown };

/** An object with these is one thing; without them, or as a list, it holds things. */
const isOneThing = (root: unknown): boolean =>
  isFields(root) && (('kind' in root && !Array.isArray(root['items'])) || 'workloadIps' in root || 'certChain' in root || 'vips' in root);

export function* piecesOf(root: unknown): Generator<Piece, void, undefined> {
  if (Array.isArray(root)) for (const value of root) yield { section: '', value };
  else if (isOneThing(root)) yield { section: '', value: root };
  else if (isFields(root)) {
    for (const [section, held] of Object.entries(root)) {
      const values = Array.isArray(held) ? held : isFields(held) ? Object.values(held) : [];
      for (const value of values) yield { section, value };
    }
  }
}
