import type { Reason } from '../model/flow.ts';

declare global {
  /** Put in place by the build from the reports' own words (.ci/web.mjs): one truth, and no import of another folder. */
  const REASON_WORDS: { readonly [reason in Reason]: string };
}
