/** Parses the command line, runs the command, and reports by output and exit code. */
import { parseArgs } from 'node:util';
import { ConfigError, loadConfig } from '../config/config.ts';
import { version } from '../config/version.ts';
import { stopOnSignals } from '../process/stop-signals.ts';
import { type Command, type Context, EXIT, UsageError, type Values } from './command.ts';
import { callOf, usageOf, usageOfAll } from './help.ts';
import { printable, printableLine } from './printable.ts';
import { createProgress, type Progress } from './progress.ts';

type Call = { readonly args: readonly string[]; readonly values: Values };

const COMMON = { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } } as const;

/** Loads the commands that begin with these words, or whose words these begin with. */
type Load = (words: readonly string[]) => Promise<readonly Command[]>;

export async function runCommandLine(load: Load, argv: readonly string[]): Promise<void> {
  const json = optionsOf(argv).includes('--json');
  const progress = createProgress(process.stderr);
  process.stdout.on('error', handleOutputError);
  const { signal, stopListening } = stopOnSignals(EXIT.interrupted);
  try {
    await run(load, argv, { json, progress, signal });
  } catch (error) {
    progress.clear();
    const line = signal.aborted ? 'interrupted' : lineOf(error);
    process.stderr.write(`${printableLine(json ? JSON.stringify({ error: line }) : `koine: ${line}`)}\n`);
    process.exitCode = signal.aborted ? EXIT.interrupted : codeOf(error);
    // Do not wait for an unresponsive connection.
    if (signal.aborted) process.exit();
  } finally {
    stopListening();
  }
}

async function run(
  load: Load,
  argv: readonly string[],
  { json, progress, signal }: { json: boolean; progress: Progress; signal: AbortSignal },
): Promise<void> {
  const options = optionsOf(argv);
  if (options[0] === '--version' || options[0] === '-V' || options[0] === 'version') return print(`koine ${version}`);
  const words = wordsOf(options[0] === 'help' ? options.slice(1) : options);
  const commands = await load(words);
  const help = helpFor(commands, options, words);
  if (help !== null) return print(help.trimEnd());
  const command = commands.find((one) => startsWith(argv, one.words));
  if (command === undefined) throw new UsageError(`there is no command "${wordsOf(argv).join(' ')}"; see koine --help`);
  const { args, values } = parseCall(command, argv);
  const context: Context = { json, signal, print, progress: progress.show, config: () => loadConfig() };
  const report = await command.run(context, args, values);
  progress.clear();
  if (report === undefined) return;
  if (report.failed) process.exitCode = EXIT.failed;
  // The command may have finished nevertheless.
  if (signal.aborted) process.exitCode = EXIT.interrupted;
  const line = json ? JSON.stringify(report.data) : report.text;
  if (report.outputIsData) process.stderr.write(`${printable(line)}\n`);
  else print(line);
}

/** The requested help (of all commands, a group or one); null if none was requested. @throws UsageError */
function helpFor(commands: readonly Command[], options: readonly string[], words: readonly string[]): string | null {
  const asked = options[0] === 'help' || options.some((word) => word === '--help' || word === '-h');
  if (!asked && options.length > 0) return null;
  const command = commands.find((one) => startsWith(words, one.words));
  if (command !== undefined && (words.length === command.words.length || options[0] !== 'help'))
    return usageOf(command);
  const group = commands.filter((one) => startsWith(one.words, words));
  if (group.length === 0) throw new UsageError(`there is no command "${words.join(' ')}"; see koine --help`);
  return usageOfAll(group);
}

/** Arguments after `--` are no options. */
function optionsOf(argv: readonly string[]): readonly string[] {
  return argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
}

function startsWith(words: readonly string[], start: readonly string[]): boolean {
  return start.every((word, index) => word === words[index]);
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
    if (positionals.length === command.parameters.length) return { args: positionals, values };
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
  throw new UsageError(`usage: koine ${callOf(command)}`);
}

function wordsOf(argv: readonly string[]): string[] {
  return argv.filter((word) => !word.startsWith('-'));
}

function print(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}

/** The reader of a pipe may exit early, as `head` does; a file may be on a full disk. */
function handleOutputError(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') process.stderr.write(`koine: ${lineOf(error)}\n`);
  process.exitCode = EXIT.failed;
}

/** `ECONNREFUSED` and similar errors have no message. */
function lineOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  const line = (message || code || 'failed').split('\n')[0] as string;
  return error instanceof ConfigError ? `invalid settings: ${line}` : line;
}

function codeOf(error: unknown): number {
  return error instanceof UsageError || error instanceof ConfigError ? EXIT.usage : EXIT.failed;
}
