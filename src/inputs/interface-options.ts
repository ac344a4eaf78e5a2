import { ExitCode, PlainsightError } from '../model/error.ts';

export type CaptureOptions = {
  /** BPF, as tcpdump has it; '' for all packets. */
  readonly filter: string;
  /** Bytes kept of each packet. */
  readonly snaplen: number;
  /** Size of the kernel's ring. */
  readonly bufferMiB: number;
  readonly promiscuous: boolean;
  /** End after so many packets; 0 for no limit. */
  readonly count: number;
  /** End after so long; 0 for no limit. */
  readonly durationMs: number;
};

export const MAX_SNAPLEN = 262_144;
const MAX_BUFFER_MIB = 2047;

const DEFAULTS: CaptureOptions = { filter: '', snaplen: MAX_SNAPLEN, bufferMiB: 32, promiscuous: false, count: 0, durationMs: 0 };

/** Defaults filled in, limits checked; the one place for both. A snapshot length of 0 means the largest, as tcpdump has it. */
export function captureOptions(given: Partial<CaptureOptions>): CaptureOptions {
  const all = { ...DEFAULTS, ...given };
  const options = { ...all, filter: all.filter.trim(), snaplen: all.snaplen === 0 ? MAX_SNAPLEN : all.snaplen };
  checkRange('snaplen', options.snaplen, [1, MAX_SNAPLEN]);
  checkRange('buffer', options.bufferMiB, [1, MAX_BUFFER_MIB]);
  checkRange('count', options.count, [0, Number.MAX_SAFE_INTEGER]);
  checkRange('duration', options.durationMs, [0, Number.MAX_SAFE_INTEGER]);
  if (options.filter.length > 4096) throw new PlainsightError(ExitCode.usage, '--filter: longer than 4096 characters');
  return options;
}

function checkRange(flag: string, value: number, [least, most]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new PlainsightError(ExitCode.usage, `--${flag}: ${value} is not a whole number from ${least} to ${most}`);
}
