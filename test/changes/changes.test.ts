/** The steps of CONTRIBUTING.md are sufficient, and a forgotten one is reported: tried on a copy of the sources. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folder } from '../support/conditions.ts';
import { CHANGES, type Step } from './steps.ts';

/** Maximum number of files per kind of change. */
const MOST: Record<string, number> = { 'A field of a post': 5, 'A kind of event': 4, 'A list': 6, 'A dialect': 3 };

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
const compile = (root: string) => run(root, [COMPILER, '-p', '.', '--singleThreaded']);
const runTests = (root: string, ...files: string[]) =>
  run(root, ['--import', 'tsx', '--test', '--test-reporter=spec', ...files]);

/** Per guarded step of the sources: the file in which the compiler reports it if it is forgotten, and its words. */
const REPORTED: readonly (readonly [place: string, file: string, words: RegExp])[] = [
  ['src/store/posts.ts', 'src/core/posts/post-parts.ts', /pinned/],
  ['src/dialects/koine/events/board-events.ts', 'src/dialects/koine/events/board-events.ts', /post\.pinned/],
  ['src/dialects/board/present.ts', 'src/dialects/board/present.ts', /post\.pinned/],
  ['src/core/account-rates.ts', 'src/core/account-rates.ts', /listIds/],
  ['src/dialects/index.ts', 'src/dialects/index.ts', /pager/],
];
const copyOf = (file: string) => file.replace(/\.ts$/, '.forgotten.ts');

/** Copies files beside themselves; the copies import each other. One run of the compiler sees them both with and without a step. */
async function keepCopies(root: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    const kept = text.replace(/(?<= from ')\.[^']+/g, (name) =>
      files.includes(join(dirname(file), name)) ? copyOf(name) : name,
    );
    await writeFile(join(root, copyOf(file)), kept);
  }
}

test('the steps of each change are sufficient, and a forgotten one is reported', async (t) => {
  const root = await copyOfSources(t);
  const steps = CHANGES.flatMap((change) => change.steps);
  const guarded = steps.filter((step) => step.guarded);
  assert.deepEqual(
    guarded
      .map(({ place }) => place)
      .filter((place) => place.startsWith('src/'))
      .sort(),
    REPORTED.map(([place]) => place).sort(),
  );
  await apply(
    root,
    steps.filter((step) => !step.guarded),
  );
  const missing = runTests(root, 'test/core/store-lists.test.ts');
  for (const place of ['store-lists', 'store-answers'])
    assert.match(missing, new RegExp(`missing from test/core/${place}\\.ts: comments\\.ts: listCommentIds`));

  const copied = [...new Set([...REPORTED.map(([place]) => place), ...REPORTED.map(([, file]) => file)])];
  await keepCopies(root, copied);
  await apply(root, guarded);
  const diagnostics = compile(root);
  const wrong = [...diagnostics.matchAll(/^(\S+)\(\d+,\d+\): error TS/gm)].map(([, file]) => file);
  assert.deepEqual([...new Set(wrong)].sort(), REPORTED.map(([, file]) => copyOf(file)).sort(), diagnostics);
  for (const [, file, words] of REPORTED)
    assert.match(
      diagnostics
        .split(/^(?=\S)/m)
        .filter((one) => one.startsWith(copyOf(file)))
        .join(''),
      words,
    );

  for (const file of copied) await rm(join(root, copyOf(file)));
  const said = runTests(root, 'test/dialects/registry.test.ts', 'test/architecture.test.ts');
  // The missing tests of the new dialect, in one line.
  assert.match(said, /pager: no test file .*, no client walk .*, no authorization row .*, no fuzz seat /);
  assert.deepEqual(
    [...new Set(said.match(/^✖ .*?(?= \()/gm))],
    ['✖ every registered dialect is covered by the tests that iterate over dialects'],
  );
});
