/** The command line itself: help, versions, exit codes, interruption, and safe terminal output. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import pLimit from 'p-limit';
import type { Command } from '../../src/cli/command.ts';
import { loadCommands } from '../../src/cli/commands.ts';
import { usageOf, usageOfAll } from '../../src/cli/help.ts';
import { printable, printableLine } from '../../src/cli/printable.ts';
import { userList } from '../../src/cli/user-list.ts';
import { loadConfig } from '../../src/config/config.ts';
import { atEnd, folder } from '../support/conditions.ts';
import { privatePlaces } from '../support/harness.ts';
import { koine } from '../support/koine.ts';

const COMMANDS = await loadCommands();
const USER_COMMANDS = COMMANDS.filter(({ words }) => words[0] === 'user');

function start(settings: Record<string, string>, args: readonly string[]) {
  const env = { ...process.env, NODE_NO_WARNINGS: '1', DATABASE_URL: '', ...settings };
  return spawn(process.execPath, ['bin/koine.js', ...args], { env, stdio: 'pipe' });
}

test('help is available for all commands, a group and one command, and so is the version', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  const asked: [string[], string][] = [
    [[], usageOfAll(COMMANDS)],
    [['help'], usageOfAll(COMMANDS)],
    [['--help'], usageOfAll(COMMANDS)],
    [['user', '-h'], usageOfAll(USER_COMMANDS)],
    [['help', 'user'], usageOfAll(USER_COMMANDS)],
    [['help', 'user', 'list'], usageOf(userList)],
    [['user', 'list', '--help'], usageOf(userList)],
    [['--version'], `koine ${version}\n`],
  ];
  const answers = await Promise.all(asked.map(([args]) => koine({}, ...args)));
  for (const [index, [args, out]] of asked.entries())
    assert.deepEqual(answers[index], { code: 0, out, err: '' }, args.join(' '));
  assert.match(usageOfAll(USER_COMMANDS), /^ {2}user list {2}/m);
  assert.doesNotMatch(usageOfAll(USER_COMMANDS), /^ {2}backup/m);
});

test('the words of each command load it', async () => {
  for (const command of COMMANDS) assert.ok((await loadCommands(command.words)).includes(command), usageOf(command));
  assert.deepEqual(await loadCommands(['user', 'list', 'ann']), [userList]);
});

test('every command has a help text', async () => {
  for (const command of COMMANDS) {
    const help = usageOf(command);
    assert.ok(help.startsWith(`koine ${command.words.join(' ')}`), help);
    assert.match(help, /--json[\s\S]*\nExample: .*koine /);
  }
});

test('the exit code is 2 for wrong usage or settings and 1 for failures; arguments after "--" are no options', async (t) => {
  const { DATABASE_URL } = await privatePlaces(t);
  const [unknown, unknownHelp, option, argument, settings, away, missing, url] = await Promise.all([
    koine({}, 'fly', 'away'),
    koine({}, 'help', 'fly'),
    koine({}, 'user', 'list', '--fast'),
    koine({}, 'user', 'disable'),
    koine({ PORT: 'http' }, 'user', 'list', '--json'),
    koine({ DATABASE_URL: 'postgres://koine@127.0.0.1:1/none' }, 'migrate'),
    koine({ DATABASE_URL }, 'user', 'disable', '--', '--help'),
    koine({ DATABASE_URL }, 'import', 'relay', 'postgres://relay:p/w%@localhost/relay'),
  ]);
  assert.deepEqual(unknown, { code: 2, out: '', err: 'koine: there is no command "fly away"; see koine --help\n' });
  assert.deepEqual(unknownHelp, { code: 2, out: '', err: 'koine: there is no command "fly"; see koine --help\n' });
  assert.deepEqual([option.code, option.err], [2, "koine: Unknown option '--fast'\n"]);
  assert.deepEqual([argument.code, argument.err], [2, 'koine: usage: koine user disable <username>\n']);
  assert.equal(settings.code, 2);
  assert.match((JSON.parse(settings.err) as { error: string }).error, /^invalid settings: PORT must be/);
  assert.equal(away.code, 1);
  assert.match(away.err, /^koine: [^\n]*ECONNREFUSED[^\n]*\n$/);
  assert.deepEqual(missing, { code: 1, out: '', err: 'koine: there is no account named "--help"\n' });
  assert.equal(url.code, 2);
  assert.match(
    url.err,
    /^koine: the database url has characters in its user name or password that must be percent-encoded/,
  );
  assert.ok(!url.err.includes('p/w'));
});

/** Arguments with which a command reaches its database. */
function argsFor({ words, parameters }: Command, file: string, database: string): string[] {
  const given: Record<string, string> = {
    file,
    'database url': database,
    'folder or file': `${file}.new`,
    role: 'member',
    report: '12',
    sanction: '12',
    outcome: 'nothing',
  };
  const added = words[0] === 'backup' ? ['-'] : parameters.map((name) => given[name] ?? 'ann');
  return [...words, ...added];
}

