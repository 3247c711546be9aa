/** test/run.ts itself: its reports of failures, and its cleanup. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { atEnd, eventually, Watched } from './support/conditions.ts';

class Runner extends Watched {
  output = '';
  readonly child: ChildProcess;
  /** Its exit code, once all holders of its output have exited. */
  readonly closed: Promise<number | null>;
  protected over = false;

  constructor(t: TestContext, ...argv: string[]) {
    super();
    // Inside a test run, node would report these tests to that run.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const options = { env, stdio: 'pipe', detached: true } as const;
    this.child = spawn(process.execPath, ['--enable-source-maps', 'dist/test/run.js', ...argv], options);
    atEnd(t, () => this.child.kill('SIGKILL'));
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (data: string) => {
        this.output += data;
        this.change();
      });
    this.closed = once(this.child, 'close').then(([code]) => {
      this.over = true;
      this.change();
      return code as number | null;
    });
  }

  protected describe(): string {
    return `the runner wrote ${this.output}`;
  }
}

/** Running processes among these, without zombies. */
function running(pids: readonly number[]): string[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,stat=,command=', '-p', pids.join()], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => /^\s*\d+\s+[^Z\s]/.test(line));
}

/** The first start creates a database, which is slow on a busy machine. In ms. */
const START = 120_000;

for (const signal of ['SIGTERM', 'SIGKILL'] as const)
  test(`a run of the tests that ends by ${signal} leaves no process and no file`, async (t) => {
    const runner = new Runner(t, 'test/support/endless.ts');
    const line = await runner.until('a test', ({ output }) => /^running: (.+)$/m.exec(output)?.[1], START);
    const { pids, folder } = JSON.parse(line) as { pids: number[]; folder: string };
    assert.equal(running(pids).length, pids.length, `all of ${pids} run`);
    runner.child.kill(signal);
    await eventually(`the end of ${pids}`, async () => running(pids).length === 0);
    await eventually(`the end of ${folder}`, async () => !existsSync(folder));
    await runner.closed;
  });

test('a failure shows its line in the source and its condition, without tokens and long texts; one by deadline has a name, and so has what is left open', async (t) => {
  const runner = new Runner(t, 'test/support/failing.ts', 'test/support/unclosed.ts', '--test-timeout=2000');
  assert.equal(await runner.closed, 1);
  assert.match(runner.output, /^test at test\/support\/failing\.ts:10:1$/m);
  assert.match(runner.output, /assert\.ok\(answer\.status < 300\)/);
  assert.match(runner.output, /^ +at .*test\/support\/failing\.ts:11:\d+\)$/m);
  assert.doesNotMatch(runner.output, /eyJhbGciOiJIUzI1NiJ9|\(node:/);
  assert.match(runner.output, /Bearer eyJhbG… \(a token\)/);
  // A test past its deadline ends its process, so it is named at the end.
  assert.match(runner.output, /^ℹ deadline passed: "a test that never ends" was still running after 2 s$/m);
  assert.match(runner.output, /left open after the last test: .*TCPServerWrap/);
  assert.ok(runner.output.length < 30_000, `${runner.output.length} characters`);
});

test('a hook that never ends is named', async (t) => {
  const runner = new Runner(t, 'test/support/endless-hook.ts', '--test-timeout=500');
  assert.equal(await runner.closed, 1);
  assert.match(
    runner.output,
    /^ℹ deadline passed: nothing followed "a test whose hook never ends" within 0\.5 s: a hook/m,
  );
});
