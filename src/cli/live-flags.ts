/** What the flags of live capture do with their values. The words that describe them are in help.ts. */
import { type CaptureOptions, captureOptions } from '../inputs/interface-options.ts';
import { DEBUG_IMAGE } from '../inputs/kubernetes.ts';
import type { PodName } from '../inputs/pod.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { LiveCommand } from './command.ts';
import type { LiveFlagName } from './help.ts';
import { parseSpan, ValueError } from './values.ts';

export type LiveFlags = {
  readonly takes: { readonly [flag in LiveFlagName]: (value: string) => void };
  /** What was asked for. Throws `PlainsightError` (usage) where the flags do not fit together. */
  command(): LiveCommand;
};

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

export function liveFlags(): LiveFlags {
  const interfaces = new Set<string>();
  const pods = new Map<string, PodName>();
  const nodes = new Set<string>();
  const capture: Mutable<Partial<CaptureOptions>> = {};
  const kubernetes: Mutable<LiveCommand['kubernetes']> = { debugImage: DEBUG_IMAGE, context: null, kubeconfig: null };
  const told: Mutable<Pick<LiveCommand, 'write' | 'printCommands'>> = { write: null, printCommands: false };
  const command = (): LiveCommand =>
    checked({ interfaces: [...interfaces], pods: [...pods.values()], nodes: [...nodes], capture, kubernetes, ...told });
  const takes: LiveFlags['takes'] = {
    interface: (value) => interfaces.add(parseInterface(value)),
    filter: (value) => {
      capture.filter = value;
    },
    snaplen: (value) => {
      capture.snaplen = parseWhole(value);
    },
    buffer: (value) => {
      capture.bufferMiB = parseWhole(value);
    },
    promiscuous: () => {
      capture.promiscuous = true;
    },
    count: (value) => {
      capture.count = parseWhole(value);
    },
    duration: (value) => {
      capture.durationMs = Math.max(1, Math.round(parseSpan(value) / 1000));
    },
    write: (value) => {
      told.write = value;
    },
    pod: (value) => pods.set(value, parsePod(value)),
    node: (value) => nodes.add(parseNode(value)),
    debugImage: (value) => {
      kubernetes.debugImage = parseImage(value);
    },
    context: (value) => {
      kubernetes.context = value;
    },
    kubeconfig: (value) => {
      kubernetes.kubeconfig = value;
    },
    printCommands: () => {
      told.printCommands = true;
    },
  };
  return { takes, command };
}

export const isLive = ({ interfaces, pods, nodes }: LiveCommand): boolean => interfaces.length + pods.length + nodes.length > 0;

function checked(command: LiveCommand): LiveCommand {
  captureOptions(command.capture);
  const { pods, nodes, printCommands, write, capture } = command;
  if (printCommands && pods.length + nodes.length === 0) throw usage('--print-commands prints those of --pod NS/POD and --node NODE: name one');
  if (isLive(command)) return command;
  if (write !== null) throw usage('--write keeps what is captured live: name an interface (-i eth0), a pod or a node');
  const lone = Object.keys(capture)[0];
  if (lone !== undefined) throw usage(`${FLAG_OF[lone] ?? lone} is for live capture: name an interface (-i eth0), a pod or a node`);
  return command;
}

const FLAG_OF: { readonly [option: string]: string } = {
  filter: '--filter',
  snaplen: '--snaplen',
  bufferMiB: '--buffer',
  promiscuous: '--promiscuous',
  count: '--count',
  durationMs: '--duration',
};

function parseWhole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ValueError('wants a whole number.');
  return Number(text);
}

/** linux/if.h allows 15 bytes, other systems more; libpcap knows which there are. */
function parseInterface(text: string): string {
  if (!/^[^\s/]{1,64}$/.test(text)) throw new ValueError('wants the name of an interface; plainsight interfaces lists them.');
  return text;
}

/** RFC 1123 names, as Kubernetes has them: a subdomain of up to 253 letters. */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

function parsePod(text: string): PodName {
  const [namespace = '', pod = '', ...more] = text.split('/');
  if (more.length > 0 || !NAME.test(namespace) || !NAME.test(pod)) {
    throw new ValueError('wants NAMESPACE/POD: default/curl-7d5f8c6b9-11xyz; kubectl get pods -A lists them.');
  }
  return { namespace, pod };
}

function parseNode(text: string): string {
  if (!NAME.test(text)) throw new ValueError("wants a node's name; kubectl get nodes lists them.");
  return text;
}

function parseImage(text: string): string {
  if (!/^[a-zA-Z0-9][\w.:/@-]*$/.test(text)) throw new ValueError('wants an image that has tcpdump and sh: nicolaka/netshoot:v0.13.');
  return text;
}

const usage = (message: string): PlainsightError => new PlainsightError(ExitCode.usage, message);
