import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { run } from './account.ts';
import { attemptLaunch, requirePassingFailure } from './launch.ts';

const OURS = { prefix: [] };

/** A program that a Ctrl-C ends in its first `times` runs, before it has done anything. */
async function interruptedProgram(t: TestContext, times: number) {
  const folder = await mkdtemp(join(tmpdir(), 'koine-account-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'program');
  const count = `echo >> ${folder}/runs; test $(wc -l < ${folder}/runs) -le ${times}`;
  await writeFile(file, `#!/bin/sh\nif ${count}; then kill -INT $$; fi\nexit 3\n`, { mode: 0o755 });
  return { folder, file };
}

test('a program that a Ctrl-C ends before it began is run again, and otherwise its failure is reported', async (t) => {
  const { file } = await interruptedProgram(t, 2);
  await assert.rejects(run(OURS, file, []), { message: 'program ended with code 3' });
});

test('a program that every attempt ends with a signal is given up', async (t) => {
  const { file } = await interruptedProgram(t, 1_000);
  await assert.rejects(run(OURS, file, []), { message: 'program ended with SIGINT' });
});

test('a PostgreSQL that a Ctrl-C ends before it began is started again, and otherwise its failure is reported', async (t) => {
  const { folder, file } = await interruptedProgram(t, 1);
  // The launched process does not hold this one.
  const hold = setInterval(() => {}, 1_000);
  t.after(() => clearInterval(hold));
  const dir = join(folder, 'data');
  const binaries = { postgres: file, initdb: file, major: '18', libraryPath: undefined };
  const place = { dir, binaries, account: OURS, password: '', settings: {} };
  const attempt = async () => {
    const one = await attemptLaunch(place, { host: dir, port: 5432 }, undefined);
    await one.ended;
    return one;
  };
  await requirePassingFailure(await attempt());
  await assert.rejects(requirePassingFailure(await attempt()), /did not start: postgres ended with code 3/);
});
