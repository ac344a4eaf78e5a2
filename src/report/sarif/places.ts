/** Where a result was read, in SARIF's words. */
import type { Location, LogicalLocation } from 'sarif';
import type { Evidence } from '../../model/flow.ts';
import type { Subject } from '../../model/summary.ts';
import { endNameOf, withPortOf } from '../text/ends.ts';
import { visible } from '../text/visible.ts';

/** A relative or `file:` reference. Names come from anybody, so every byte that means something in one is encoded. */
export function uriOf(input: string): string {
  const encoded = visible(input)
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
  if (input.startsWith('/')) return `file://${encoded}`;
  return input === '-' ? 'stdin' : encoded;
}

/** The record, and the workloads that it is about. Lines are regions; a frame of a capture has no line, so it is a logical place. */
export function recordPlace({ witness, input, record, says }: Evidence, about: readonly LogicalLocation[]): Location {
  const isLine = witness === 'log';
  const frame: LogicalLocation = { name: `frame ${record}`, fullyQualifiedName: `${visible(input)}#${record}`, kind: 'record' };
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(input) }, ...(isLine ? { region: { startLine: record } } : {}) },
    logicalLocations: isLine ? [...about] : [frame, ...about],
    message: { text: `${witness}, ${isLine ? 'line' : 'record'} ${record}: says ${visible(says)}` },
  };
}

export function subjectPlaces(subject: Subject): readonly LogicalLocation[] {
  if ('input' in subject) return [];
  if (!('source' in subject)) return [{ name: visible(endNameOf(subject)), fullyQualifiedName: visible(endNameOf(subject)), kind: 'workload' }];
  const [source, destination] = [visible(endNameOf(subject.source)), visible(withPortOf(subject.destination))];
  return [{ name: `${source} → ${destination}`, fullyQualifiedName: `${source} → ${destination}`, kind: 'edge' }];
}
