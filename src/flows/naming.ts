/** What names are made of: stores, tables, and what was worked out before. */
import type { Configuration } from '../mesh/configuration.ts';
import type { Ip } from '../model/address.ts';
import type { FlowEnd } from '../model/flow.ts';
import type { ShapeEnd } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';
import type { Stores } from './pending.ts';
import type { Routes } from './routes.ts';

export type Naming = {
  readonly stores: Stores;
  /** Application names of `SNIFFERS`, in their order; null for those that name none. */
  readonly protocols: readonly (string | null)[];
  /** Input number → its name. */
  inputName(input: number): string;
  /** By number of a shape: what its names come to. Filled as they are met. */
  readonly shapeNames: ShapeNames[];
  readonly routes: Routes;
  /** The pod that held an address then. */
  podAt(ip: Ip, time: Micros): ShapeEnd | null;
  /** Null where no configuration was read. */
  readonly configuration: Configuration | null;
};

/** What an access line's shape says of one end. */
export type EndNames = {
  readonly pod: string | null;
  readonly workload: string | null;
  readonly namespace: string | null;
  readonly cluster: string | null;
  readonly identity: string | null;
};
export type ShapeNames = {
  readonly source: EndNames;
  readonly destination: EndNames;
  readonly service: string | null;
  /** Of the configuration they were made with: it may come after the first lines of a live log. */
  readonly version: number;
};

/** What is said of an end beside its names. */
export type Claim = Pick<FlowEnd, 'service' | 'identity' | 'identityFrom'>;
