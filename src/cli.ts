/** `npm run koine -- <command>`: what an operator does beside the server, whether it runs or not. Reads the same settings. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, loadConfig } from './config.ts';
import { setAdmin } from './core/accounts.ts';
import { openDatabase, type Sql } from './store/database.ts';
import { visitEmbeddedPostgres } from './store/embedded/embedded-postgres.ts';
import { migrate } from './store/migrate.ts';

type Command = {
  readonly words: readonly string[];
  readonly takes: readonly string[];
  readonly does: string;
  /** @returns the line to print; throws an Error whose message is one */
  run(config: Config, args: readonly string[]): Promise<string>;
};

const COMMANDS: readonly Command[] = [
  {
    words: ['admin', 'grant'],
    takes: ['username'],
    does: 'let an account act on what others wrote',
    run: (config, [username = '']) => changeAdmin(config, username, true),
  },
  {
    words: ['admin', 'revoke'],
    takes: ['username'],
    does: 'take that right away',
    run: (config, [username = '']) => changeAdmin(config, username, false),
  },
];

await main(process.argv.slice(2)).catch((error: unknown) => {
  const { message, code } = error as NodeJS.ErrnoException;
  process.stderr.write(`koine: ${message || code}\n`);
  process.exitCode = 1;
});

async function main(argv: readonly string[]): Promise<void> {
  const options = { help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options });
  if (values.help || positionals.length === 0) {
    process.stdout.write(usage(COMMANDS));
    return;
  }
  const { command, args } = findCommand(positionals);
  process.stdout.write(`${await command.run(loadConfig(), args)}\n`);
}

function findCommand(words: readonly string[]): { command: Command; args: readonly string[] } {
  const command = COMMANDS.find((one) => one.words.every((word, index) => word === words[index]));
  if (command === undefined) throw new Error(`there is no command "${words.join(' ')}"; see npm run koine -- --help`);
  const args = words.slice(command.words.length);
  if (args.length !== command.takes.length) throw new Error(`it is ${callOf(command)}`);
  return { command, args };
}

function usage(commands: readonly Command[]): string {
  const calls = commands.map(callOf);
  const width = Math.max(...calls.map(({ length }) => length));
  const lines = commands.map(({ does }, index) => `  ${(calls[index] as string).padEnd(width)}  ${does}\n`);
  return `npm run koine -- <command>\n\n${lines.join('')}`;
}

function callOf({ words, takes }: Command): string {
  return [...words, ...takes.map((name) => `<${name}>`)].join(' ');
}

async function changeAdmin(config: Config, username: string, isAdmin: boolean): Promise<string> {
  const name = await withDatabase(config, (sql) => setAdmin(sql, username, isAdmin));
  if (name === null) throw new Error(`there is no account named "${username}"`);
  return isAdmin ? `${name} is an admin now` : `${name} is not an admin now`;
}

/** The database that the settings name; the embedded one is started where no server runs, for as long as this takes. */
async function withDatabase<T>(config: Config, work: (sql: Sql) => Promise<T>): Promise<T> {
  const { url } = config.database;
  const embedded = url === undefined ? await visitEmbeddedPostgres(join(config.dataDir, 'postgres')) : null;
  const sql = openDatabase(embedded?.connection ?? (url as string), 1);
  try {
    await migrate(sql);
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
    await embedded?.stop();
  }
}
