import type { Sample } from './sample.ts';
import { BINARY_SAMPLES } from './samples-binary.ts';
import { LINE_SAMPLES } from './samples-lines.ts';
import { TLS_SAMPLES } from './samples-tls.ts';

/** One or more of every protocol. */
export const SAMPLES: readonly Sample[] = [...TLS_SAMPLES, ...BINARY_SAMPLES, ...LINE_SAMPLES];
