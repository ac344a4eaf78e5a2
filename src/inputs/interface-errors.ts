/** What went wrong with a capture, and what to do about it. */
import { ExitCode, PlainsightError } from '../model/error.ts';
import { messageOf } from './interface-binding.ts';

/** `kind` is a slug of native/addon.c; `message` the words of libpcap or tcpdump. */
export type CaptureFailure = { readonly kind: string; readonly message: string };

/** The command that lets Node capture without root; file capabilities need the program itself, not a link to it. */
export const setcapCommand = (): string => `sudo setcap cap_net_raw+eip ${process.execPath}`;

export function captureError(device: string, failure: CaptureFailure): PlainsightError {
  const said = `${device}: ${failure.message}`;
  switch (failure.kind) {
    case 'permission':
      return unavailable(
        `${said}\nLet Node capture: ${setcapCommand()}\nor run plainsight with sudo, or capture inside the pod: plainsight --pod NAMESPACE/POD`,
      );
    case 'no-such-device':
      return unavailable(`${said}\n"plainsight interfaces" lists what there is`);
    case 'not-up':
      return unavailable(`${said}\nBring it up: sudo ip link set dev ${device} up`);
    case 'bad-filter':
      return new PlainsightError(ExitCode.usage, `--filter: ${failure.message}`);
    case 'read':
      return unavailable(`${said}; the capture on it has ended`);
    default:
      return unavailable(said);
  }
}

/** From what the binding threw. */
export function failureOf(error: unknown): CaptureFailure {
  const kind = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'other';
  return { kind, message: messageOf(error) };
}

const unavailable = (message: string): PlainsightError => new PlainsightError(ExitCode.unavailable, message);

const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/permission/i, 'permission'],
  [/no such device/i, 'no-such-device'],
  [/not up/i, 'not-up'],
  [/filter expression|capture filter|syntax error|^unknown host|^unknown port/i, 'bad-filter'],
  [/disappeared|went down|network is down|no longer attached/i, 'read'],
];

/** From what tcpdump or dumpcap wrote on stderr before it ended. */
export function failureFromText(lines: readonly string[]): CaptureFailure {
  const words = lines.map((line) => line.replace(/^(tcpdump|dumpcap): /, '').trim()).filter((line) => line !== '');
  const message = words.join('; ');
  return { kind: TEXTS.find(([pattern]) => pattern.test(message))?.[1] ?? 'other', message };
}
