/**
 * Words in, a `Command` out: parsed once, here, into a type that nobody has to check again. Commander splits the words and
 * knows slips; what a value may be is read from the registries, so a new reporter or verdict is known at once.
 */
import { Command as Commander, CommanderError } from 'commander';
import { ExitCode, PlainsightError } from '../model/error.ts';
import { VIEWS, type View } from '../model/reporter.ts';
import type { Micros } from '../model/time.ts';
import { REPORTERS } from '../report/index.ts';
import { visible } from '../report/text/visible.ts';
import { columnsFault, splitColumns } from './columns.ts';
import { type ColorChoice, type Command, type DiffCommand, SHELLS, type SystemCommand, type ViewCommand } from './command.ts';
import { filterWords } from './filter-words.ts';
import { withHint } from './flag-hints.ts';
import { FLAGS, type FlagName, helpText } from './help.ts';
import { type LiveFlags, liveFlags } from './live-flags.ts';
import { withoutSecrets } from './say.ts';
import { type ServeFlags, serveFlags } from './serve-flags.ts';
import { type ServiceFlags, serviceFlags } from './service-flags.ts';
import { nearest } from './suggest.ts';
import * as values from './values.ts';
import { gateFlagGiven, gateTakes } from './verify/flags.ts';
import { type GateFlags, NO_GATE_FLAGS } from './verify/rules.ts';
import { version } from './version.ts';

/** `words`: without node and script. Throws `PlainsightError` with exit code 64, whose message says what was meant, what would do, or which view has it. */
export function parseArguments(words: readonly string[]): Command {
  if (words[0] === 'complete' && words[1] === '--') return { kind: 'complete', words: words.slice(2) };
  const typed = parseWords(words);
  const isDiff = typed.operands[0] === 'diff';
  if (isDiff) typed.operands = typed.operands.slice(1);
  const [word] = typed.operands;
  const view = isView(word) || word === 'serve' ? word : undefined;
  // What the dashboard sums up at its end is the report.
  const chosen: View = isView(view) ? view : 'report';
  if (typed.version) return { kind: 'text', text: `${version()}\n` };
  if (typed.help || typed.operands[0] === 'help') {
    const asked = view ?? typed.operands[1];
    return { kind: 'text', text: helpText(typed.program, isView(asked) || asked === 'serve' ? asked : null) };
  }
  const system = systemCommand(typed);
  if (system !== undefined) return system;
  const operands = view === undefined ? typed.operands : typed.operands.slice(1);
  if (typed.failOn.length > 0 && chosen !== 'verify') {
    throw usage(`--fail-on belongs to the view verify: plainsight verify --fail-on ${typed.failOn.join(',')} ${operands.join(' ') || 'INPUT…'}`);
  }
  const stray = gateFlagGiven(typed.gate);
  if (stray !== undefined && chosen !== 'verify')
    throw usage(`${stray} belongs to the view verify: plainsight verify ${stray} … ${operands.join(' ') || 'INPUT…'}`);
  if (typed.fromPolicies !== null && chosen !== 'strict')
    throw usage(`--from-policies belongs to the view strict: plainsight strict --from-policies FILE INPUT…`);
  const fault = typed.columns.length === 0 ? null : columnsFault(typed.columns, chosen, typed.output);
  if (fault !== null) throw usage(fault);
  const flow = chosen === 'explain' ? parseFlow(operands[0]) : null;
  const command: ViewCommand = {
    kind: 'view',
    view: chosen,
    inputs: [...(flow === null ? operands : operands.slice(1)), ...typed.read],
    follow: typed.follow,
    live: typed.live.command(),
    services: typed.services.command(),
    flow,
    output: typed.output,
    columns: typed.columns.length === 0 ? null : typed.columns,
    redact: typed.redact,
    filters: typed.filters.options,
    serve: word === 'serve' ? typed.serve.dashboard() : typed.serve.none(),
    metrics: typed.serve.metrics(),
    failOn: typed.failOn.length === 0 ? null : new Set(typed.failOn),
    gate: { ...typed.gate },
    skew: typed.skew,
    fromPolicies: typed.fromPolicies,
    color: typed.color,
    quiet: typed.quiet,
    verbosity: typed.verbosity,
  };
  return isDiff ? diffCommand(command) : command;
}

const DIFF_OUTPUTS: readonly string[] = ['table', 'wide', 'json', 'jsonl'];

function diffCommand(view: ViewCommand): DiffCommand {
  const [before, after, more] = view.inputs;
  if (view.view !== 'report' || before === undefined || after === undefined || more !== undefined)
    throw usage(
      'diff wants two sides: plainsight diff BEFORE AFTER\nEach is a file, a folder, or what plainsight -o json or jsonl wrote; one named like a view is ./flows.',
    );
  if (!DIFF_OUTPUTS.includes(view.output)) throw usage(`diff has the outputs ${DIFF_OUTPUTS.join(', ')}, not ${view.output}.`);
  // A report that is compared may have been redacted, or not: its names are as they are.
  if (view.redact) throw usage('diff does not take --redact: compare two reports that were written with it.');
  return { kind: 'diff', before, after, view };
}

/** Words that stand alone. */
function systemCommand({ operands: [word, ...more] }: Typed): SystemCommand | undefined {
  if (word === 'completion') return completionCommand(more);
  if (word !== 'formats' && word !== 'interfaces' && word !== 'doctor') return undefined;
  if (more.length > 0) throw usage(`${word} takes no input: plainsight ${word}\nA file of that name is ./${word}.`);
  return { kind: word };
}

