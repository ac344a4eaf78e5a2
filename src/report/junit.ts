import type { Reporter } from '../model/reporter.ts';
import { collectingReport } from './contract/collect.ts';
import { casesOf } from './junit/cases.ts';
import { junitXml } from './junit/xml.ts';

export const junit: Reporter = {
  name: 'junit',
  summary: 'JUnit XML: each edge and finding as a test case',
  open: (out, { view }) => collectingReport(out, view, (told, summary) => junitXml(casesOf(told, summary))),
};
