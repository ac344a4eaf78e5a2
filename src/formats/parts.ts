/** Files that are one input: their batches as if they had been one file, records counted on, one interface one capture point. */
import type { AccessBatch, Batch, CapturePoint, FactBatch, PacketBatch } from '../model/batch.ts';
import { f64At, u16At } from '../model/column.ts';

/** Renumbers the batches of one file after another. The first file's pass through untouched. */
export class PartChain {
  #points: CapturePoint[] = [];
  /** Records of the parts before this one. */
  #before = 0;
  #records = 0;
  /** Records skipped within a capture have frame numbers too: its last frame says how many there were. */
  #lastFrame = 0;

  /** The next batches come from another file. */
  nextPart(): void {
    this.#before += Math.max(this.#records, this.#lastFrame);
    this.#records = 0;
    this.#lastFrame = 0;
  }

  renumbered(batch: Batch): Batch {
    switch (batch.kind) {
      case 'packets':
        this.#lastFrame = batch.firstRecord + batch.count - 1;
        return this.#packets(batch);
      case 'access':
        this.#records += batch.count;
        return this.#before === 0 ? batch : this.#access(batch);
      case 'facts':
        for (const fact of batch.facts) this.#records += fact.kind === 'skipped' ? fact.records : fact.kind === 'lost' ? 0 : 1;
        return this.#before === 0 ? batch : this.#facts(batch);
    }
  }

  #packets(batch: PacketBatch): PacketBatch {
    if (this.#before === 0) {
      if (this.#points.length < batch.points.length) this.#points = [...batch.points];
      return batch;
    }
    const places = batch.points.map((point) => this.#placeOf(point));
    const isSame = places.every((place, index) => place === index);
    const point = isSame ? batch.point : batch.point.map((_, index) => (index < batch.count ? (places[u16At(batch.point, index)] ?? 0) : 0));
    return { ...batch, firstRecord: batch.firstRecord + this.#before, points: this.#points, point };
  }

  #placeOf({ name, linkType }: CapturePoint): number {
    const known = this.#points.findIndex((point) => point.name === name && point.linkType === linkType);
    return known >= 0 ? known : this.#points.push({ name, linkType }) - 1;
  }

  #access(batch: AccessBatch): AccessBatch {
    const record = new Float64Array(batch.count);
    for (let line = 0; line < batch.count; line++) record[line] = f64At(batch.record, line) + this.#before;
    return { ...batch, record };
  }

  #facts({ facts }: FactBatch): FactBatch {
    const before = this.#before;
    return { kind: 'facts', facts: facts.map((fact) => (fact.kind === 'skipped' ? { ...fact, firstRecord: fact.firstRecord + before } : fact)) };
  }
}
