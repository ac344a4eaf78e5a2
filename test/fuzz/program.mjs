/** The whole program on hostile files: it answers or says why not, in every output, and never passes a control character on. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** Heap and time for files of a few megabytes, however much they claim to hold. */
const LIMITS = { timeout: 60_000, maxBuffer: 1 << 28 };
const VIEWS = ['report', 'flows', 'edges', 'verify', 'strict'];
const OUTPUTS = ['table', 'wide', 'jsonl', 'json'];
/** C0 but line feed, DEL, C1, and what turns text round or hides it (UAX #9; U+2028 and U+2029 break lines in some terminals). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

export function judgeProgram(paths, choice) {
  const view = VIEWS[choice % VIEWS.length];
  const output = OUTPUTS[Math.floor(choice / VIEWS.length) % OUTPUTS.length];
  const args = ['--max-old-space-size=700', PROGRAM, view, '-o', output, ...paths];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { ...LIMITS, encoding: 'utf8', input: '' });
  const said = `${view} -o ${output}: `;
  assert.ok([0, 1, 2, 65].includes(status), `${said}ended with ${status ?? signal}: ${stderr.slice(0, 2000)}`);
  assert.ok(!CONTROLS.test(stderr), `${said}a control character on stderr: ${JSON.stringify(CONTROLS.exec(stderr))}`);
  assert.ok(!/undefined|\bNaN\b|\[object /.test(stderr.slice(0, 5000)), `${said}stderr says ${stderr.slice(0, 500)}`);
  if (output === 'table' || output === 'wide') {
    assert.ok(!CONTROLS.test(stdout), `${said}a control character on stdout: ${around(stdout)}`);
    const longest = Math.max(...stdout.split('\n').map((line) => line.length));
    assert.ok(output === 'wide' || longest < 20_000, `${said}a line of ${longest} characters`);
  } else for (const line of output === 'json' ? [stdout] : stdout.trimEnd().split('\n')) checkJson(line, said);
}

const around = (text) => JSON.stringify(text.slice(Math.max(0, text.search(CONTROLS) - 40), text.search(CONTROLS) + 40));

function checkJson(line, said) {
  if (line === '') return;
  const told = JSON.parse(line);
  const summary = told.type === 'summary' ? told : told.summary;
  for (const { input, records, read, skipped } of summary?.inputs ?? []) {
    const sum = Object.values(skipped).reduce((total, count) => total + count, 0);
    assert.ok(read >= 0 && read + sum === records, `${said}${input}: ${read} read and ${sum} skipped are not ${records} records`);
  }
}
