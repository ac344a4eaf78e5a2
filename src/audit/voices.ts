import { configVoice, policyVoice } from './config-voices.ts';
import type { Coverage } from './finder.ts';
import type { WitnessVoice } from './witness-table.ts';
import { graphVoice, metricVoice } from './witness-voices.ts';

/** Whoever has anything to say beside log and wire; asked anew for every look, since configuration may come while following. */
export function voicesOf({ configuration, inputName, metrics, graphs }: Coverage): readonly WitnessVoice[] {
  return [
    ...(configuration === null || configuration.version === 0
      ? []
      : [configVoice({ configuration, inputName }), policyVoice({ configuration, inputName })]),
    ...(metrics === undefined || metrics.isEmpty() ? [] : [metricVoice(metrics)]),
    ...(graphs === undefined || graphs.isEmpty() ? [] : [graphVoice(graphs)]),
  ];
}
