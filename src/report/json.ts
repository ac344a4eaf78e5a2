import type { Reporter } from '../model/reporter.ts';
import { documentReport, type Syntax } from './contract/document.ts';
import { summaryJson, toJson } from './contract/to-json.ts';

const SYNTAX: Syntax = {
  open: (name, isFirst) => `${isFirst ? '{' : '\n'}"${name}":[`,
  item: toJson,
  first: '\n',
  next: ',\n',
  close: () => '],',
  summary: (summary) => `\n"summary":${summaryJson(summary)}}\n`,
};

export const json: Reporter = {
  name: 'json',
  summary: 'one JSON object with everything',
  open: (out, { view }) => documentReport(out, view, SYNTAX),
};
