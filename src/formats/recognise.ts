import type { Format } from '../model/format.ts';
import { FORMATS } from './index.ts';

/** The surest format for an input that begins with `head`; null when none knows it. Of equally sure ones the first in the list. */
export function recognise(head: Uint8Array, formats: readonly Format[] = FORMATS): Format | null {
  let surest: Format | null = null;
  let confidence = 0;
  for (const format of formats) {
    const sure = format.recognise(head);
    if (sure > confidence) {
      surest = format;
      confidence = sure;
    }
  }
  return surest;
}
