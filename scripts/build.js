/**
 * Compiles the sources to `dist/`, where that is missing or older than they are: `npm run build`, `npm ci`, and the first
 * `npm start` after sources changed. With `--tests`, the tests as well. Plain JavaScript: it runs before there is a build.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const STAMP = 'build.json';
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const BUNDLER = join(ROOT, 'node_modules', 'esbuild', 'bin', 'esbuild');

/** Imports of a package with 700 small modules. To open them all takes a third of a start; as one file, hardly anything. */
const BUNDLED = /(?<=^(?:import|export|\})[^'"`]* from ')typebox(?:\/[\w-]+)?(?=';$)/gm;

/** How long a build waits for another one to end, in ms; a build takes a second. */
const PATIENCE = 60_000;
const PAUSE = 50;
/** Folders of a build that was killed. */
const LEFT_BY_A_BUILD = /^dist\.\d+/;

/** What is compiled, by which settings, and what it is made from. */
const SCOPES = {
  server: { settings: 'tsconfig.build.json', folders: ['src'], isSource: (name) => !name.endsWith('.test.ts') },
  tests: { settings: 'tsconfig.tests.json', folders: ['src', 'test'], isSource: (name) => name.endsWith('.ts') },
};

/** The build cannot be made here; the message says why and what to do. */
export class BuildError extends Error {}

/** @returns why there must be a build first; null: `dist/` is what the sources say, or there are no sources */
export function whyStale(scope = 'server') {
  if (!existsSync(join(ROOT, 'src'))) return null;
  const stamp = readStamp();
  if (stamp === null) return 'Koine is not built yet';
  return stamp[scope] === fingerprint(scope) ? null : 'the sources have changed since Koine was built';
}

/**
 * Builds where there is need. Builds that begin at once wait for each other; whatever runs from `dist/` finds either the
 * whole old build there or the whole new one.
 * @param {(line: string) => void} say is told why, before a build
 * @throws BuildError
 */
export function ensureBuilt(scope = 'server', say = () => {}) {
  const why = whyStale(scope);
  if (why === null) return;
  if (!existsSync(COMPILER))
    throw new BuildError(`${why}, and the compiler is not installed: run npm ci, with development dependencies`);
  try {
    alone(() => {
      // Another build may have done it meanwhile.
      if (whyStale(scope) === null) return;
      for (const name of readdirSync(ROOT).filter((name) => LEFT_BY_A_BUILD.test(name)))
        rmSync(join(ROOT, name), { recursive: true, force: true });
      say(`${why}: building it`);
      build(scope);
    });
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM', 'ENOSPC'].includes(error.code)) throw error;
    throw new BuildError(`${why}, and it cannot be built here (${error.message}): run npm ci as the owner of ${ROOT}`);
  }
}

function build(scope) {
  // Taken before the compiler reads the sources: what changes under its hands is built again.
  const stamp = Object.fromEntries(['server', scope].map((name) => [name, fingerprint(name)]));
  const made = join(ROOT, `dist.${process.pid}`);
  const old = `${made}.old`;
  try {
    run(process.execPath, [COMPILER, '-p', join(ROOT, SCOPES[scope].settings), '--outDir', made]);
    bundlePackages(made);
    for (const folder of workspaces('build')) run('npm', ['run', 'build', '--silent', '--workspace', folder]);
    if (scope === 'tests') linkPackages(made);
    writeFileSync(join(made, STAMP), JSON.stringify(stamp));
    if (existsSync(DIST)) renameSync(DIST, old);
    renameSync(made, DIST);
  } finally {
    for (const folder of [made, old]) rmSync(folder, { recursive: true, force: true });
  }
}

function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' });
  if (status === 0) return;
  const lines = `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.trim();
  throw new BuildError(`the build failed: ${lines || `${program} ended with ${status}`}`);
}

/** Has what was compiled import `BUNDLED` from files of the build, one for each entrance and one that they share. */
function bundlePackages(made) {
  const texts = filesUnder(made)
    .filter((file) => file.endsWith('.js'))
    .map((file) => [file, readFileSync(file, 'utf8')]);
  const names = new Set(texts.flatMap(([, text]) => text.match(BUNDLED) ?? []));
  if (names.size === 0) return;
  const place = join(made, 'packages');
  const entrances = [...names].map((name) => `${name}=${name}`);
  run(process.execPath, [
    BUNDLER,
    ...entrances,
    '--bundle',
    '--splitting',
    '--format=esm',
    '--platform=node',
    `--outdir=${place}`,
  ]);
  for (const [file, text] of texts) {
    const bundled = text.replace(BUNDLED, (name) => relative(dirname(file), join(place, `${name}.js`)));
    if (bundled !== text) writeFileSync(file, bundled);
  }
}

/** Tests in workspaces find the packages of these from `dist/` as well. */
function linkPackages(made) {
  for (const folder of workspaces().filter((name) => existsSync(join(ROOT, name, 'node_modules')))) {
    const place = join(made, folder);
    mkdirSync(place, { recursive: true });
    symlinkSync(relative(place, join(ROOT, folder, 'node_modules')), join(place, 'node_modules'));
  }
}

/** @returns the folders of the workspaces that are there; of those with this script, where one is named */
function workspaces(script) {
  const { workspaces: folders = [] } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return folders.filter((folder) => {
    const manifest = join(ROOT, folder, 'package.json');
    if (!existsSync(manifest)) return false;
    return script === undefined || JSON.parse(readFileSync(manifest, 'utf8')).scripts?.[script] !== undefined;
  });
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(join(DIST, STAMP), 'utf8'));
  } catch {
    return null;
  }
}

/** Of the names and the contents, not of times: a copy or a checkout of the same sources is no change. Takes 10 ms. */
function fingerprint(scope) {
  const { settings, folders, isSource } = SCOPES[scope];
  const files = ['package.json', 'scripts/build.js', 'tsconfig.json', 'tsconfig.build.json', settings].map((name) =>
    join(ROOT, name),
  );
  for (const folder of folders) files.push(...filesUnder(join(ROOT, folder)).filter(isSource));
  for (const folder of workspaces('build')) files.push(...filesUnder(join(ROOT, folder)));
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

/** In an order that does not depend on the file system. */
function filesUnder(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return ['node_modules', 'dist'].includes(entry.name) ? [] : filesUnder(path);
  });
}

/** Runs `work` while no other process does. */
function alone(work) {
  const lock = join(ROOT, 'dist.lock');
  const deadline = Date.now() + PATIENCE;
  while (!take(lock)) {
    if (Date.now() > deadline || !isAlive(holderOf(lock))) rmSync(lock, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns 0 where the lock was left meanwhile, or its holder has not written yet; as a process, 0 is alive */
function holderOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** `--if-possible`: for `npm ci --omit=dev`, which installs what runs a build that is made elsewhere. */
function main(flags) {
  try {
    ensureBuilt(flags.includes('--tests') ? 'tests' : 'server');
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (!flags.includes('--if-possible') || existsSync(COMPILER)) process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url)
  main(process.argv.slice(2));
