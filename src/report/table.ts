import type { Reporter } from '../model/reporter.ts';
import { textReport } from './text/text-report.ts';

export const table: Reporter = {
  name: 'table',
  summary: 'for people, cut to the width of the terminal',
  open: (out, options) => textReport(out, options, false),
};
