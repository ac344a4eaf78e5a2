/** The native binding over libpcap (native/): what it offers, and where it is found. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CaptureCounts } from './interface-pcapng.ts';

export type OpenedCapture = {
  readonly id: number;
  /** LINKTYPE_ number. */
  readonly linkType: number;
  readonly snaplen: number;
  /** No buffer given to `read` may be smaller. */
  readonly largestBlock: number;
  readonly warning: string;
};

export type NativeDevice = { readonly name: string; readonly description: string; readonly flags: number; readonly addresses: readonly string[] };

/** native/addon.c. Failures are Errors whose `code` is a slug: permission, no-such-device, not-up, bad-filter, read, closed, no-libpcap, other. */
export type Binding = {
  open(device: string, filter: string, snaplen: number, promiscuous: number, bufferBytes: number, timeoutMs: number): OpenedCapture;
  read(id: number, buffer: ArrayBuffer, waitMs: number, maxPackets: number): number;
  counts(id: number): CaptureCounts;
  stop(id: number): void;
  close(id: number): void;
  checkFilter(filter: string, linkType: number): void;
  version(): string;
  devices(): readonly NativeDevice[];
};

export type LoadedBinding = { readonly binding: Binding; readonly path: string };
/** Where there is none: why, in a few words for people. */
export type MissingBinding = { readonly binding: null; readonly missing: 'binding' | 'libpcap'; readonly why: string };

/** The same from src/inputs and dist/inputs: the package's own folder. */
const HOME = new URL('../../', import.meta.url);
/** A machine where it was built has it in build/; the package brings prebuilt ones. */
const CANDIDATES = [`prebuilds/${process.platform}-${process.arch}/plainsight.node`, 'native/build/plainsight.node'];

export const WORKER: URL = new URL('native/worker.mjs', HOME);

/** The binding with libpcap behind it, or why not. */
export function loadBinding(): LoadedBinding | MissingBinding {
  const problems: string[] = [];
  for (const candidate of CANDIDATES) {
    const path = fileURLToPath(new URL(candidate, HOME));
    if (!existsSync(path)) continue;
    const loaded = tryLoad(path);
    if (typeof loaded !== 'string') return withLibpcap(loaded, path);
    problems.push(loaded);
  }
  return { binding: null, missing: 'binding', why: problems[0] ?? `no native binding for ${process.platform}-${process.arch}` };
}

function tryLoad(path: string): Binding | string {
  try {
    // A native module has no types of its own; native/addon.c is their other half.
    return createRequire(import.meta.url)(path) as Binding;
  } catch (error) {
    return messageOf(error);
  }
}

function withLibpcap(binding: Binding, path: string): LoadedBinding | MissingBinding {
  try {
    binding.version();
    return { binding, path };
  } catch (error) {
    return { binding: null, missing: 'libpcap', why: messageOf(error) };
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
