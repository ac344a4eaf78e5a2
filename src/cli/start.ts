/** Words → command → run → exit code; what goes wrong is said here, once, on stderr. */
import { ExitCode, PlainsightError } from '../model/error.ts';
import { parseArguments } from './args.ts';
import { say } from './say.ts';

export async function start(words: readonly string[]): Promise<ExitCode> {
  try {
    const command = parseArguments(words);
    if (command.kind === 'text') {
      process.stdout.write(command.text);
      return ExitCode.clean;
    }
    if (command.kind === 'diff') return await (await import('./diff.ts')).runDiff(command);
    if (command.kind !== 'view') {
      await (await import('./system.ts')).runSystem(command);
      return ExitCode.clean;
    }
    if (command.live.printCommands) {
      process.stdout.write((await import('./system.ts')).commandsText(command));
      return ExitCode.clean;
    }
    const { runView } = await import('./run-view.ts');
    return await runView(command, words);
  } catch (error) {
    if (error instanceof PlainsightError) {
      say(error.message);
      return error.code;
    }
    say(
      `this is a bug in plainsight; please report it with these lines:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return ExitCode.bug;
  }
}
