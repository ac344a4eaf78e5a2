/** Colours say again what a word says already: nothing is told by colour alone. */
import type { Verdict } from '../../model/flow.ts';
import type { Secured, Severity } from '../../model/summary.ts';

const CODES = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  magenta: '35',
  cyan: '36',
  alarm: '1;31',
  title: '1;36',
  /** Foreground and background changed places: a row that stands out in light and dark. */
  chosen: '7',
} as const;
export type Color = keyof typeof CODES;
/** Puts a text in a colour, or leaves it alone where there are none. */
export type Paint = (text: string, color: Color | null) => string;

export const painter = (colored: boolean): Paint =>
  colored ? (text, color) => (color === null || text === '' ? text : `\u001b[${CODES[color]}m${text}\u001b[0m`) : (text) => text;

export const VERDICT_COLOR: { readonly [verdict in Verdict]: Color } = {
  hbone: 'green',
  tls: 'cyan',
  plaintext: 'alarm',
  denied: 'blue',
  failed: 'yellow',
  unknown: 'magenta',
};
/** One cell each, so that a column of them can be read at a glance without colours. */
export const VERDICT_MARK: { readonly [verdict in Verdict]: string } = {
  hbone: '✓',
  tls: '~',
  plaintext: '✗',
  denied: '-',
  failed: '!',
  unknown: '?',
};

export const SECURED_COLOR: { readonly [secured in Secured]: Color } = { yes: 'green', partly: 'alarm', no: 'alarm', unproven: 'magenta' };
export const SECURED_MARK: { readonly [secured in Secured]: string } = { yes: '✓', partly: '✗', no: '✗', unproven: '?' };

export const SEVERITY_COLOR: { readonly [severity in Severity]: Color } = { error: 'alarm', warning: 'yellow', note: 'dim' };
