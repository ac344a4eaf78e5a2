import { visible } from '../report/text/visible.ts';

/** One message on stderr; names in it come from outside and are made harmless, line breaks of ours stay. */
export function say(message: string): void {
  process.stderr.write(`plainsight: ${message.split('\n').map(visible).join('\n')}\n`);
}
