/** HTML in which every value is escaped unless it is markup itself: forgetting to escape is not possible. */
import { visible } from '../text/visible.ts';

export type Markup = { readonly markup: string };
type Value = string | number | null | Markup | readonly Markup[];

/** A template: `html\`<td>${name}</td>\``. Null is nothing. */
export const html = (texts: TemplateStringsArray, ...values: readonly Value[]): Markup => ({
  markup: texts.map((text, index) => (index === 0 ? text : markupOf(values[index - 1] ?? null) + text)).join(''),
});

/** Text that is markup already; of ours, never of an input. */
export const raw = (markup: string): Markup => ({ markup });

export const NOTHING: Markup = { markup: '' };

function markupOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}

const ENTITIES: { readonly [character: string]: string } = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => visible(text).replace(/[<>&"']/g, (character) => ENTITIES[character] ?? '');
