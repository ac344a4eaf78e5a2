/** What the flags of the dashboard do with their values. The words that describe them are in help.ts. */
import { ExitCode, PlainsightError } from '../model/error.ts';
import { MICROS_PER_SECOND, micros } from '../model/time.ts';
import { DEFAULT_LISTEN, type Listen, parseListen } from '../serve/http/listen-address.ts';
import type { ServeCommand } from './command.ts';
import type { ServeFlagName } from './help.ts';
import { parseSpan, ValueError } from './values.ts';

export type ServeFlags = {
  readonly takes: { readonly [flag in ServeFlagName]: (value: string) => void };
  /** Of the view serve. */
  dashboard(): ServeCommand;
  /** Of every other view: throws where a flag of serve was given. */
  none(): null;
  metrics(): Listen | null;
};

const DEFAULT_KEEP = micros(24 * 3600 * MICROS_PER_SECOND);
const ONLY_SERVE: readonly ServeFlagName[] = ['listen', 'keep', 'open'];

export function serveFlags(): ServeFlags {
  let [listen, keep, open] = [DEFAULT_LISTEN, DEFAULT_KEEP, false];
  let metrics: Listen | null = null;
  const given = new Set<ServeFlagName>();
  const takes: ServeFlags['takes'] = {
    listen: (value) => {
      given.add('listen');
      listen = address(value);
    },
    keep: (value) => {
      given.add('keep');
      keep = parseSpan(value);
      if (keep < MICROS_PER_SECOND) throw new ValueError('wants a second at least.');
    },
    open: () => {
      given.add('open');
      open = true;
    },
    metrics: (value) => {
      metrics = address(value);
    },
  };
  return {
    takes,
    dashboard: () => ({ listen, keep, open }),
    none: () => {
      const lone = ONLY_SERVE.find((flag) => given.has(flag));
      if (lone === undefined) return null;
      throw new PlainsightError(ExitCode.usage, `--${lone} belongs to the view serve: plainsight serve INPUT…\nplainsight --help has all flags.`);
    },
    metrics: () => metrics,
  };
}

function address(text: string): Listen {
  const listen = parseListen(text);
  if (listen === undefined) throw new ValueError('wants a port, or an address and a port: 8008, 0.0.0.0:8008, [::1]:8008.');
  return listen;
}
