/** Looking into parsed JSON of unknown shape. */

export type JsonRecord = { readonly [key: string]: unknown };

export const recordOf = (value: unknown): JsonRecord | null => (isRecord(value) ? value : null);
const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Null for anything but a text with letters in it. */
export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
/** A finite number, also where JSON has it as a text; else null. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}
