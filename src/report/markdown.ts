import type { Report, Reporter } from '../model/reporter.ts';
import { collectingReport } from './contract/collect.ts';
import { renderMarkdown } from './markdown/page.ts';

export const markdown: Reporter = {
  name: 'markdown',
  summary: 'for a comment on a pull request',
  open: (out, { view }): Report => collectingReport(out, view, renderMarkdown),
};
