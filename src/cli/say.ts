import { visible } from '../report/text/visible.ts';

/** One message on stderr; names in it come from outside and are made harmless, line breaks of ours stay. */
export function say(message: string): void {
  process.stderr.write(`plainsight: ${withoutSecrets(message.split('\n').map(visible).join('\n'))}\n`);
}

/** Who asks (`http://user:password@host`) is nobody's business, wherever an address as it was typed is shown. */
export const withoutSecrets = (text: string): string => text.replace(/:\/\/[^\s'"@]*@/g, '://…@');
