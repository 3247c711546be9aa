/** The steps of CONTRIBUTING.md are sufficient, and a forgotten one is reported: tried on a copy of the sources. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folder } from '../support/conditions.ts';
import { CHANGES, type Step } from './steps.ts';

/** Maximum number of files per kind of change. */
const MOST: Record<string, number> = { 'A field of a post': 5, 'A kind of event': 4, 'A list': 5, 'A dialect': 3 };

/** The places at the beginning of the items under a heading of CONTRIBUTING.md. */
function placesUnder(page: string, heading: string): string[] {
  const section = page.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, place]) => place as string);
}

test('CONTRIBUTING.md lists exactly the tested steps, and they are few', async () => {
  const page = await readFile('CONTRIBUTING.md', 'utf8');
  for (const { heading, steps } of CHANGES) {
    const places = steps.map(({ place }) => place);
    assert.deepEqual(placesUnder(page, heading), places, heading);
    assert.ok(places.length <= (MOST[heading] as number), `${heading} takes ${places.length} steps`);
  }
});

async function copyOfSources(t: TestContext): Promise<string> {
  const root = await folder(t);
  for (const name of [
    'src',
    'test',
    'packages',
    'migrations',
    'package.json',
    'tsconfig.json',
    'bench/package.json',
    'web/package.json',
  ])
    cpSync(name, join(root, name), { recursive: true, filter: (path) => !path.includes('node_modules') });
  for (const name of ['node_modules', 'test/client-generator/node_modules', 'test/document-linters/node_modules'])
    await symlink(resolve(name), join(root, name));
  // Without the benchmarks, which no change concerns.
  await writeFile(join(root, 'tsconfig.json'), (await readFile('tsconfig.json', 'utf8')).replace(', "bench"', ''));
  const sources = { extends: './tsconfig.json', include: ['src'], exclude: ['src/**/*.test.ts'] };
  await writeFile(join(root, 'tsconfig.sources.json'), JSON.stringify(sources));
  return root;
}

async function apply(root: string, steps: readonly Step[]): Promise<void> {
  for (const { edit } of steps)
    for (const [file, text] of Object.entries(edit(root))) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), text);
    }
}

function run(root: string, argv: readonly string[]): string {
  const { stdout } = spawnSync(process.execPath, argv, {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return stdout;
}

const COMPILER = resolve('node_modules/typescript/bin/tsc');
/** Several threads would check much of it several times. */
const compile = (root: string, settings: string) => run(root, [COMPILER, '-p', settings, '--singleThreaded']);
const runTests = (root: string, ...files: string[]) =>
  run(root, ['--import', 'tsx', '--test', '--test-reporter=spec', ...files]);

test('the steps of each change are sufficient, and a forgotten one is reported', async (t) => {
  const root = await copyOfSources(t);
  const steps = CHANGES.flatMap((change) => change.steps);
  await apply(
    root,
    steps.filter(({ guarded }) => !guarded),
  );
  const diagnostics = compile(root, 'tsconfig.sources.json');
  for (const expected of [
    /^src\/core\/posts\/post-parts\.ts.* error TS/m,
    /^src\/dialects\/board\/present\.ts.* error TS/m,
    /^src\/dialects\/koine\/events\/board-events\.ts.* error TS/m,
    /^src\/core\/account-rates\.ts.* error TS/m,
    /^src\/dialects\/index\.ts.* error TS.*pager/m,
  ])
    assert.match(diagnostics, expected);
  assert.match(
    runTests(root, 'test/core/store-lists.test.ts'),
    /missing from test\/core\/store-lists\.ts: comments\.ts: listCommentIds/,
  );

  await apply(
    root,
    steps.filter(({ guarded }) => guarded),
  );
  assert.equal(compile(root, 'tsconfig.json'), '');
  const said = runTests(root, 'test/dialects/registry.test.ts', 'test/architecture.test.ts');
  // The missing tests of the new dialect, in one line.
  assert.match(said, /pager: no test file .*, no client walk .*, no authorization row .*, no fuzz seat /);
  assert.deepEqual(
    [...new Set(said.match(/^✖ .*?(?= \()/gm))],
    ['✖ every registered dialect is covered by the tests that iterate over dialects'],
  );
});
