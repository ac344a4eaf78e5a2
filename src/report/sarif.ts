import type { Reporter } from '../model/reporter.ts';
import { collectingReport } from './contract/collect.ts';
import { stringify } from './contract/quote.ts';
import { sarifLog } from './sarif/log.ts';

export const sarif: Reporter = {
  name: 'sarif',
  summary: 'SARIF 2.1.0, for code scanning and security tools',
  open: (out, { view, run }) => collectingReport(out, view, (told, summary) => `${stringify(sarifLog(told, summary, run))}\n`),
};
