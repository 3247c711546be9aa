/** A copy of the tree to mutate, with its own database and Redis. */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startServices } from '../support/services.ts';
import { apply, type Fault } from './faults.ts';
import { type Outcome, runTestFiles } from './processes.ts';

const run = promisify(execFile);
/** Maximum bytes of a file list. */
const LIST = 32 * 1024 ** 2;
/** Packages are linked, not copied. */
const PACKAGES = ['node_modules', 'test/client-generator/node_modules', 'test/document-linters/node_modules'];

export type Workshop = {
  readonly root: string;
  /** Applies a fault to a source. @returns a function that reverts it */
  break(fault: Fault): Promise<() => Promise<void>>;
  /** Builds what server processes run, unless that is done since the last fault. */
  buildPrograms(): Promise<void>;
  /** @param env added to the tests' environment */
  test(files: readonly string[], deadlineMs: number, env?: Record<string, string>): Promise<Outcome>;
  close(): Promise<void>;
};

/** @param data a folder for the database, used by nothing else */
export async function openWorkshop(data: string, signal: AbortSignal): Promise<Workshop> {
  // A short name: database sockets are inside, and their paths have a maximum length.
  const folder = await mkdtemp(join(tmpdir(), 'w-'));
  // Like the usual temporary folder: tests that run as another user need access.
  await chmod(folder, 0o755);
  await mkdir(data);
  const root = join(folder, 'tree');
  // Outside of the tree, whose packages must not be found from there.
  const temporary = join(folder, 'tmp');
  await copyTree(root);
  await build(root, '--tests');
  let isBuilt = true;
  const services = await startServices(data);
  const write = async (file: string, text: string) => {
    await writeFile(join(root, file), text);
    await build(root, '--file', file);
  };
  return {
    root,
    async break(fault) {
      const text = await readFile(join(root, fault.file), 'utf8');
      await write(fault.file, apply(text, fault));
      isBuilt = false;
      return () => write(fault.file, text);
    },
    async buildPrograms() {
      if (!isBuilt) await build(root, '--again');
      isBuilt = true;
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

async function build(root: string, ...flags: string[]): Promise<void> {
  await run(process.execPath, [join('scripts', 'build.js'), ...flags], { cwd: root });
}

/** As on disk, without git-ignored files. */
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
