/** The text of `--help`, for all commands or one. */
import type { Command } from './command.ts';

const WIDTH_OF_OPTIONS = 22;

const COMMON = [
  ['-h, --help', 'show this help'],
  ['--json', 'machine-readable output: one JSON value per line'],
] as const;

/** For all commands, or a group. */
export function usageOfAll(commands: readonly Command[]): string {
  const calls = commands.map(callOf);
  const width = Math.max(...calls.map(({ length }) => length));
  const lines = commands.map(({ summary }, index) => `  ${(calls[index] as string).padEnd(width)}  ${summary}\n`);
  return `koine <command>     (or: npm run koine -- <command>)

${lines.join('')}
"koine help <command>" shows details; "koine --version" prints the version. Arguments after "--" are no options.
Commands read the same settings as the server, and work whether it runs or not.
Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 130 interrupted.
`;
}

export function usageOf(command: Command): string {
  const options = Object.entries(command.options ?? {}).map(([name, { type, value = 'value', summary }]) => [
    type === 'string' ? `--${name} <${value}>` : `--${name}`,
    summary,
  ]);
  const lines = [...options, ...COMMON].map(([name, summary]) => `  ${name?.padEnd(WIDTH_OF_OPTIONS)}  ${summary}\n`);
  const details = command.details === undefined ? '' : `\n${command.details}\n`;
  return `koine ${callOf(command)}     ${command.summary}\n${details}\n${lines.join('')}\nExample: ${command.example}\n`;
}

export function callOf({ words, parameters }: Command): string {
  return [...words, ...parameters.map((name) => `<${name}>`)].join(' ');
}
