/** Recognising is asked of every input: whatever its head, it takes no time to speak of. */
import { expect, test } from 'vitest';
import { FORMATS } from '../../src/formats/index.ts';

const HEAD = 65_536;
const filled = (unit: string): Uint8Array => new Uint8Array(Buffer.from(unit.repeat(Math.ceil(HEAD / unit.length)).slice(0, HEAD)));

test.for(['\n', ' ', '\t\n', '\r\n', '- ', '-\n', '# \n', '---\n', 'a:\n', '"', '{', '[', '\\', 'a ', '0', '=', ':', ',\n', '# HELP\n'])(
  'a head full of %j is judged at once',
  (unit) => {
    // Ended by what fits nothing, so that every way to read it is tried.
    const head = filled(unit);
    head.set([0x0b, 0x0a, 0x00], HEAD - 3);
    for (const format of FORMATS) {
      const before = process.cpuUsage();
      format.recognise(head);
      expect(process.cpuUsage(before).user / 1000, format.name).toBeLessThan(500);
    }
  },
);
