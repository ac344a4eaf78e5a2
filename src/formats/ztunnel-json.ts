import type { Format } from '../model/format.ts';
import { decodeLog } from './log-decode.ts';
import { recogniseLog } from './log-recognise.ts';

/** ztunnel with LOG_FORMAT=json. Lines of text among them (pods of two LOG_FORMATs in one pipe) are read as well. */
export const ztunnelJson: Format = {
  name: 'ztunnel-json',
  witness: 'log',
  summary: "ztunnel's log as JSON lines, also under kubectl --prefix --timestamps, stern, CRI files and docker json-file",
  recognise: (head) => recogniseLog(head).json,
  decode: (chunks, tables) => decodeLog(chunks, tables),
};
