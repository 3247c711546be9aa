/** `npm run dev`, on a copy of the sources. */
import assert from 'node:assert/strict';
import { appendFile, copyFile, cp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folder } from '../support/conditions.ts';
import { isRunning, Run, START } from '../support/run.ts';

async function checkout(t: TestContext): Promise<string> {
  const place = await folder(t);
  for (const name of ['bin', 'scripts', 'src', 'migrations', 'assets'])
    await cp(name, join(place, name), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.build.json']) await copyFile(name, join(place, name));
  await symlink(resolve('node_modules'), join(place, 'node_modules'));
  return place;
}

const count = (output: string, what: string) => output.split(what).length - 1;

async function untilStarted(run: Run, times: number): Promise<void> {
  await run.until(`start ${times}`, ({ output }) => count(output, 'Koine listens on') >= times, START);
}

test('npm run dev restarts the server once after a change, and leaves no PostgreSQL behind', async (t) => {
  const place = await checkout(t);
  const dataDir = join(place, 'data');
  const dev = () => new Run(t, ['npm', 'run', 'dev'], { DATA_DIR: dataDir }, place);
  const postmaster = async () =>
    Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);

  const first = dev();
  await untilStarted(first, 1);
  const broken = join(place, 'migrations', '9000-broken.sql');
  await writeFile(broken, '-- Pins\nselect 1;\ncreate tabel pins ();\n');
  await first.until('the mistake', ({ output }) => output.includes('It starts again when something changes'), START);
  const mistake = 'migrations/9000-broken.sql:3: syntax error at or near "tabel"';
  assert.ok(
    first.output.includes(`Koine cannot start: the embedded database cannot be used: ${mistake}\n`),
    first.output,
  );
  await rm(broken);
  await untilStarted(first, 2);
  // A new modification time is no change.
  await utimes(join(place, 'src', 'main.ts'), new Date(), new Date());
  await appendFile(join(place, 'src', 'errors.ts'), '\n// changed\n');
  await untilStarted(first, 3);
  const left = [await postmaster()];
  first.signal('SIGINT', 'group');
  await first.until('the end', ({ code }) => code !== undefined, START);
  assert.equal(first.code, 0, first.output);
  assert.equal(count(first.output, 'Koine listens on'), 3, first.output);
  assert.equal(count(first.output, 'building it'), 2, first.output);

  const second = dev();
  await untilStarted(second, 1);
  left.push(await postmaster());
  second.signal('SIGTERM');
  await second.until('the end', ({ code }) => code !== undefined, START);
  for (const pid of left) assert.equal(await isRunning(pid), false, `PostgreSQL ${pid} is left`);
});
