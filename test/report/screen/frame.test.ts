import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { frame } from '../../../src/report/screen/frame.ts';
import { FIRST_STATE, type Page, type Scene, type ScreenState } from '../../../src/report/screen/scene.ts';
import { painter } from '../../../src/report/text/paint.ts';
import { widthOf } from '../../../src/report/text/width.ts';
import { edgeRow, finding, input, SCENE } from './scene.ts';

const plain = painter(false);
const picture = (scene: Scene, state: Partial<ScreenState> = {}, columns = 100, rows = 30): string[] =>
  frame(scene, { ...FIRST_STATE, ...state }, { columns, rows }, plain);
const on = (kind: Page['kind'], id = '', line = 0): Pick<ScreenState, 'pages'> => ({
  pages: [{ kind: 'edges', id: '', cursor: { line: 0, item: null } }, ...(kind === 'edges' ? [] : [{ kind, id, cursor: { line, item: null } }])],
});

const HOSTILE: Scene = {
  ...SCENE,
  edges: [edgeRow('plaintext', '\u001b[2J\u001b]0;owned\u0007', '日本語のサービス'), edgeRow('proven', '👩‍👩‍👧 e\u0301', 'x'.repeat(500))],
  findings: [{ finding: finding('\u001b[31mred\u202e \n second line'), ageMs: 0 }],
  inputs: [input('\u001b]52;c;AAAA\u0007'), input('入力.log', { error: 'bad\u001b[H' })],
  notices: ['\u001b[2J lost'],
};

describe('a picture', () => {
  const PAGES = ['edges', 'findings', 'inputs', 'help', 'edge', 'finding', 'input'] as const;
  test.for(PAGES)('of %s fills every size, whatever names are in it', (kind) => {
    for (const scene of [SCENE, HOSTILE, { ...SCENE, edges: [], findings: [], inputs: [], shown: { ...SCENE.shown, flows: NONE } }]) {
      const id = kind === 'finding' ? (scene.findings[0]?.finding.key ?? '') : kind === 'input' ? (scene.inputs[0]?.input ?? '') : '';
      for (const columns of [20, 33, 40, 63, 64, 65, 80, 111, 112, 130, 200]) {
        for (const rows of [4, 7, 8, 17, 18, 24, 60]) {
          for (const prompt of [null, { text: '日本'.repeat(60), error: null }]) {
            const lines = picture(scene, { ...on(kind, id), prompt, filter: 'to=日本*' }, columns, rows);
            expect(lines).toHaveLength(rows);
            expect(lines.find((line) => widthOf(line) !== columns)).toBeUndefined();
            expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
          }
        }
      }
    }
  });

  test('without colours still tells states, the chosen line and shares apart', () => {
    const text = picture(SCENE).join('\n');
    expect(text).not.toContain('\u001b');
    expect(text).toMatch(/│ › ✗ plaintext !/);
    expect(text).toMatch(/│ {3}± partly {4}≠/);
    expect(text).toMatch(/█+~+✗+-+!+/);
  });

  test('with colours is the same text', () => {
    const colored = frame(SCENE, FIRST_STATE, { columns: 100, rows: 30 }, painter(true)).join('\n');
    const bare = stripVTControlCharacters(colored);
    // But for the bar, whose colours need no marks.
    expect(bare.split('\n').filter((_, row) => row !== 2)).toEqual(picture(SCENE).filter((_, row) => row !== 2));
  });
});

const NONE = { hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 };

describe('what is seen first', () => {
  test('counts, shares, rates over ten seconds, and how the inputs fare', () => {
    const text = picture(SCENE, {}, 140).join('\n');
    expect(text).toMatch(/● live 4 min 12 s/);
    expect(text).toMatch(/✓ proven +33 +66 % +55\/s/);
    expect(text).toMatch(/✗ plaintext +9 +18 % +· /);
    expect(text).toMatch(/9\.4 kB seen readable/);
    // What lacks something comes before what does not.
    expect(text).toMatch(/pod\/shop\/reviews.*lost 12.*stdin.*reading/s);
  });

  test('a narrow terminal keeps marks, names and counts; a low one its list', () => {
    expect(picture(SCENE, {}, 40).join('\n')).toMatch(/✗! legacy → reviews:9080 +5/);
    const low = picture(SCENE, {}, 80, 9).join('\n');
    expect(low).toMatch(/✓ 33 55\/s {3}✗ 9 {3}/);
    expect(low).toMatch(/✗ plaintext ! +shop\/legacy/);
  });

  test('a new finding says so', () => {
    expect(picture(HOSTILE).join('\n')).toMatch(/exposed-request +\\u\{1b\}\[31mred.* new │/);
    expect(picture(SCENE).join('\n')).toMatch(/80 readable bytes had crossed the netw.* 6 min │/);
  });

  test('what there is nothing of says why, and what to do', () => {
    const empty = { ...SCENE, edges: [] };
    expect(picture(empty).join('\n')).toContain('Only exempt traffic so far: e shows 2 edges.');
    expect(picture(empty, { filter: 'to=x' }).join('\n')).toContain('Esc drops it');
    expect(picture({ ...empty, exemptEdges: 0 }).join('\n')).toContain('No connection so far.');
  });

  test('a filter, an order and a pause that are in force are to be seen', () => {
    const text = picture(SCENE, { filter: 'to=data/*', sort: 'bytes', isPaused: true }).join('\n');
    expect(text).toContain('filter to=data/*');
    expect(text).toContain('by bytes');
    expect(text).toContain('‖ paused');
    expect(text).toContain('BYTES↓');
  });
});

test('the cursor’s line is always among those that are seen', () => {
  const many: Scene = { ...SCENE, edges: Array.from({ length: 300 }, (_, at) => edgeRow('proven', `client-${at}`, 'server')) };
  for (const line of [0, 1, 150, 298, 299, 5000]) {
    const pages: ScreenState['pages'] = [{ kind: 'edges', id: '', cursor: { line, item: null } }];
    expect(picture(many, { pages }).join('\n')).toMatch(new RegExp(`› ✓ proven +shop/client-${Math.min(line, 299)} `));
  }
});

test('the help names every key that the foot offers', () => {
  const help = picture(SCENE, on('help'), 100, 60).join('\n');
  for (const word of ['⏎', '/', 's', 'p', 'e', '1 2 3', '↑ ↓', '?', 'q', 'Esc'])
    expect(help).toMatch(new RegExp(`│ [› ] ${word.replace(/[/?]/g, '\\$&')} `));
});
