import type { Reporter } from '../model/reporter.ts';
import { documentReport, type Syntax } from './contract/document.ts';
import { plainSummary } from './contract/objects.ts';
import { toPlain } from './contract/to-json.ts';
import { yamlText } from './contract/yaml-text.ts';

const SYNTAX: Syntax = {
  open: (name) => `${name}:`,
  item: (told) => `- ${yamlText(toPlain(told), '  ')}`,
  first: '\n',
  next: '',
  close: (isEmpty) => (isEmpty ? ' []\n' : ''),
  summary: (summary) => `summary:\n  ${yamlText(plainSummary(summary), '  ')}`,
};

export const yaml: Reporter = {
  name: 'yaml',
  summary: 'what json says, as YAML',
  open: (out, { view }) => documentReport(out, view, SYNTAX),
};
