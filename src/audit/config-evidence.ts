import type { Evidence, Flow } from '../model/flow.ts';
import type { Coverage } from './finder.ts';

/** Where configuration says of the two ends whether ambient is to carry their traffic. */
export function configEvidence({ source, destination, start }: Flow, { podAt, inputName }: Coverage): readonly Evidence[] {
  return [source, destination].flatMap(({ ip }) => {
    const pod = podAt(ip, start);
    if (pod === null || pod.captured === null) return [];
    return [
      {
        witness: 'config',
        input: inputName(pod.origin.input),
        record: pod.origin.record,
        says: `${pod.name} ${pod.captured ? 'enrolled' : 'not enrolled'}`,
      },
    ];
  });
}
