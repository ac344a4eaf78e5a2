import { recognise } from '../../src/formats/recognise.ts';
import { Configuration } from '../../src/mesh/configuration.ts';
import { AddressTable } from '../../src/model/addresses.ts';
import { type Fact, isConfiguration } from '../../src/model/batch.ts';
import { NameTable } from '../../src/model/names.ts';
import { PointTable } from '../../src/model/points.ts';
import { ShapeTable } from '../../src/model/shapes.ts';
import type { Tables } from '../../src/model/tables.ts';

export const newTables = (): Tables => ({
  names: new NameTable(),
  addresses: new AddressTable(),
  shapes: new ShapeTable(),
  points: new PointTable(),
});

type Cut = { readonly tables?: Tables; readonly size?: number };

/** What the format that knows `text` makes of it; `format` null where none does. */
export async function factsIn(
  text: string | Uint8Array,
  { tables = newTables(), size = 65_536 }: Cut = {},
): Promise<{ format: string | null; facts: Fact[] }> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const format = recognise(bytes.subarray(0, 65_536));
  const facts: Fact[] = [];
  if (format === null) return { format, facts };
  for await (const batch of format.decode(cut(bytes, size), tables)) if (batch.kind === 'facts') facts.push(...batch.facts);
  return { format: format.name, facts };
}

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  // One buffer for all chunks, as inputs have it.
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.byteLength; at += size) {
    const chunk = bytes.subarray(at, at + size);
    buffer.set(chunk);
    yield buffer.subarray(0, chunk.byteLength);
  }
}

export function meshOf(inputs: readonly (readonly Fact[])[]): Configuration {
  const mesh = new Configuration();
  for (const [input, facts] of inputs.entries()) for (const fact of facts) if (isConfiguration(fact)) mesh.learn(fact, input);
  return mesh;
}
