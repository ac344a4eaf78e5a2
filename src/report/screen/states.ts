/** How states of edges, and who is at their ends, look in a terminal. */
import type { ApiEdge, ApiNode, EdgeState } from '../../model/api.ts';
import { VERDICTS } from '../../model/flow.ts';
import { endName, withPort } from '../text/ends.ts';
import { type Cell, cell } from '../text/layout.ts';
import { type Color, VERDICT_COLOR, VERDICT_MARK } from '../text/paint.ts';

type Sign = { readonly mark: string; readonly word: string; readonly color: Color; readonly long: string };

export const STATES: { readonly [state in EdgeState]: Sign } = {
  proven: { mark: VERDICT_MARK.hbone, word: 'proven', color: VERDICT_COLOR.hbone, long: 'every connection is proven encrypted by the mesh' },
  partly: { mark: '±', word: 'partly', color: 'alarm', long: 'some connections are proven encrypted, others are not' },
  plaintext: {
    mark: VERDICT_MARK.plaintext,
    word: 'plaintext',
    color: VERDICT_COLOR.plaintext,
    long: 'readable on the network: encrypted neither by the mesh nor by the application',
  },
  tls: { mark: VERDICT_MARK.tls, word: 'own TLS', color: VERDICT_COLOR.tls, long: 'encrypted by the application itself, outside the mesh' },
  unproven: { mark: VERDICT_MARK.unknown, word: 'unproven', color: VERDICT_COLOR.unknown, long: 'the evidence does not decide' },
  denied: { mark: VERDICT_MARK.denied, word: 'denied', color: VERDICT_COLOR.denied, long: 'turned away by policy' },
  failed: { mark: VERDICT_MARK.failed, word: 'failed', color: VERDICT_COLOR.failed, long: 'no connection came about' },
  exempt: { mark: '·', word: 'exempt', color: 'dim', long: 'so by design, and never counted as a leak' },
};

export const stateCell = ({ state }: ApiEdge): Cell => cell(`${STATES[state].mark} ${STATES[state].word}`, STATES[state].color);

export const nodeName = (node: ApiNode): string => endName(node);
export const serverName = (node: ApiNode, { port }: ApiEdge): string => withPort({ ...node, port });
export const edgeName = (source: ApiNode, destination: ApiNode, edge: ApiEdge): string => `${nodeName(source)} → ${serverName(destination, edge)}`;

/** Connections, exempt ones among them. */
export const connectionsOf = ({ flows, exempt }: ApiEdge): number => VERDICTS.reduce((sum, verdict) => sum + flows[verdict], exempt);

export const bytesOf = ({ bytes: { sent, received } }: Pick<ApiEdge, 'bytes'>): number | null =>
  sent === null && received === null ? null : (sent ?? 0) + (received ?? 0);
