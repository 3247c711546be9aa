/** Finds the command that is meant, runs it, and tells its end by output and exit code. */
import { parseArgs } from 'node:util';
import { ConfigError, loadConfig } from '../config.ts';
import { stopOnSignals } from '../stop-signals.ts';
import { type Command, type Context, EXIT, UsageError, type Values } from './command.ts';
import { callOf, usageOf, usageOfAll } from './help.ts';
import { createProgress, type Progress } from './progress.ts';

type Call = { readonly args: readonly string[]; readonly values: Values };

const COMMON = { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } } as const;

export async function runCommandLine(commands: readonly Command[], argv: readonly string[]): Promise<void> {
  const json = argv.includes('--json');
  const progress = createProgress(process.stderr);
  const { signal, stopListening } = stopOnSignals(EXIT.interrupted);
  try {
    await run(commands, argv, { json, progress, signal });
  } catch (error) {
    progress.clear();
    const line = signal.aborted ? 'interrupted' : lineOf(error);
    process.stderr.write(json ? `${JSON.stringify({ error: line })}\n` : `koine: ${line}\n`);
    process.exitCode = signal.aborted ? EXIT.interrupted : codeOf(error);
  } finally {
    stopListening();
  }
}

async function run(
  commands: readonly Command[],
  argv: readonly string[],
  { json, progress, signal }: { json: boolean; progress: Progress; signal: AbortSignal },
): Promise<void> {
  const command = commands.find(({ words }) => words.every((word, index) => word === argv[index]));
  if (argv.length === 0 || argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(command === undefined ? usageOfAll(commands) : usageOf(command));
    return;
  }
  if (command === undefined) throw new UsageError(`there is no command "${wordsOf(argv)}"; see koine --help`);
  const { args, values } = parseCall(command, argv);
  const context: Context = { json, signal, print, progress: progress.show, config: () => loadConfig() };
  const report = await command.run(context, args, values);
  progress.clear();
  if (report === undefined) return;
  print(json ? JSON.stringify(report.data) : report.text);
  if (report.failed) process.exitCode = EXIT.failed;
}

/** @throws UsageError */
function parseCall(command: Command, argv: readonly string[]): Call {
  const options = { ...command.options, ...COMMON };
  try {
    const { values, positionals } = parseArgs({
      args: argv.slice(command.words.length),
      allowPositionals: true,
      options,
    });
    if (positionals.length === command.takes.length) return { args: positionals, values };
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
  throw new UsageError(`it is koine ${callOf(command)}`);
}

function wordsOf(argv: readonly string[]): string {
  return argv.filter((word) => !word.startsWith('-')).join(' ');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** `ECONNREFUSED` and its like come without a message. */
function lineOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  const line = (message || code || 'failed').split('\n')[0] as string;
  return error instanceof ConfigError ? `bad settings: ${line}` : line;
}

function codeOf(error: unknown): number {
  return error instanceof UsageError || error instanceof ConfigError ? EXIT.usage : EXIT.failed;
}
