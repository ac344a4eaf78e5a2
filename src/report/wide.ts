import type { Reporter } from '../model/reporter.ts';
import { textReport } from './text/text-report.ts';

export const wide: Reporter = {
  name: 'wide',
  summary: 'for people, every column, lines as long as needed',
  open: (out, options) => textReport(out, options, true),
};
