/** How many connections went how: a bar of their shares, and for each verdict its count, its rate and the last minute. */
import type { Verdict } from '../../model/flow.ts';
import { shareBar, totalOf } from '../text/headline.ts';
import { type Cell, cell } from '../text/layout.ts';
import { type Paint, VERDICT_COLOR, VERDICT_MARK } from '../text/paint.ts';
import { byteText, grouped, percentText } from '../text/words.ts';
import type { Scene } from './scene.ts';
import { boxed, fixed, GAP, spread } from './spans.ts';
import { compact, rateOf, rateText, sparkCells } from './trend.ts';

/** In two columns, downwards: what is proven first, then what needs attention. */
const ORDER: readonly Verdict[] = ['hbone', 'plaintext', 'tls', 'unknown', 'denied', 'failed'];
const WORDS: { readonly [verdict in Verdict]: string } = {
  hbone: 'proven',
  plaintext: 'plaintext',
  tls: 'own TLS',
  unknown: 'undecided',
  denied: 'denied',
  failed: 'failed',
};
const ROWS = 3;
export const VERDICT_BOX_ROWS: number = ROWS + 3;

export function verdictBox(scene: Scene, width: number, paint: Paint): string[] {
  const { shown } = scene;
  const total = totalOf(shown.flows);
  const inner = width - 4;
  const columns = inner >= 62 ? 2 : 1;
  const room = columns === 2 ? Math.floor((inner - 3) / 2) : inner;
  const order = columns === 2 ? ORDER : [...ORDER].sort((a, b) => shown.flows[b] - shown.flows[a]).slice(0, ROWS);
  const lines = [
    total === 0
      ? spread([cell('no connection yet: ztunnel logs one when it ends', 'dim')], inner, paint)
      : shareBar(shown.flows, inner, paint, barMark(paint)),
  ];
  for (let row = 0; row < ROWS; row++) {
    const verdicts = columns === 2 ? [order[row], order[row + ROWS]] : [order[row]];
    const cells = verdicts.flatMap((verdict, at) =>
      verdict === undefined ? [] : [...(at > 0 ? [cell('   ')] : []), ...verdictCells(scene, verdict, room)],
    );
    lines.push(spread(cells, inner, paint));
  }
  const title = [
    cell('Connections', 'bold'),
    cell(` ${grouped(total)}`),
    ...(shown.exempt > 0 ? [cell(` · ${grouped(shown.exempt)} exempt`, 'dim')] : []),
  ];
  const { plaintext } = shown.bytes;
  const exposed =
    shown.exposedBytes > 0
      ? [cell(`${byteText(shown.exposedBytes)} seen readable`, 'alarm')]
      : plaintext > 0
        ? [cell(`${byteText(plaintext)} in plaintext`, 'alarm')]
        : [];
  return boxed(lines, { title, corner: exposed, width, paint });
}

/** In colours the counts below say which is which; without, the marks do. */
const barMark =
  (paint: Paint) =>
  (verdict: Verdict): string =>
    verdict === 'hbone' || paint('█', 'bold') !== '█' ? '█' : VERDICT_MARK[verdict];

const NAME = 12;
const COUNT = 6;
const SHARE = 5;
const RATE = 8;

/** Exactly `width` cells. */
function verdictCells({ shown, trends }: Scene, verdict: Verdict, width: number): readonly Cell[] {
  const count = shown.flows[verdict];
  const rate = rateOf(trends[verdict]);
  const color = count === 0 ? 'dim' : VERDICT_COLOR[verdict];
  const spark = width - NAME - COUNT - SHARE - RATE - 3;
  return [
    fixed(cell(`${VERDICT_MARK[verdict]} ${WORDS[verdict]}`, color), NAME),
    fixed(cell(compact(count), count === 0 ? 'dim' : 'bold'), COUNT, true),
    cell(' '),
    fixed(cell(count === 0 ? '' : percentText(count, totalOf(shown.flows)), 'dim'), SHARE, true),
    fixed(cell(rateText(rate), rate === 0 ? 'dim' : null), RATE, true),
    ...(spark >= 4 ? [GAP, ...sparkCells(trends[verdict], spark, VERDICT_COLOR[verdict])] : [cell(' '.repeat(Math.max(0, spark + 2)))]),
  ];
}

/** The same in a line, for terminals of few rows: `✗ 9  ~ 1  ✓ 33`. */
export function verdictLine({ shown, trends }: Scene): readonly Cell[] {
  if (totalOf(shown.flows) === 0) return [cell('no connection yet', 'dim')];
  return ORDER.filter((verdict) => shown.flows[verdict] > 0).flatMap((verdict) => {
    const rate = rateOf(trends[verdict]);
    return [
      cell(`${VERDICT_MARK[verdict]} ${compact(shown.flows[verdict])}`, VERDICT_COLOR[verdict]),
      ...(rate > 0 ? [cell(` ${rateText(rate)}`, 'dim')] : []),
      cell('   '),
    ];
  });
}
