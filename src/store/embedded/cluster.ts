// The data directory of the embedded database: made once, whole or not at all, with a password of its own.

import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../folders.ts';
import { type Account, giveTo, run } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';
import { EmbeddedPostgresError } from './error.ts';

export const superuser = 'koine';
const passwordFile = 'koine-password';
const unfinishedMark = '.init-';

/** The one spelling of the path, whichever way it was reached: a running postmaster is recognised by it. */
export async function resolveDirectory(path: string): Promise<string> {
  const parent = dirname(path);
  await makeFolder(parent, 0o755);
  return realpath(path).catch(async () => join(await realpath(parent), basename(path)));
}

/** @throws when the directory was made by another major version, or holds something else than a database */
export async function clusterExists(dir: string, major: string): Promise<boolean> {
  const found = await readUnlessMissing(join(dir, 'PG_VERSION'));
  if (found === null) return false;
  if (found.trim() === major) return true;
  const problem = `${dir} was made by PostgreSQL ${found.trim()}, this is PostgreSQL ${major}`;
  throw new EmbeddedPostgresError(`${problem}: dump it with that version and restore it, or set DATABASE_URL`);
}

async function readUnlessMissing(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Everything happens in a sibling directory; the rename at the end is the moment at which the database exists. */
export async function createCluster(
  dir: string,
  binaries: PostgresBinaries,
  account: Account,
  env: Record<string, string>,
): Promise<void> {
  await requireEmpty(dir);
  const workshop = await mkdtemp(dir + unfinishedMark);
  const [data, password] = [join(workshop, 'data'), join(workshop, 'password')];
  try {
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
    await giveTo(account, workshop);
    await run(account, binaries.initdb, initdbArguments(data, password), env);
    await rename(password, join(data, passwordFile));
    await syncDirectory(data);
    await rename(data, dir);
    await syncDirectory(dirname(dir));
  } catch (cause) {
    // Another process may have been faster, and then its database is as good.
    if (await clusterExists(dir, binaries.major)) return;
    throw new EmbeddedPostgresError(`cannot create a database in ${dir}: ${describeFailure(cause)}`, { cause });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

async function requireEmpty(dir: string): Promise<void> {
  const content = await readdir(dir).catch(() => []);
  if (content.length > 0) throw new EmbeddedPostgresError(`${dir} is not empty and holds no PostgreSQL database`);
}

function initdbArguments(data: string, password: string): string[] {
  const access = [`--username=${superuser}`, '--auth=scram-sha-256', `--pwfile=${password}`];
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  return ['-D', data, ...access, ...locale, '--data-checksums', '--no-instructions'];
}

function describeFailure(cause: unknown): string {
  const { stderr, message } = cause as Error & { stderr?: string };
  const lines = (stderr ?? '').split('\n').filter((line) => line.includes('error:'));
  return lines.at(-1) ?? message.split('\n')[0] ?? '';
}

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir);
  await handle.sync().finally(() => handle.close());
}

export async function readPassword(dir: string): Promise<string> {
  return (await readFile(join(dir, passwordFile), 'utf8')).trim();
}

/**
 * Deletes clusters that killed processes left incomplete. Only the owner of the running database calls it: another process
 * that is making one now would come too late anyway. Files that cannot be removed are left for the next start.
 */
export async function removeUnfinished(dir: string): Promise<void> {
  const parent = dirname(dir);
  const leftovers = (await readdir(parent).catch(() => [])).filter((name) =>
    name.startsWith(basename(dir) + unfinishedMark),
  );
  for (const name of leftovers) await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
}
