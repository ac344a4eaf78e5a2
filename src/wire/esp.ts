/** ESP: what is inside is encrypted, and so are the ports. Counted, never opened, and never a verdict. RFC 4303. */
import type { Layer } from './layer.ts';
import { Outcome } from './outcome.ts';

export const ESP: Layer = { name: 'esp', protocols: [50], open: () => Outcome.esp };
