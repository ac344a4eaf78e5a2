import { type Finding, SEVERITIES, type Severity } from '../../model/summary.ts';
import type { Look } from './look.ts';
import { SEVERITY_COLOR } from './paint.ts';
import { visible } from './visible.ts';
import { widthOf, wrap } from './width.ts';
import { grouped } from './words.ts';

/** More of one kind are counted: the fourth tells nothing that the first three did not. */
const SHOWN_EACH = 3;

const MARK: { readonly [severity in Severity]: string } = { error: '✗', warning: '!', note: '·' };

/** Findings by severity, one sentence each; with `all`, every one of them. */
export function findingLines(findings: readonly Finding[], { columns, paint }: Look, all = false): string {
  let text = '';
  for (const severity of SEVERITIES) {
    for (const [id, group] of byId(findings.filter((finding) => finding.severity === severity))) {
      const shown = all ? group : group.slice(0, SHOWN_EACH);
      for (const finding of shown) {
        text += `  ${paint(`${MARK[severity]} ${severity}`, SEVERITY_COLOR[severity])}  ${visible(id)}\n`;
        for (const line of wrap(visible(finding.message), columns - 4)) text += `    ${line}\n`;
      }
      if (shown.length < group.length)
        text += paint(`    … ${grouped(group.length - shown.length)} more ${visible(id)}: plainsight flows -o wide INPUT…\n`, 'dim');
    }
  }
  return text;
}

/** `TITLE` in bold, with a blank line before it. */
export const heading = (title: string, { paint }: Look): string => `\n${paint(title, 'bold')}\n`;

/** A paragraph, indented. */
export function paragraph(text: string, { columns }: Look, indent = '  '): string {
  return wrap(text, columns - widthOf(indent))
    .map((line) => `${indent}${line}\n`)
    .join('');
}

function byId(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.id);
    if (group === undefined) groups.set(finding.id, [finding]);
    else group.push(finding);
  }
  return groups;
}
