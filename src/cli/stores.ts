/** What all lanes of a run share, and how much of it there may be. */
import type { Stores } from '../flows/pending.ts';
import { AddressTable } from '../model/addresses.ts';
import { LineRows } from '../model/line-rows.ts';
import { NameTable } from '../model/names.ts';
import { PointTable } from '../model/points.ts';
import { ShapeTable } from '../model/shapes.ts';
import { WireRows } from '../model/wire-rows.ts';

/** A million fragments may wait (design.md §4), and a batch more may come before the pool has decided half of them. */
const CAPACITY = 1_048_576 + 131_072;

export function newStores(): Stores {
  return {
    wires: new WireRows(CAPACITY),
    lines: new LineRows(CAPACITY),
    tables: { names: new NameTable(), addresses: new AddressTable(), shapes: new ShapeTable(), points: new PointTable() },
  };
}
