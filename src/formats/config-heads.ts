/** Whether the first bytes of an input are JSON or YAML, and reading it as what it is. */
import { TextDecoder } from 'node:util';
import type { Batch } from '../model/batch.ts';

const DECODER = new TextDecoder();
/** A document names what it is near its beginning; certificates are long. */
const HEAD_BYTES = 64 * 1024;

export const headOf = (head: Uint8Array): string => DECODER.decode(head.subarray(0, HEAD_BYTES));

export const isJson = (head: string): boolean => /^\s*[[{]/.test(head);
/** Text whose first word is a key, an item or a document mark. */
export const isYaml = (head: string): boolean =>
  /^(?:[^\S\n]*(?:#[^\n]*)?\n|---[^\n]*\n|%YAML[^\n]*\n)*(?:- )?[^\S\n]*["\w./-]+:(?:\s|$)/.test(head) && !head.includes('\0');

type Read = (isJsonText: boolean, chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Batch>;

/** JSON begins with a bracket; what it is shows in the first bytes that are not blank. */
export async function* readEither(chunks: AsyncIterable<Uint8Array>, read: Read): AsyncGenerator<Batch, void, undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  const begun: Uint8Array[] = [];
  let head = '';
  while (head.trim() === '') {
    const next = await iterator.next();
    if (next.done === true) break;
    // The source writes its next chunk into the same buffer.
    begun.push(next.value.slice());
    head += headOf(next.value);
  }
  yield* read(isJson(head), goingOn(begun, iterator));
}

async function* goingOn(begun: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* begun;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
