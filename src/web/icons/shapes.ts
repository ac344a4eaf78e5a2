/**
 * The signs of the page, as filled paths on a 24 × 24 grid: padlocks for edges, and what buttons need. The build makes a font of the padlocks
 * (.ci/web.mjs), since a canvas writes text and draws no SVG; so holes run against the clock, outlines with it.
 */
import shapes from './shapes.json' with { type: 'json' };

export type StateShape = keyof typeof shapes.states;
export type Shape = StateShape | keyof typeof shapes.others;

/** Order is the font's: U+E001 and on. */
const STATES = Object.keys(shapes.states);
const ALL: { readonly [shape in Shape]: string } = { ...shapes.states, ...shapes.others };

export const pathOf = (shape: Shape): string => ALL[shape];
export const glyphOf = (state: StateShape): string => String.fromCodePoint(0xe001 + STATES.indexOf(state));
