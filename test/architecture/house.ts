/** The house's rules as data: which folder may know what. A rule that gets in the way is changed here, in a commit that says why. */

/** What each folder of src/ may import besides itself and its own files. */
export const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  inputs: ['model'],
  formats: ['model'],
  wire: ['model'],
  mesh: ['model'],
  evidence: ['model', 'mesh', 'wire'],
  flows: ['model', 'mesh'],
  verdict: ['model', 'mesh'],
  audit: ['model', 'mesh'],
  report: ['model'],
  serve: ['model', 'report'],
  web: ['model'],
  pipeline: ['model', 'evidence', 'flows', 'verdict', 'audit'],
  cli: ['model', 'inputs', 'formats', 'wire', 'mesh', 'evidence', 'flows', 'verdict', 'audit', 'report', 'serve', 'pipeline'],
};

/** Packages that stay in one folder; any other may be used anywhere but in model/. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  rxjs: ['pipeline'],
  commander: ['cli'],
  preact: ['web'],
  '@preact/signals': ['web'],
  '@tanstack/virtual-core': ['web'],
  '@dagrejs/dagre': ['web', 'report'],
  cytoscape: ['web'],
  'd3-selection': ['web'],
  'd3-zoom': ['web'],
  potpack: ['web'],
  uplot: ['web'],
};

/** Folders that touch the system: files, sockets, processes, the terminal. */
export const SYSTEM_FOLDERS: readonly string[] = ['inputs', 'serve', 'cli'];

/** Modules of Node that compute and touch nothing: allowed everywhere but in model/. */
export const PURE_MODULES: readonly string[] = [
  'node:assert',
  'node:buffer',
  'node:crypto',
  'node:events',
  'node:path',
  'node:string_decoder',
  'node:stream',
  'node:stream/promises',
  'node:url',
  'node:util',
];

/** `pipeline/` gives timers and signals their turn; nobody else below cli/ waits. */
export const CLOCK_FOLDERS: readonly string[] = [...SYSTEM_FOLDERS, 'pipeline', 'web'];
export const CLOCK_MODULES: readonly string[] = ['node:timers', 'node:timers/promises', 'node:perf_hooks'];

/** Folders whose members are found through a plain array in their `index.ts`: an exported constant of that type must be in it. */
export const REGISTRIES: Readonly<Record<string, readonly string[]>> = {
  formats: ['Format'],
  wire: ['Layer'],
  'wire/sniff': ['Sniffer'],
  verdict: ['Rule'],
  audit: ['Audit', 'Auditor', 'Check'],
  report: ['Reporter'],
};

/** The one place that finds and loads the binding. */
export const NATIVE_FILES: readonly string[] = ['inputs/interface.ts', 'inputs/interface-binding.ts'];

export const MAX_LINES = 300;
