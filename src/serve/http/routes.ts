/** Every address of the API: what it answers, and the words it takes. The OpenAPI document is this list. */
import { EDGE_SORTS } from '../../model/api.ts';
import { FLOW_SORTS, ORDERS } from '../../model/api-rows.ts';
import * as answers from '../views/answers.ts';
import type { Looks } from '../views/look.ts';
import type { Asked } from './query.ts';
import type { AnswerName } from './schemas.ts';

export type Asking = { readonly looks: Looks; readonly asked: Asked; readonly id: string; readonly signal: AbortSignal };
export type Word = { readonly name: string; readonly summary: string; readonly values?: readonly string[]; readonly most?: number };
export type Route = {
  /** With `{id}` where one stands. */
  readonly path: string;
  readonly summary: string;
  readonly words: readonly Word[];
  /** Takes the filters of the command line. */
  readonly filtered: boolean;
  readonly answer: AnswerName;
  answers(asking: Asking): unknown;
};

const TEXT: Word = { name: 'q', summary: 'free text: names, addresses, identities, verdicts' };
const OFFSET: Word = { name: 'offset', summary: 'how many to leave out', most: 1e9 };
const ORDER: Word = { name: 'order', summary: 'which way', values: ORDERS };
const EDGE: Word = { name: 'edge', summary: 'only flows of the edge of that id' };

export const ROUTES: readonly Route[] = [
  {
    path: '/api/summary',
    summary: 'The sums of everything read, and of what the filters show',
    words: [],
    filtered: true,
    answer: 'summary',
    answers: ({ looks, asked }) => answers.summary(looks, asked),
  },
  {
    path: '/api/graph',
    summary: 'Workloads and who spoke to whom',
    words: [TEXT],
    filtered: true,
    answer: 'graph',
    answers: ({ looks, asked }) => answers.graph(looks, asked),
  },
  {
    path: '/api/edges',
    summary: 'The table of edges',
    words: [TEXT, { name: 'sort', summary: 'by which column', values: EDGE_SORTS }, ORDER, OFFSET, limit(answers.MAX_EDGES_A_PAGE)],
    filtered: true,
    answer: 'edgePage',
    answers: ({ looks, asked }) => answers.edges(looks, asked),
  },
  {
    path: '/api/edges/{id}',
    summary: 'One edge: who, verdicts over time, identities, witnesses, findings, the records behind',
    words: [],
    filtered: true,
    answer: 'edgeDetails',
    answers: ({ looks, asked, id }) => answers.edge(looks, asked, id),
  },
  {
    path: '/api/timeline',
    summary: 'Verdicts over time',
    words: [TEXT, EDGE],
    filtered: true,
    answer: 'history',
    answers: ({ looks, asked }) => answers.overTime(looks, asked),
  },
  {
    path: '/api/flows',
    summary: 'The table of flows',
    words: [TEXT, EDGE, { name: 'sort', summary: 'by which column', values: FLOW_SORTS }, ORDER, OFFSET, limit(answers.MAX_FLOWS_A_PAGE)],
    filtered: true,
    answer: 'flowPage',
    answers: ({ looks, asked }) => answers.flows(looks, asked),
  },
  {
    path: '/api/flows/{id}',
    summary: 'One flow, and the records behind its verdict (headers and log lines, never payload)',
    words: [],
    filtered: false,
    answer: 'flowDetails',
    answers: ({ looks, id, signal }) => answers.flow(looks, id, signal),
  },
  {
    path: '/api/findings',
    summary: 'What somebody has to act on, worst first',
    words: [],
    filtered: true,
    answer: 'findings',
    answers: ({ looks, asked }) => answers.findings(looks, asked),
  },
  {
    path: '/api/strict',
    summary: 'Whether STRICT could be turned on, for each workload and port',
    words: [],
    filtered: false,
    answer: 'strict',
    answers: ({ looks }) => answers.strict(looks),
  },
  {
    path: '/api/inputs',
    summary: 'What each input could see, and how it fares',
    words: [],
    filtered: false,
    answer: 'inputs',
    answers: ({ looks }) => answers.inputs(looks),
  },
];

function limit(most: number): Word {
  return { name: 'limit', summary: 'how many at most', most };
}
