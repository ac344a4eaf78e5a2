/** The graph's style: verdicts differ by line, arrow and sign, and only then by colour. */
import type { StylesheetJson } from 'cytoscape';
import { toneColor } from '../state/tones.ts';

type Style = Readonly<Record<string, string | number | readonly number[]>>;
type Rule = StylesheetJson[number];

/** Line, arrow and the end that says what became of it. */
const LINES: Readonly<Record<string, Style>> = {
  proven: { 'target-arrow-shape': 'triangle' },
  partly: { 'line-style': 'dashed', 'line-dash-pattern': [14, 4], 'target-arrow-shape': 'triangle' },
  plaintext: { 'line-style': 'dashed', 'line-dash-pattern': [5, 4], 'target-arrow-shape': 'vee' },
  tls: { 'target-arrow-shape': 'diamond' },
  unproven: { 'line-style': 'dotted', 'target-arrow-shape': 'circle' },
  denied: { 'target-arrow-shape': 'tee' },
  failed: { 'line-style': 'dashed', 'line-dash-pattern': [2, 4], 'target-arrow-shape': 'triangle-cross' },
  exempt: { 'line-style': 'dotted', 'target-arrow-shape': 'none' },
};

export function look(): StylesheetJson {
  const accent = toneColor('accent');
  return [
    ...nodeLook(),
    ...boxLook(),
    ...edgeLook(),
    rule('.faded', { opacity: 0.18 }),
    rule('node.chosen', { 'border-color': accent, 'border-width': 3 }),
    rule('edge.chosen', {
      'underlay-color': accent,
      'underlay-opacity': 0.3,
      'underlay-padding': 5,
      label: 'data(label)',
      'z-index': 9,
      'line-opacity': 1,
    }),
    rule('edge.near', { label: 'data(label)', 'line-opacity': 1, 'z-index': 8 }),
  ];
}

/** cytoscape's own types know each property's exact unions; these are built from tables. */
const rule = (selector: string, style: Readonly<Record<string, unknown>>): Rule => ({ selector, style }) as Rule;

const nodeLook = (): readonly Rule[] => [
  rule('node.node', {
    shape: 'round-rectangle',
    width: 'data(w)',
    height: 34,
    'corner-radius': 7,
    label: 'data(label)',
    'font-family': 'Inter, sans-serif',
    'font-size': 12.5,
    'font-weight': 500,
    color: toneColor('ink'),
    'text-valign': 'center',
    'text-halign': 'center',
    'background-color': toneColor('surface'),
    'border-width': 1.2,
    'border-color': toneColor('line-strong'),
    'min-zoomed-font-size': 4,
  }),
  rule('node.enrolled', { 'border-color': toneColor('proven'), 'border-width': 1.6 }),
  rule('node.outside', { 'border-style': 'dashed', 'border-width': 1.6 }),
  rule('node.address', { shape: 'round-tag', 'font-weight': 400, color: toneColor('ink-2') }),
];

const boxLook = (): readonly Rule[] => [
  rule('node.box', {
    shape: 'round-rectangle',
    'corner-radius': 12,
    label: 'data(label)',
    'font-family': 'Inter, sans-serif',
    'font-size': 12,
    'font-weight': 600,
    color: toneColor('ink-2'),
    'text-valign': 'top',
    'text-halign': 'center',
    'text-margin-y': -5,
    padding: 16,
    'background-color': toneColor('surface'),
    'background-opacity': 0.55,
    'border-width': 1,
    'border-color': toneColor('line'),
    'min-zoomed-font-size': 4,
  }),
  rule('node.cluster', { 'border-style': 'dashed', 'border-color': toneColor('line-strong'), padding: 26, 'background-opacity': 0.25 }),
];

const edgeLook = (): readonly Rule[] => [
  rule('edge.edge', {
    'curve-style': 'bezier',
    'control-point-step-size': 52,
    width: 'data(width)',
    label: 'data(label)',
    'font-family': 'padlocks, Inter, sans-serif',
    'font-size': 11,
    'font-weight': 500,
    'text-wrap': 'wrap',
    'line-height': 1.35,
    'min-zoomed-font-size': 6,
    'text-background-color': toneColor('ground'),
    'text-background-opacity': 0.92,
    'text-background-padding': '3px',
    'text-background-shape': 'round-rectangle',
    'arrow-scale': 0.95,
    'line-opacity': 0.85,
  }),
  ...Object.entries(LINES).map(([state, line]) => rule(`edge.${state}`, { ...colored(toneColor(state)), ...line })),
  rule('edge.contradicted', {
    'underlay-color': toneColor('contradicted'),
    'underlay-opacity': 0.28,
    'underlay-padding': 4,
    color: toneColor('contradicted'),
  }),
];

const colored = (color: string): Style => ({ 'line-color': color, 'target-arrow-color': color, color });
