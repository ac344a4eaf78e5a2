/** `report` and `edges` on a terminal while their inputs go on: the same pages, drawn again and again from what is known so far. */
import type { View } from '../model/reporter.ts';
import type { Edge, Finding, Summary } from '../model/summary.ts';
import { micros } from '../model/time.ts';
import { renderPage } from '../report/text/page.ts';
import { painter } from '../report/text/paint.ts';
import { renderEdges } from '../report/text/text-report.ts';
import { Fares, livePage } from './live-page.ts';
import { say } from './say.ts';
import { openScreen, ownLife, type Screen } from './screen.ts';

export type Snapshot = { readonly edges: readonly Edge[]; readonly findings: readonly Finding[]; readonly summary: Summary };

export type LiveScreen = {
  draw(snapshot: () => Snapshot): Promise<void>;
  /** A message that would spoil the picture: shown at its foot, and said when it is gone. */
  say(message: string): void;
  close(): void;
};

/** Undefined where nothing is drawn in place: not on a terminal, or a view whose lines are told one by one. */
export function liveScreen(view: View, output: string, color: boolean): LiveScreen | undefined {
  if ((view !== 'report' && view !== 'edges') || (output !== 'table' && output !== 'wide')) return undefined;
  const screen = openScreen(process.stdout, process.env['TERM'], ownLife);
  return screen === undefined ? undefined : drawing(screen, view, { color, isWide: output === 'wide' });
}

/** Enough to tell what is wrong, however long it goes on. */
const MAX_MESSAGES = 100;

type Style = { readonly color: boolean; readonly isWide: boolean };

function drawing(screen: Screen, view: 'report' | 'edges', { color, isWide }: Style): LiveScreen {
  const fares = new Fares(Date.now());
  const messages: string[] = [];
  let isShown = false;
  return {
    async draw(snapshot) {
      isShown = true;
      const look = { columns: Math.max(40, screen.columns), paint: painter(color) };
      const { edges, findings, summary } = snapshot();
      const page =
        view === 'report'
          ? renderPage({ edges, findings, summary }, look, isWide)
          : renderEdges({ edges, findings }, summary, { look, wide: isWide });
      const now = Date.now();
      await screen.show(
        livePage(page, fares.look(summary.inputs, now), { look, rows: screen.rows, now: micros(now * 1000), message: messages.at(-1) ?? null }),
      );
    },
    say(message) {
      if (!isShown) say(message);
      else if (messages.length < MAX_MESSAGES) messages.push(message);
    },
    close() {
      screen.close();
      isShown = false;
      for (const message of messages.splice(0)) say(message);
    },
  };
}
