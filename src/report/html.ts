import type { Reporter } from '../model/reporter.ts';
import { collectingReport } from './contract/collect.ts';
import { auditHtml } from './html/page.ts';

export const html: Reporter = {
  name: 'html',
  summary: 'one file to keep and print, for auditors',
  open: (out, { view, run = null }) => collectingReport(out, view, (told, summary) => auditHtml(told, summary, run)),
};
