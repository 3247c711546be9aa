/**
 * Graceful shutdown by a terminal, npm, `timeout` and a service manager: exit code 0, close code 1012 for sockets, and
 * no PostgreSQL left running.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually, folder } from '../support/conditions.ts';
import { connect, relaySignIn, relayToken } from '../support/people.ts';
import { isRunning, Run, START } from '../support/run.ts';
import { AS_ROOT } from '../support/server-process.ts';
import type { TestSocket } from '../support/socket.ts';

const RESTARTING = 1012;
const CTRL_C = '\x03';
const NPM_START = ['npm', 'start'];
const SERVER = [process.execPath, 'bin/server.js'];

/** util-linux's script(1), which runs a command in a terminal. */
const hasTerminal = spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') ?? false;
const terminal = { skip: hasTerminal ? false : 'there is no script(1) of util-linux, which makes a terminal' };

/** Runs the command in a terminal, whose keyboard is the standard input. */
function inTerminal(words: readonly string[]): string[] {
  return ['script', '--quiet', '--return', '--command', `exec ${words.join(' ')}`, '/dev/null'];
}

type Way = {
  readonly command: readonly string[];
  readonly settings?: Record<string, string>;
  stop(run: Run): void;
  /** Null: the starting process is killed and does not wait. */
  readonly code?: number | null;
};

/** Starts the server, connects a member, stops it, and checks what is left. */
async function assertOrderly(t: TestContext, dataDir: string, way: Way): Promise<void> {
  const { command, settings, stop, code = 0 } = way;
  const run = new Run(t, command, { DATA_DIR: dataDir, ...settings });
  const server = await run.untilListening();
  const member = await signInAgain(t, server);
  const postmaster = Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
  stop(run);
  assert.equal((await member.untilClosed()).code, RESTARTING);
  await run.until('the end', (one) => one.code !== undefined, START);
  assert.equal(run.code, code, run.output);
  if (code === null) await eventually('the end of PostgreSQL', async () => !(await isRunning(postmaster)));
  assert.equal(await isRunning(postmaster), false, 'PostgreSQL was left running');
  const lines = run.output.split('\n').filter((line) => !line.includes(AS_ROOT));
  assert.doesNotMatch(lines.join('\n'), /error|"level"|takes its place|cannot/i);
}

/** After an abrupt stop the account would still be in: 409. */
async function signInAgain(t: TestContext, server: { url: string; wsUrl: string }): Promise<TestSocket> {
  const signedIn = await relaySignIn(server, 'ann');
  const token = signedIn.status === 200 ? signedIn.body : await relayToken(server, 'ann');
  const member = await connect(t, server, token);
  member.send('hello');
  await member.frameWith({ body: 'hello' });
  return member;
}

test('a server with an embedded database', async (t) => {
  const dataDir = await folder(t);

  await t.test('Ctrl-C during the creation of the database ends the start gracefully', async (t) => {
    const run = new Run(t, SERVER, { DATA_DIR: dataDir });
    await eventually('initdb', async () => (await readdir(dataDir)).some((name) => name.startsWith('postgres.init-')));
    run.signal('SIGINT', 'group');
    await run.until('the end', (one) => one.code !== undefined, START);
    assert.equal(run.code, 0, run.output);
    const left = await readdir(join(dataDir, 'postgres'));
    assert.equal(left.includes('postmaster.pid'), false);
  });

  await t.test(
    'Ctrl-C in a terminal, however often it is pressed, and closing it shut down npm start and npm run dev gracefully',
    terminal,
    async (t) => {
      const command = inTerminal(NPM_START);
      await assertOrderly(t, dataDir, { command, stop: (run) => run.type(CTRL_C.repeat(5)) });
      await assertOrderly(t, dataDir, { command: inTerminal(['npm', 'run', 'dev']), stop: (run) => run.type(CTRL_C) });
      // Each request writes a line that the closed terminal no longer accepts.
      const settings = { REQUEST_LOG: 'true' };
      await assertOrderly(t, dataDir, { command, settings, code: null, stop: (run) => run.signal('SIGKILL') });
    },
  );

  await t.test(
    'every signal of a service manager or timeout shuts down gracefully, however often it is sent, koine start included',
    async (t) => {
      const timeout = ['timeout', '600', ...NPM_START];
      const workers = { WORKERS: '2' };
      const koine = [process.execPath, 'bin/koine.js', 'start'];
      const twice = (signal: NodeJS.Signals) => (run: Run) => {
        run.signal(signal, 'group');
        run.signal(signal, 'group');
      };
      await assertOrderly(t, dataDir, { command: timeout, stop: (run) => run.signal('SIGTERM') });
      await assertOrderly(t, dataDir, { command: koine, stop: twice('SIGHUP') });
      await assertOrderly(t, dataDir, { command: SERVER, settings: workers, stop: twice('SIGQUIT') });
    },
  );
});
