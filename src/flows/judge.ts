/** What `verdict/` does for whoever joins flows. */
import type { Decision, Exemption, Joined } from '../model/flow.ts';
import type { Ends } from './ends.ts';
import type { Stores } from './pending.ts';

export type Judge = {
  judge(joined: Joined, ends: Ends): Decision & { readonly exempt: Exemption | null };
  /** What one witness alone would lead to. */
  says(joined: Joined): string;
  /** Whether `judge` would say `hbone`, exempt from nothing, of a flow of these lines without packets. Rows, -1 for none. */
  isProven(stores: Stores, outbound: number, inbound: number): boolean;
};
