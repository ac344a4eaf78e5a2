import type { Edge, Finding } from './summary.ts';

/** One line of `diff A B`. `edge` is as the later run has it, and as the earlier had it for what is gone. */
export type Change =
  | { readonly type: 'change'; readonly change: 'became-plaintext' | 'became-encrypted' | 'new' | 'gone'; readonly edge: Edge }
  | { readonly type: 'change'; readonly change: 'finding-came' | 'finding-gone'; readonly edge: Edge | null; readonly finding: Finding };
