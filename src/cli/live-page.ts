/** A page for a terminal's height: the most important first, what is hidden counted, and at the foot where the inputs stand. */
import type { InputStatus } from '../model/summary.ts';
import type { Micros } from '../model/time.ts';
import type { Look } from '../report/text/look.ts';
import { visible } from '../report/text/visible.ts';
import { cutMiddle } from '../report/text/width.ts';
import { counted, dayAndSecond, durationText, grouped } from '../report/text/words.ts';

/** How an input fares: records a second, and since when it has been silent. */
export type Fare = { readonly input: string; readonly perSecond: number; readonly silentMs: number; readonly last: Micros | null };

const SHOWN_INPUTS = 4;
/** Stamps so far from now are not of now: a replay, or history. */
const PRESENT_US = 30_000_000;
const SILENT_MS = 2_000;

/** `text`: of any length. `rows`: of the terminal. */
export function livePage(
  text: string,
  fares: readonly Fare[],
  { look, rows, now, message }: { readonly look: Look; readonly rows: number; readonly now: Micros; readonly message: string | null },
): string[] {
  const foot = [...footer(fares, look, now), ...(message === null ? [] : [look.paint(cutMiddle(visible(message), look.columns), 'yellow')])];
  const lines = text.trimEnd().split('\n');
  const room = Math.max(1, rows - foot.length - 1);
  if (lines.length <= room) return [...lines, '', ...foot].slice(0, rows);
  const hidden = lines.length - room + 1;
  const more = look.paint(cutMiddle(`… ${counted(hidden, 'more line')}; Ctrl-C ends and prints it all`, look.columns), 'dim');
  return [...lines.slice(0, room - 1), more, '', ...foot].slice(-rows);
}

function footer(fares: readonly Fare[], look: Look, now: Micros): string[] {
  const total = fares.reduce((sum, { perSecond }) => sum + perSecond, 0);
  const head = `live  ${dayAndSecond(now)} UTC  ${counted(fares.length, 'input')}, ${grouped(Math.round(total))} records/s  (Ctrl-C ends)`;
  // Those that lag or are silent first: they are what may be missing above.
  const slowest = [...fares].sort((a, b) => b.silentMs - a.silentMs);
  const lines = slowest.slice(0, SHOWN_INPUTS).map((fare) => `  ${visible(fare.input)}: ${fareText(fare, now)}`);
  if (fares.length > SHOWN_INPUTS) lines.push(`  … and ${counted(fares.length - SHOWN_INPUTS, 'more input')}`);
  return [head, ...lines].map((line) => look.paint(cutMiddle(line, look.columns), 'dim'));
}

function fareText({ perSecond, silentMs, last }: Fare, now: Micros): string {
  if (last === null) return 'nothing came yet';
  const away = now - last;
  const far = Math.abs(away) > PRESENT_US ? `at ${dayAndSecond(last)}` : `${durationText(Math.max(0, away))} behind`;
  return silentMs >= SILENT_MS ? `silent for ${durationText(silentMs * 1000)}` : `${grouped(Math.round(perSecond))} records/s, ${far}`;
}

/** Rates between one look and the next. */
export class Fares {
  readonly #before = new Map<string, { records: number; changedAt: number; perSecond: number }>();
  #at: number;

  constructor(nowMs: number) {
    this.#at = nowMs;
  }

  look(inputs: readonly InputStatus[], nowMs: number): Fare[] {
    const seconds = Math.max(0.001, (nowMs - this.#at) / 1000);
    this.#at = nowMs;
    return inputs.map(({ input, records, last }) => {
      const before = this.#before.get(input) ?? { records: 0, changedAt: nowMs, perSecond: 0 };
      const perSecond = smoothed(before.perSecond, (records - before.records) / seconds, seconds);
      const changedAt = records === before.records ? before.changedAt : nowMs;
      this.#before.set(input, { records, changedAt, perSecond });
      return { input, perSecond, silentMs: nowMs - changedAt, last };
    });
  }
}

/** Over about two seconds, so that it can be read. */
function smoothed(before: number, now: number, seconds: number): number {
  const weight = Math.min(1, seconds / 2);
  return before * (1 - weight) + now * weight;
}
