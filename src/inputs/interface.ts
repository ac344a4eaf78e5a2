/**
 * Live capture on a network interface. Yields pcapng: the packets of each chunk are whole blocks, round them the section,
 * the interface and, once a second and at the end, its counts.
 *
 * Through libpcap (native/) where both are there, else through tcpdump or dumpcap: whoever reads cannot tell them apart but
 * by the delay.
 */
import { ExitCode, PlainsightError } from '../model/error.ts';
import { type LoadedBinding, loadBinding, type MissingBinding } from './interface-binding.ts';
import { libpcapInput } from './interface-libpcap.ts';
import { type CaptureOptions, captureOptions } from './interface-options.ts';
import { CAPTURE_PROGRAMS, findProgram, programInput } from './interface-program.ts';
import type { LiveInput } from './live-input.ts';

/**
 * Begins to capture on `name` (`any` for all). Resolves when packets are being captured, which is where its coverage starts;
 * after the last one `dropPrivileges()` may be called.
 *
 * `say` hears at most one line: that another program has to stand in for libpcap, or a warning of libpcap's. `loaded` is for tests.
 *
 * Rejects with `PlainsightError`: unavailable (privileges, no such interface, nothing to capture with) or usage (the filter, with
 * libpcap's own words). An interface that vanishes later rejects the iteration, after its last packets and counts.
 */
export async function interfaceInput(
  name: string,
  given: Partial<CaptureOptions>,
  say: (line: string) => void,
  loaded: LoadedBinding | MissingBinding = loadBinding(),
): Promise<LiveInput> {
  const options = captureOptions(given);
  if (loaded.binding !== null) return libpcapInput(loaded, name, options, say);
  for (const program of CAPTURE_PROGRAMS) {
    const path = findProgram(program.name);
    if (path === null) continue;
    say(
      `${name}: capturing through ${program.name}, half a second behind, since there is no ${loaded.missing === 'libpcap' ? 'libpcap' : 'native binding'} (${loaded.why})`,
    );
    return programInput(program, path, name, options);
  }
  throw new PlainsightError(
    ExitCode.unavailable,
    `${name}: nothing to capture with: ${loaded.why}, and neither tcpdump nor dumpcap was found\n"plainsight doctor" says how to mend it`,
  );
}
