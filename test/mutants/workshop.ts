/** A copy of the tree to break, with a database and a Redis of its own. */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startServices } from '../support/services.ts';
import { apply, type Fault } from './faults.ts';
import { type Outcome, runTestFiles } from './processes.ts';

const run = promisify(execFile);
/** What a list of files may be, in bytes. */
const LIST = 32 * 1024 ** 2;
/** Packages are used where they are. */
const PACKAGES = ['node_modules', 'test/client-generator/node_modules', 'test/document-linters/node_modules'];

export type Workshop = {
  readonly root: string;
  /** Changes one source; gives what puts it back. */
  break(fault: Fault): Promise<() => Promise<void>>;
  /** @param env added to that of the tests */
  test(files: readonly string[], deadlineMs: number, env?: Record<string, string>): Promise<Outcome>;
  close(): Promise<void>;
};

/** @param data a folder for the database, which nobody else uses */
export async function openWorkshop(data: string, signal: AbortSignal): Promise<Workshop> {
  // A short name: the sockets of databases are below, and their paths have a bound.
  const folder = await mkdtemp(join(tmpdir(), 'w-'));
  // As with the usual folder for such files: what a test runs as another user finds its way.
  await chmod(folder, 0o755);
  await mkdir(data);
  const root = join(folder, 'tree');
  // Beside the tree: what a test makes there must not find the tree's packages.
  const temporary = join(folder, 'tmp');
  await copyTree(root);
  await build(root);
  const services = await startServices(data);
  return {
    root,
    async break(fault) {
      const path = join(root, fault.file);
      const text = await readFile(path, 'utf8');
      await writeFile(path, apply(text, fault));
      await build(root);
      return () => writeFile(path, text);
    },
    async test(files, deadlineMs, env = {}) {
      await mkdir(temporary);
      const outcome = await runTestFiles(files, deadlineMs, {
        folder,
        root,
        env: { ...services.env, TMPDIR: temporary, ...env },
        signal,
      });
      await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
      if (outcome.result !== 'passed') await services.clear();
      return outcome;
    },
    async close() {
      await services.stop();
      for (const path of [folder, data]) await rm(path, { recursive: true, force: true });
    },
  };
}

/** All of it: takes a second or two, beside tests that take many. */
async function build(root: string): Promise<void> {
  await run(process.execPath, [join('scripts', 'build.js'), '--tests'], { cwd: root });
}

/** As it is on disk, without what git ignores. */
async function copyTree(root: string): Promise<void> {
  const list = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { maxBuffer: LIST });
  for (const file of list.stdout.split('\0').filter(Boolean))
    await cp(file, join(root, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  for (const packages of PACKAGES)
    await symlink(resolve(packages), join(root, packages)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
}
