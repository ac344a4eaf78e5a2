/** All that `/metrics` tells: what was counted of flows, findings, and how the inputs fare. */
import { SEVERITIES } from '../../model/summary.ts';
import type { InputFate, Run } from '../run.ts';
import { lagOf } from '../views/inputs.ts';
import type { Snapshots } from '../views/snapshots.ts';
import { exposition, type Family, type Sample } from './exposition.ts';
import type { FlowCounters } from './flow-counters.ts';

export function metricsText(run: Run, snapshots: Snapshots, flows: FlowCounters, nowMs: number): string {
  const { summary, findings } = snapshots.look().snapshot;
  const byId = new Map<string, { readonly id: string; readonly severity: string; count: number }>();
  for (const { id, severity } of findings) {
    const known = byId.get(`${id} ${severity}`) ?? { id, severity, count: 0 };
    known.count++;
    byId.set(`${id} ${severity}`, known);
  }
  const lone = (value: number): readonly Sample[] => [{ labels: {}, value }];
  return exposition([
    {
      name: 'plainsight_build_info',
      type: 'gauge',
      help: 'Always 1; the version is a label.',
      samples: [{ labels: { version: run.version }, value: 1 }],
    },
    ...flows.families(),
    {
      name: 'plainsight_findings',
      type: 'gauge',
      help: 'Findings that stand, by kind and severity.',
      samples: [...byId.values()].map(({ id, severity, count }) => ({ labels: { id, severity }, value: count })),
    },
    {
      name: 'plainsight_findings_by_severity',
      type: 'gauge',
      help: 'Findings that stand, by severity, 0 included.',
      samples: SEVERITIES.map((severity) => ({ labels: { severity }, value: summary.findings[severity] })),
    },
    {
      name: 'plainsight_late_records_total',
      type: 'counter',
      help: 'Records that came after what they belonged to was decided.',
      samples: lone(summary.late),
    },
    { name: 'plainsight_evicted_records_total', type: 'counter', help: 'Records given up for want of room.', samples: lone(summary.evicted) },
    ...inputFamilies(run.inputs(), nowMs),
  ]);
}

function inputFamilies(inputs: readonly InputFate[], nowMs: number): readonly Family[] {
  const each = (of: (fate: InputFate) => number | null): readonly Sample[] =>
    inputs.flatMap((fate) => {
      const value = of(fate);
      return value === null ? [] : [{ labels: { input: fate.input }, value }];
    });
  const skipped = inputs.flatMap(({ input, skipped: reasons }) =>
    Object.entries(reasons).map(([reason, value]) => ({ labels: { input, reason }, value })),
  );
  return [
    {
      name: 'plainsight_input_records_total',
      type: 'counter',
      help: 'Records that came: read and skipped.',
      samples: each(({ records }) => records),
    },
    { name: 'plainsight_input_skipped_total', type: 'counter', help: 'Records that say nothing of flows, by reason.', samples: skipped },
    {
      name: 'plainsight_input_lost_total',
      type: 'counter',
      help: 'Records known to be lost: kernel drops, gaps.',
      samples: each(({ lost }) => lost),
    },
    {
      name: 'plainsight_input_last_record_timestamp_seconds',
      type: 'gauge',
      help: 'Time stamp of the newest record.',
      samples: each(({ last }) => (last === null ? null : last / 1e6)),
    },
    {
      name: 'plainsight_input_lag_seconds',
      type: 'gauge',
      help: 'How far the newest record lies behind now; absent for replays and inputs that have ended.',
      samples: each((fate) => lagOf(fate, nowMs)),
    },
    {
      name: 'plainsight_input_up',
      type: 'gauge',
      help: '1 while the input is being read, 0 when it has ended or broke.',
      samples: each(({ ended }) => (ended ? 0 : 1)),
    },
  ];
}
