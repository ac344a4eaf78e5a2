declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Whole microseconds since 1970, UTC: a float64 is exact with them until the year 2255. Fractions would make ids depend on rounding. */
export type Micros = Brand<number, 'Micros'>;

/** The one place where a plain number becomes a time; nanoseconds are cut, never rounded. */
export function micros(value: number): Micros {
  // A brand has no other maker than its parser.
  return Math.trunc(value) as Micros;
}

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_DAY = 86_400e6;

/** Whether a time is on a known day. Records without a date (tcpdump's text) are placed in 1970, where no mesh was: they order, and are shown without a day. */
export const isDated = (time: number): boolean => time >= 365 * MICROS_PER_DAY;

/** `2026-11-21T08:19:01.202141Z`: RFC 3339, UTC, always six digits of fraction. */
export function formatTime(time: Micros): string {
  const wholeMs = Math.floor(time / 1000);
  const rest = time - wholeMs * 1000;
  const date = new Date(wholeMs);
  if (Number.isNaN(date.getTime())) return '1970-01-01T00:00:00.000000Z';
  return `${date.toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}
