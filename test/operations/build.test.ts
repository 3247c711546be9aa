/** The build, and how a start uses it, on a small project with the scripts of this one. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, cp, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { folder } from '../support/conditions.ts';

type Ended = { code: number; out: string; err: string };

/** A source with a line of types only, so that its positions differ from those in the build. */
const program = (greeting: string) => `type Text = string;\n\nexport const greeting: Text = '${greeting}';
process.stdout.write(greeting);
if (process.env.FAIL) throw new Error('on line 5');
`;

async function project(t: TestContext): Promise<string> {
  const place = await folder(t);
  for (const name of ['bin', 'scripts']) await cp(name, join(place, name), { recursive: true });
  for (const name of ['tsconfig.json', 'tsconfig.build.json']) await copyFile(name, join(place, name));
  await writeFile(join(place, 'package.json'), '{"type":"module","workspaces":["web","not-there"]}');
  await mkdir(join(place, 'src'));
  await writeFile(join(place, 'src/main.ts'), program('hello'));
  await symlink(resolve('node_modules'), join(place, 'node_modules'));
  return place;
}

async function run(cwd: string, argv: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, argv, { cwd, env: { PATH: process.env.PATH, ...env }, stdio: 'pipe' });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: code as number, out, err };
}

const start = (place: string, env?: Record<string, string>) => run(place, ['bin/server.js'], env);

test('npm start builds a missing or stale build first, and says so in one line', async (t) => {
  const place = await project(t);
  const first = await start(place);
  assert.deepEqual(first, { code: 0, out: 'hello', err: 'Koine is not built yet: building it\n' });
  // Neither an up-to-date build nor a copy with other times is built again.
  await utimes(join(place, 'src/main.ts'), new Date(), new Date());
  assert.deepEqual(await start(place), { code: 0, out: 'hello', err: '' });
  await writeFile(join(place, 'src/main.ts'), program('good day'));
  const again = 'the sources have changed since Koine was built: building it\n';
  assert.deepEqual(await start(place), { code: 0, out: 'good day', err: again });
  await writeFile(join(place, 'src/other.ts'), '');
  assert.equal((await start(place)).err, again);
  await rm(join(place, 'src/other.ts'));
  assert.equal((await start(place)).err, again);
  assert.deepEqual((await readdir(join(place, 'dist/src'))).sort(), ['main.js', 'main.js.map']);
});

test('stack traces refer to lines of the sources', async (t) => {
  const { code, err } = await start(await project(t), { FAIL: 'yes' });
  assert.equal(code, 1);
  assert.match(err, /^ +at .*src\/main\.ts:5:\d+/m);
});

test('concurrent starts build once, and each runs the complete build', async (t) => {
  const place = await project(t);
  const ended = await Promise.all(Array.from({ length: 5 }, () => start(place)));
  for (const { code, out, err } of ended) assert.deepEqual({ code, out }, { code: 0, out: 'hello' }, err);
  assert.equal(ended.filter(({ err }) => err !== '').length, 1, 'one of them builds');
  assert.deepEqual(
    (await readdir(place)).filter((name) => name.startsWith('dist')),
    ['dist'],
  );
});

test('a killed build does not prevent the next one', async (t) => {
  const place = await project(t);
  const gone = spawn('true');
  await once(gone, 'exit');
  await writeFile(join(place, 'dist.lock'), String(gone.pid));
  await mkdir(join(place, `dist.${gone.pid}`));
  assert.equal((await start(place)).out, 'hello');
  assert.deepEqual(
    (await readdir(place)).filter((name) => name.startsWith('dist')),
    ['dist'],
  );
});

test('without the compiler npm start names the missing package and the command, and npm ci succeeds', async (t) => {
  const place = await project(t);
  await rm(join(place, 'node_modules'));
  const says = 'Koine is not built yet, and the compiler is not installed: run npm ci, with development dependencies\n';
  assert.deepEqual(await start(place), { code: 1, out: '', err: `Koine cannot start: ${says}` });
  assert.deepEqual(await run(place, ['scripts/build.js']), { code: 1, out: '', err: says });
  assert.deepEqual(await run(place, ['scripts/build.js', '--if-possible']), { code: 0, out: '', err: says });
});

test('a build runs without sources and compiler, as in the image', async (t) => {
  const place = await project(t);
  assert.equal((await run(place, ['scripts/build.js'])).code, 0);
  for (const name of ['src', 'node_modules']) await rm(join(place, name), { recursive: true });
  assert.deepEqual(await start(place), { code: 0, out: 'hello', err: '' });
});

test('packages with hundreds of modules are bundled into the build', async (t) => {
  const place = await project(t);
  const source = "import { Type } from 'typebox';\nimport { Compile } from 'typebox/compile';\n";
  await writeFile(
    join(place, 'src/main.ts'),
    `${source}process.stdout.write(String(Compile(Type.Integer()).Check(1)));\n`,
  );
  assert.equal((await run(place, ['scripts/build.js'])).code, 0);
  for (const name of ['src', 'node_modules']) await rm(join(place, name), { recursive: true });
  assert.deepEqual(await start(place), { code: 0, out: 'true', err: '' });
});

test("sources that do not compile are refused with the compiler's message", async (t) => {
  const place = await project(t);
  await writeFile(join(place, 'src/main.ts'), 'const = 1;\n');
  const { code, out, err } = await start(place);
  assert.deepEqual({ code, out }, { code: 1, out: '' });
  assert.match(err, /Koine cannot start: the build failed: src\/main\.ts\(1,7\): error TS/);
});

test('workspaces with a build script are built too, and rebuilt after a change', async (t) => {
  const place = await project(t);
  await mkdir(join(place, 'web'));
  const script = 'mkdir -p dist && cp page.txt dist/page.txt';
  await writeFile(join(place, 'web/package.json'), JSON.stringify({ name: 'web', scripts: { build: script } }));
  for (const page of ['one', 'two']) {
    await writeFile(join(place, 'web/page.txt'), page);
    const { code, err } = await run(place, ['scripts/build.js']);
    assert.equal(code, 0, err);
    assert.equal(await readFile(join(place, 'web/dist/page.txt'), 'utf8'), page);
  }
});
