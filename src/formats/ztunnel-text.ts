import type { Format } from '../model/format.ts';
import { decodeLog } from './log-decode.ts';
import { recogniseLog } from './log-recognise.ts';

/** ztunnel's own text. Lines of JSON among them (pods of two LOG_FORMATs in one pipe) are read as well. */
export const ztunnelText: Format = {
  name: 'ztunnel-text',
  witness: 'log',
  summary: "ztunnel's log as text, also under kubectl --prefix --timestamps, stern, CRI files and docker json-file",
  recognise: (head) => recogniseLog(head).text,
  decode: (chunks, tables) => decodeLog(chunks, tables),
};
