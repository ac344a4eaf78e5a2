/** How the inputs fare: rates, lag, and what whoever looks has to know. */
import type { ApiBanner, ApiInput } from '../../model/api.ts';
import type { Finding } from '../../model/summary.ts';
import { formatTime, type Micros } from '../../model/time.ts';
import type { InputFate } from '../run.ts';

/** Stamps so far from now are not of now: a replay, or history. */
const PRESENT_MS = 3_600_000;
/** Between two looks at rates. */
const LOOK_MS = 1000;

type Pace = { records: number; changedAt: number; perSecond: number };

export class Fates {
  readonly #paces = new Map<string, Pace>();
  #at: number;

  constructor(nowMs: number) {
    this.#at = nowMs;
  }

  look(inputs: readonly InputFate[], findings: readonly Finding[], nowMs: number): readonly ApiInput[] {
    this.#pace(inputs, nowMs);
    const blind = blindInputs(findings);
    return inputs.map((fate) => {
      const { changedAt, perSecond } = this.#paces.get(fate.input) ?? { changedAt: nowMs, perSecond: 0 };
      return {
        input: fate.input,
        format: fate.format,
        records: fate.records,
        read: fate.read,
        skipped: fate.skipped,
        lost: fate.lost,
        first: timeOrNull(fate.first),
        last: timeOrNull(fate.last),
        sawHbone: fate.sawHbone,
        sawReadable: fate.sawReadable,
        live: fate.live,
        ended: fate.ended,
        error: fate.error,
        blind: blind.has(fate.input),
        recordsPerSecond: fate.ended ? 0 : Math.round(perSecond * 10) / 10,
        lagSeconds: lagOf(fate, nowMs),
        silentSeconds: Math.max(0, Math.round((nowMs - changedAt) / 1000)),
      };
    });
  }

  #pace(inputs: readonly InputFate[], nowMs: number): void {
    const seconds = (nowMs - this.#at) / 1000;
    const isDue = nowMs - this.#at >= LOOK_MS;
    if (isDue) this.#at = nowMs;
    for (const { input, records } of inputs) {
      const before = this.#paces.get(input);
      if (before === undefined) this.#paces.set(input, { records, changedAt: nowMs, perSecond: 0 });
      else if (isDue) {
        before.perSecond = (records - before.records) / seconds;
        if (records !== before.records) before.changedAt = nowMs;
        before.records = records;
      }
    }
  }
}

/** µs → s behind now, where the records are of now. */
export function lagOf({ ended, last }: Pick<InputFate, 'ended' | 'last'>, nowMs: number): number | null {
  if (ended || last === null) return null;
  const behindMs = nowMs - last / 1000;
  return Math.abs(behindMs) > PRESENT_MS ? null : Math.max(0, Math.round(behindMs) / 1000);
}

const timeOrNull = (time: Micros | null): string | null => (time === null ? null : formatTime(time));

function blindInputs(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.flatMap(({ id, subject }) => (id === 'blind-input' && 'input' in subject ? [subject.input] : [])));
}

export type Dropping = { readonly dropped: number; readonly flows: number };

/** Of a file that was read to its end nothing has to be said: that is what files do. */
export function bannersOf(inputs: readonly ApiInput[], findings: readonly Finding[], { dropped, flows }: Dropping): readonly ApiBanner[] {
  const banners: ApiBanner[] = [];
  for (const { input, live, ended, error, lost } of inputs) {
    if (error !== null) banners.push({ kind: 'broke', input, message: error });
    else if (live && ended) banners.push({ kind: 'ended', input, message: `${input} has ended: nothing new comes from it.` });
    if (lost > 0)
      banners.push({ kind: 'lost', input, message: `${input} lost ${lost} record${lost === 1 ? '' : 's'}: what was in them is not judged.` });
  }
  for (const { id, subject, message } of findings)
    if (id === 'blind-input' && 'input' in subject) banners.push({ kind: 'blind', input: subject.input, message });
  if (dropped > 0) {
    const message = `${dropped} older flows are no longer kept; the graph and the tables show the latest ${flows}, the summary counts all.`;
    banners.push({ kind: 'dropped', input: null, message });
  }
  return banners;
}
