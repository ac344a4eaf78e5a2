import type { Configuration } from '../mesh/configuration.ts';
import type { Ip } from '../model/address.ts';
import type { Decision, FlowEnd, Joined } from '../model/flow.ts';
import type { Micros } from '../model/time.ts';

/** Decides a flow, or leaves it to the next rule. */
export type Rule = {
  readonly id: string;
  readonly summary: string;
  judge(joined: Joined): Verdict | undefined;
};

/** A verdict whose plaintext reason still wants to know who is enrolled: `reason` null. */
export type Verdict = { readonly verdict: Decision['verdict']; readonly reason: Decision['reason'] | null };

/** What reasons and exemptions ask of the mesh. */
export type Mesh = {
  /** Proven captured by ambient then, by a line of its own ztunnel or by configuration. */
  isEnrolled(ip: Ip, time: Micros): boolean;
  /** Configuration says that ambient leaves it alone. */
  isLeftOut(ip: Ip, time: Micros): boolean;
  /** Null where no configuration was read. */
  readonly configuration: Configuration | null;
};

export type Judged = { readonly sourceIp: Ip; readonly destinationIp: Ip; readonly source: FlowEnd; readonly destination: FlowEnd };
