/**
 * Runs the tests, with one real PostgreSQL: each server under test gets a copy of a template database with the migrated
 * schema, within milliseconds. `npm test -- <files>` runs some of them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reapLeftovers } from './support/leftovers.ts';
import { quickestPlace, startServices } from './support/services.ts';
import { built, findTestFiles } from './support/test-files.ts';

/** Test processes; several per core, so that none idles at the end. */
const GROUPS = 8;

/**
 * Deadline of a test in ms: several times the longest one's duration on a busy machine. `--test-timeout` overrides it.
 */
const DEADLINE = 300_000;
/** How long tests may take to end after a signal, in ms. */
const GRACE = 5_000;

const folder = await mkdtemp(join(await quickestPlace(), 'koine-test-'));
const filesOfTests = await reapLeftovers(folder);
const services = await startServices(folder);
let code = 1;
try {
  code = await runTests(services.env);
} finally {
  await services.stop();
  for (const path of [folder, filesOfTests]) await rm(path, { recursive: true, force: true });
}
process.exit(code);

async function runTests(environment: Record<string, string>): Promise<number> {
  const words = process.argv.slice(2);
  const flags = words.filter((word) => word.startsWith('-'));
  const named = words.filter((word) => !word.startsWith('-'));
  const deadline = /^--test-timeout=(\d+)$/.exec(flags.find((flag) => flag.startsWith('--test-timeout=')) ?? '')?.[1];
  const groups = named.length > 0 ? named.map((file) => [file]) : inGroups(await findTestFiles());
  const concurrency = `--test-concurrency=${1 + Math.max(2, availableParallelism())}`;
  const files = await Promise.all(groups.map(writeGroup));
  const others = flags.filter((flag) => !flag.startsWith('--test-timeout='));
  const reporter = `--test-reporter=${resolve('dist/test/support/reporter.js')}`;
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--test', reporter, concurrency, ...others, ...files],
    {
      stdio: 'inherit',
      env: { ...process.env, KOINE_TEST_DEADLINE: deadline ?? String(DEADLINE), ...environment },
    },
  );
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const stopped = new Promise<[number]>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        child.kill(signal);
        setTimeout(() => done([1]), GRACE);
      });
  });
  const [exitCode] = await Promise.race([ended, stopped]);
  return exitCode ?? 1;
}

/**
 * With a process per file, loading the same modules would take a third of the time. Within a process, tests run
 * sequentially.
 */
function inGroups(files: readonly string[]): string[][] {
  return Array.from({ length: GROUPS }, (_, group) => files.filter((_, index) => index % GROUPS === group));
}

/** A file that imports these tests. */
async function writeGroup(files: readonly string[], group: number): Promise<string> {
  const path = join(folder, `group-${group}.test.mjs`);
  const modules = ['test/support/deadline.ts', ...files].map((file) => pathToFileURL(built(file)).href);
  await writeFile(path, modules.map((url) => `import ${JSON.stringify(url)};\n`).join(''));
  return path;
}
