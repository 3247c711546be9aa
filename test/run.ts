/**
 * Runs the tests, with one real PostgreSQL: each server under test gets a copy of a template database with the migrated
 * schema, within milliseconds. `npm test -- <files>` runs some of them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reportCosts } from './support/costs.ts';
import { reapLeftovers } from './support/leftovers.ts';
import { quickestPlace, startServices } from './support/services.ts';
import { built, findTestFiles, LIST } from './support/test-files.ts';

/** Test processes per core: most tests wait for something two thirds of the time. */
const PER_CORE = 3;

/** The folders with the longest tests. They begin first, so that no process is left with a long one at the end. */
const FIRST = ['test/operations', 'test/live', 'test/web', 'test/security', 'test/command-line'];

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
  for (const line of await reportCosts(folder)) process.stdout.write(`${line}\n`);
  for (const path of [folder, filesOfTests]) await rm(path, { recursive: true, force: true });
}
process.exit(code);

async function runTests(environment: Record<string, string>): Promise<number> {
  const words = process.argv.slice(2);
  const flags = words.filter((word) => word.startsWith('-'));
  const named = words.filter((word) => !word.startsWith('-'));
  const deadline = /^--test-timeout=(\d+)$/.exec(flags.find((flag) => flag.startsWith('--test-timeout=')) ?? '')?.[1];
  const files = named.length > 0 ? named : inOrder(await findTestFiles());
  await writeFile(join(folder, LIST), JSON.stringify(files));
  const count = Math.min(files.length, Math.max(2, availableParallelism()) * PER_CORE);
  const processes = await Promise.all(Array.from({ length: count }, (_, index) => writeProcess(index)));
  const others = flags.filter((flag) => !flag.startsWith('--test-timeout='));
  const reporter = `--test-reporter=${resolve('dist/test/support/reporter.js')}`;
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--test', reporter, `--test-concurrency=${count}`, ...others, ...processes],
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

function inOrder(files: readonly string[]): string[] {
  const isFirst = (file: string) => FIRST.includes(dirname(file));
  return [...files.filter(isFirst), ...files.filter((file) => !isFirst(file))];
}

/** @returns the entry point of a test process */
async function writeProcess(index: number): Promise<string> {
  const path = join(folder, `process-${index}.test.mjs`);
  const turns = pathToFileURL(built('test/support/turns.ts')).href;
  const text = `import { takeTurns } from ${JSON.stringify(turns)};\nawait takeTurns(${JSON.stringify(folder)});\n`;
  await writeFile(path, text);
  return path;
}
