/** What the flags of Prometheus and Kiali do with their values. The words that describe them are in help.ts. */
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { ServiceCommand, ServicesCommand } from './command.ts';
import type { ServiceFlagName } from './help.ts';
import { SecretValueError } from './values.ts';

export type ServiceFlags = {
  readonly takes: { readonly [flag in ServiceFlagName]: (value: string) => void };
  /** What was asked for. Throws `PlainsightError` (usage) where the flags do not fit together. */
  command(): ServicesCommand;
};

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

export function serviceFlags(): ServiceFlags {
  const [prometheus, kiali] = [nobody(), nobody()];
  return {
    takes: {
      prometheus: (value) => prometheus.urls.set(value, parseUrl(value, 'http://localhost:9090')),
      prometheusTokenFile: (value) => {
        prometheus.tokenFile = value;
      },
      prometheusBasicAuthFile: (value) => {
        prometheus.basicAuthFile = value;
      },
      prometheusCaFile: (value) => {
        prometheus.caFile = value;
      },
      kiali: (value) => kiali.urls.set(value, parseUrl(value, 'http://localhost:20001/kiali')),
      kialiTokenFile: (value) => {
        kiali.tokenFile = value;
      },
      kialiBasicAuthFile: (value) => {
        kiali.basicAuthFile = value;
      },
      kialiCaFile: (value) => {
        kiali.caFile = value;
      },
    },
    command: () => ({ prometheus: checked(prometheus, '--prometheus'), kiali: checked(kiali, '--kiali') }),
  };
}

export const hasServices = ({ prometheus, kiali }: ServicesCommand): boolean => prometheus.urls.length + kiali.urls.length > 0;

type Collected = Mutable<Omit<ServiceCommand, 'urls'>> & { readonly urls: Map<string, URL> };

const nobody = (): Collected => ({ urls: new Map(), tokenFile: null, basicAuthFile: null, caFile: null });

function checked({ urls, ...files }: Collected, flag: string): ServiceCommand {
  const { tokenFile, basicAuthFile, caFile } = files;
  const lone = tokenFile !== null ? 'token' : basicAuthFile !== null ? 'basic-auth' : caFile !== null ? 'ca' : undefined;
  if (urls.size === 0 && lone !== undefined) throw usage(`${flag}-${lone}-file says how to ask: name whom as well (${flag} URL)`);
  if (tokenFile !== null && basicAuthFile !== null) throw usage(`${flag}-token-file and ${flag}-basic-auth-file: a server takes one of them`);
  return { urls: [...urls.values()], ...files };
}

/** Its error never quotes the value: a password may be in it. */
function parseUrl(text: string, example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '')
    throw new SecretValueError(`wants an address: ${example}.`);
  return url;
}

const usage = (message: string): PlainsightError => new PlainsightError(ExitCode.usage, message);