/** A database that accepts connections and never answers. */
async function silentDatabase(t: TestContext) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return { server, url: `postgres://koine@127.0.0.1:${port}/koine` };
}

/** Their own output or file is open when they are interrupted. */
const WITH_OUTPUT = ['check-config', 'backup', 'restore', 'import'];

test('an interrupted command exits at once with 130 and one line', async (t) => {
  const place = await folder(t);
  const file = join(place, 'file');
  await writeFile(file, '{"type":"account","username":"ann"}\n');
  const interrupt = async (command: Command) => {
    const { server, url } = await silentDatabase(t);
    const child = start({ DATABASE_URL: url, DATA_DIR: place }, argsFor(command, file, url));
    server.once('connection', () => child.kill('SIGINT'));
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    const name = command.words.join(' ');
    assert.equal(code, 130, `${name}: ${err}`);
    // Its report lists the results up to the interruption.
    if (name !== 'check-config') assert.deepEqual([out, err], ['', 'koine: interrupted\n'], name);
  };
  const several = pLimit(3);
  const commands = COMMANDS.filter(({ words }) => WITH_OUTPUT.includes(words[0] as string));
  await Promise.all([userList, ...commands].map((command) => several(() => interrupt(command))));
});

test('every command gives up a silent database when it is interrupted', async (t) => {
  const file = join(await folder(t), 'file');
  // `start` is tested with the server, `verify` with backups.
  const tested = ['start', 'verify', ...WITH_OUTPUT];
  const commands = COMMANDS.filter(({ words }) => !tested.includes(words[0] as string));
  await Promise.all(
    commands.map(async (command) => {
      const { server, url } = await silentDatabase(t);
      const interrupting = new AbortController();
      server.once('connection', () => interrupting.abort());
      const config = () => loadConfig({ DATABASE_URL: url });
      const context = { config, json: false, signal: interrupting.signal, print: assert.fail, progress: () => {} };
      const args = argsFor(command, file, url).slice(command.words.length);
      const run = command.run(context, args, { hours: '1', generate: true, yes: true });
      await assert.rejects(run, { code: 'CONNECTION_DESTROYED' }, usageOf(command));
      assert.ok(interrupting.signal.aborted, usageOf(command));
    }),
  );
});

test('a command that waits for standard input can be interrupted', async (t) => {
  const { DATABASE_URL } = await privatePlaces(t);
  const child = start({ DATABASE_URL }, ['import', '-']);
  child.stdin.write('no record\n');
  child.stderr.once('data', () => child.kill('SIGINT'));
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.equal(code, 130);
  assert.equal(err, 'line 1: it is not JSON\nkoine: interrupted\n');
});

test('a backup is written to standard output and its report to standard error', async (t) => {
  const places = await privatePlaces(t);
  const child = start(places, ['backup', '-', '--json']);
  const [bytes, err, [code]] = await Promise.all([buffer(child.stdout), text(child.stderr), once(child, 'exit')]);
  assert.equal(code, 0, err);
  assert.equal((JSON.parse(err) as { files: { count: number } }).files.count, 0);
  const file = join(await folder(t), 'backup.tar.gz');
  await writeFile(file, bytes);
  assert.equal((await koine({}, 'verify', file)).code, 0);
});

test('a reader that closes the pipe early, as head does, causes no stack trace', async (t) => {
  const { DATABASE_URL } = await privatePlaces(t);
  const child = start({ DATABASE_URL }, ['user', 'list']);
  child.stdout.destroy();
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.deepEqual([code, err], [1, '']);
});

test('control and bidirectional characters are escaped, and JSON stays valid', () => {
  const hostile = 'a\x1b[31mb\x07\x9b\x7f\u202ec\u2066\u2028';
  const shown = 'a\\u001b[31mb\\u0007\\u009b\\u007f\\u202ec\\u2066\\u2028';
  assert.equal(printable(`${hostile}\n\té😀`), `${shown}\n\té😀`);
  assert.equal(printableLine('a\nb\tc'), 'a\\u000ab\\u0009c');
  assert.equal(JSON.parse(printable(JSON.stringify(hostile))), hostile);
});
