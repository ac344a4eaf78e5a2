/** What `--pod` and `--node` have in common. */
import { randomInt } from 'node:crypto';
import type { Target } from './debug-container.ts';
import { captureError } from './interface-errors.ts';
import { filterWithPlaceHere } from './interface-filter.ts';
import type { CaptureOptions } from './interface-options.ts';
import type { Kubectl } from './kubectl.ts';
import { kubectlError, unavailable } from './kubectl-errors.ts';
import type { RemoteFailure } from './remote-tcpdump.ts';

export const DEBUG_IMAGE = 'nicolaka/netshoot';

export type Kubernetes = {
  readonly kubectl: Kubectl;
  readonly debugImage: string;
  readonly options: CaptureOptions;
  /** Ends the waiting for a container that does not come. */
  readonly signal: AbortSignal;
  say(line: string): void;
};

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** A name that no other run uses; without vowels, as Kubernetes makes its own. */
export const newContainerName = (): string => `plainsight-${Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;

/** Why tcpdump did not start in the debug container, and what to do. */
export function startError({ input, namespace }: Target, { failure }: RemoteFailure, image: string, filter: string): Error {
  switch (failure.kind) {
    case 'missing':
      return unavailable(`${input}: the image ${image} has no tcpdump, or no sh to start it: choose another by --debug-image`);
    case 'permission':
      return unavailable(
        `${input}: ${failure.message}\nThe pod's securityContext leaves the debug container without NET_RAW or root: capture on its node instead (--node NODE)`,
      );
    case 'bad-filter':
      return captureError(input, { ...failure, message: [failure.message, filterWithPlaceHere(filter)].filter((text) => text !== null).join('\n') });
    default:
      return kubectlError(input, namespace, failure.message.split('; '));
  }
}