function completionCommand([word = '', ...more]: readonly string[]): SystemCommand {
  const shell = SHELLS.find((known) => known === word);
  if (shell !== undefined && more.length === 0) return { kind: 'completion', shell };
  throw usage(`completion wants one shell, ${SHELLS.join(', ')}: source <(plainsight completion bash)\nA file of that name is ./completion.`);
}

type Typed = {
  readonly program: Commander;
  operands: readonly string[];
  readonly filters: ReturnType<typeof filterWords>;
  readonly serve: ServeFlags;
  readonly live: LiveFlags;
  readonly services: ServiceFlags;
  readonly read: string[];
  readonly follow: string[];
  readonly failOn: string[];
  readonly gate: { -readonly [flag in keyof GateFlags]: GateFlags[flag] };
  output: string;
  readonly columns: string[];
  redact: boolean;
  skew: Micros;
  fromPolicies: string | null;
  color: ColorChoice;
  quiet: boolean;
  verbosity: number;
  version: boolean;
  help: boolean;
};

function parseWords(words: readonly string[]): Typed {
  const typed: Typed = {
    program: new Commander('plainsight'),
    operands: [],
    filters: filterWords(),
    serve: serveFlags(),
    live: liveFlags(),
    services: serviceFlags(),
    read: [],
    follow: [],
    failOn: [],
    gate: { ...NO_GATE_FLAGS },
    output: REPORTERS[0]?.name ?? 'table',
    columns: [],
    redact: false,
    skew: values.DEFAULT_SKEW,
    fromPolicies: null,
    color: 'auto',
    quiet: false,
    verbosity: 0,
    version: false,
    help: false,
  };
  const { program } = typed;
  program
    .argument('[word...]')
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} });
  // Everything is taken down by the parsers, in strict types; commander's own untyped values are not read.
  program.action(() => {});
  addFlags(typed);
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    // Slips come with commander's own suggestion.
    if (error instanceof CommanderError) throw usage(withHint(error.message.replace(/^error: /, '')));
    throw error;
  }
  typed.operands = program.args;
  return typed;
}

/** What each flag does with its value. The words that describe it are in help.ts. */
function addFlags(typed: Typed): void {
  const { program } = typed;
  const takes: { readonly [flag in FlagName]: (value: string) => void } = {
    ...typed.live.takes,
    ...typed.services.takes,
    ...typed.filters.takes,
    ...typed.serve.takes,
    read: (value) => typed.read.push(value),
    follow: (value) => typed.follow.push(value),
    output: (value) => {
      typed.output = parseOutput(value);
    },
    columns: (value) => {
      const words = splitColumns(value);
      if (words.length === 0) throw new values.ValueError('wants a list of fields, as source.workload,destination.workload,verdict.');
      typed.columns.push(...words);
    },
    redact: () => {
      typed.redact = true;
    },
    color: (value) => {
      typed.color = values.parseColor(value);
    },
    quiet: () => {
      typed.quiet = true;
    },
    verbose: () => {
      typed.verbosity++;
    },
    failOn: (value) => typed.failOn.push(...values.parseFailOn(value)),
    ...gateTakes(typed.gate),
    fromPolicies: (value) => {
      typed.fromPolicies = value;
    },
    skew: (value) => {
      typed.skew = values.parseSpan(value);
    },
    help: () => {
      typed.help = true;
    },
    version: () => {
      typed.version = true;
    },
  };
  for (const { name, group, flags, summary, isApart = false } of FLAGS) {
    const option = program.createOption(flags, summary).helpGroup(group).hideHelp(isApart);
    // Switches have no parser in commander: they are counted by an event.
    if (option.required) option.argParser((value: string) => blaming({ flag: option.long ?? flags, value }, () => takes[name](value)));
    else program.on(`option:${option.name()}`, () => takes[name](''));
    program.addOption(option);
  }
}

/** A value's own words do not know which flag it stood behind. */
function blaming({ flag, value }: { readonly flag: string; readonly value: string }, parse: () => void): void {
  try {
    parse();
  } catch (error) {
    if (error instanceof values.SecretValueError) throw usage(`${flag}: ${error.message}`);
    if (error instanceof values.ValueError) throw usage(`${flag} ${quoted(value)}: ${error.message}`);
    throw error;
  }
}

function parseOutput(value: string): string {
  const names = REPORTERS.map(({ name }) => name);
  if (names.includes(value)) return value;
  const near = nearest(value, names);
  throw new values.ValueError(`${near === undefined ? '' : `Did you mean ${near}? `}One of: ${names.join(', ')}.`);
}

function parseFlow(word: string | undefined): string {
  if (word === undefined)
    throw usage('explain wants the flow to explain: plainsight explain FLOW INPUT…\nplainsight flows INPUT… lists flows with their ids.');
  if (!/^[0-9a-f]{4,16}$/i.test(word)) {
    throw usage(
      `explain wants the id of a flow before its inputs, 4 to 16 hex digits, not ${quoted(word)}.\nplainsight flows INPUT… lists flows with their ids.`,
    );
  }
  return word.toLowerCase();
}

const isView = (word: string | undefined): word is View => VIEWS.some((view) => view === word);
const quoted = (word: string): string => `'${withoutSecrets(visible(word))}'`;
const usage = (message: string): PlainsightError => new PlainsightError(ExitCode.usage, `${message}\nplainsight --help has all flags.`);
/** kubectl's habit. */
