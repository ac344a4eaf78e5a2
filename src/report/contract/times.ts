import { formatTime, isDated, MICROS_PER_SECOND, type Micros } from '../../model/time.ts';

let second = Number.NaN;
let prefix = '';

/** `formatTime`, and the same text; but neighbours share their second, so the calendar is asked once a second and not once a flow. */
export function quickTime(time: Micros): string {
  const whole = Math.floor(time / MICROS_PER_SECOND);
  if (whole !== second) {
    const text = formatTime(time);
    // A time that no calendar has comes back as another one: then there is no prefix to share.
    if (!(Math.abs(time) <= MAX_TIME)) return text;
    second = whole;
    prefix = text.slice(0, -7);
  }
  return `${prefix}${String(time - whole * MICROS_PER_SECOND).padStart(6, '0')}Z`;
}

/** The furthest time of ECMAScript's calendar, in µs. */
const MAX_TIME = 8.64e18;

/** Quoted, for JSON; what is on no known day is absent, never invented. */
export const jsonTime = (time: Micros | null): string => (time === null || !isDated(time) ? 'null' : `"${quickTime(time)}"`);
export const timeOrNull = (time: Micros | null): string | null => (time === null || !isDated(time) ? null : quickTime(time));
