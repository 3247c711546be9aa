/**
 * Runs the tests: one real PostgreSQL for all of them, with a template of the migrated schema from which each server
 * under test gets a database of its own in milliseconds. `npm test -- <files>` runs some of them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { quickestPlace, startServices } from './support/services.ts';
import { built, findTestFiles } from './support/test-files.ts';

/** Processes that the tests are shared out among; a few for each core, so that the last of them don't wait for one. */
const GROUPS = 8;

const folder = await mkdtemp(join(await quickestPlace(), 'koine-test-'));
const services = await startServices(folder);
let code = 1;
try {
  code = await runTests(services.env);
} finally {
  await services.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(code);

async function runTests(environment: Record<string, string>): Promise<number> {
  const words = process.argv.slice(2);
  const flags = words.filter((word) => word.startsWith('-'));
  const named = words.filter((word) => !word.startsWith('-'));
  const files = named.length > 0 ? named.map(built) : await inGroups(await findTestFiles());
  const concurrency = `--test-concurrency=${1 + Math.max(2, availableParallelism())}`;
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--test', '--test-reporter=spec', concurrency, ...flags, ...files],
    {
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return exitCode ?? 1;
}

/**
 * Files that import the tests, some each: a process of its own for each file would spend a third of the whole time on
 * loading the same modules. In one process, tests run one after the other.
 */
async function inGroups(files: readonly string[]): Promise<string[]> {
  return Promise.all(
    Array.from({ length: GROUPS }, async (_, group) => {
      const own = files.filter((_, index) => index % GROUPS === group);
      const path = join(folder, `group-${group}.test.mjs`);
      await writeFile(path, own.map((file) => `import ${JSON.stringify(pathToFileURL(built(file)).href)};\n`).join(''));
      return path;
    }),
  );
}
