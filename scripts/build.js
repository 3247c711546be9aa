/**
 * Compiles the sources to `dist/` if it is missing or stale: in `npm run build`, `npm ci`, and the first `npm start`
 * after a change. With `--tests` it compiles the tests as well. Plain JavaScript, as it runs before there is a build.
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
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const STAMP = 'build.json';
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const BUNDLER = join(ROOT, 'node_modules', 'esbuild', 'bin', 'esbuild');

/**
 * Imports of a package with 700 small modules. Loading them takes a third of the start; bundled, it takes next to
 * nothing.
 */
const BUNDLED = /(?<=^(?:import|export|\})[^'"`]* from ')typebox(?:\/[\w-]+)?(?=';$)/gm;

/** Entry points, bundled with the modules and packages that they load, which are thousands: each costs time to load. */
const ENTRIES = ['main', 'cli', join('process', 'worker')];
/** Packages that stay outside: with native code, or loaded only where a setting asks for them. */
const EXTERNAL = ['sharp', '@node-rs/argon2', '@aws-sdk/*', '@opentelemetry/*'];
/** Bundled CommonJS packages require modules of Node. */
const REQUIRE = 'import{createRequire as requireFrom}from"node:module";const require=requireFrom(import.meta.url);';

/** How long a build waits for a concurrent one, in ms; a build takes a second. */
const PATIENCE = 60_000;
const PAUSE = 50;
/** Leftovers of killed builds. */
const LEFT_BY_A_BUILD = /^dist\.\d+/;

/** Per scope: the compiler's settings and the sources. */
const SCOPES = {
  server: { settings: 'tsconfig.build.json', folders: ['src'], isSource: (name) => !name.endsWith('.test.ts') },
  tests: {
    settings: 'tsconfig.tests.json',
    folders: ['src', 'test', 'packages/client/src'],
    isSource: (name) => name.endsWith('.ts'),
  },
};

/** The build is impossible here; the message has the reason and the remedy. */
export class BuildError extends Error {}

/** @returns the reason to build; null if `dist/` is up to date, or without sources */
export function whyStale(scope = 'server') {
  if (!existsSync(join(ROOT, 'src'))) return null;
  const stamp = readStamp();
  if (stamp === null) return 'Koine is not built yet';
  // Unchanged files have the same contents; changed times may be those of a copy.
  const isSame = stamp.quick?.[scope] === quickFingerprint(scope) || stamp[scope] === fingerprint(scope);
  if (!isSame) return 'the sources have changed since Koine was built';
  return lacksWebClient() ? 'Koine was built without its web client' : null;
}

/** Whether Vite has been installed since a build without it. */
function lacksWebClient() {
  const isThere = (...path) => existsSync(join(ROOT, ...path));
  return isThere('web', 'package.json') && isThere('node_modules', 'vite') && !isThere('web', 'dist', 'index.html');
}

/**
 * Builds if needed. Concurrent builds wait for each other; programs that run from `dist/` see either the whole old
 * build or the whole new one.
 * @param {(line: string) => void} say is called with the reason before a build
 * @throws BuildError
 */
export function ensureBuilt(scope = 'server', say = () => {}) {
  const why = whyStale(scope);
  if (why === null) return;
  if (!existsSync(COMPILER))
    throw new BuildError(`${why}, and the compiler is not installed: run npm ci, with development dependencies`);
  try {
    withLock(() => {
      // A concurrent build may have finished.
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
  const stamp = stampOf(scope);
  const made = join(ROOT, `dist.${process.pid}`);
  const old = `${made}.old`;
  try {
    run(process.execPath, [COMPILER, '-p', join(ROOT, SCOPES[scope].settings), '--outDir', made]);
    bundlePackages(made);
    bundleEntries(made);
    if (stamp.web !== readStamp()?.web || lacksWebClient())
      for (const folder of workspaces('build'))
        process.stderr.write(run('npm', ['run', 'build', '--silent', '--workspace', folder]));
    if (scope === 'tests') linkPackages(made);
    writeFileSync(join(made, STAMP), JSON.stringify(stamp));
    if (existsSync(DIST)) renameSync(DIST, old);
    renameSync(made, DIST);
  } finally {
    for (const folder of [made, old]) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Compiles one changed source into an existing build with the tests, in a tenth of a build's time, for mutation testing.
 * The bundles, which server processes run, stay as they are until `--again`.
 */
function compileFile(file) {
  const settings = join(ROOT, 'tsconfig.file.json');
  writeFileSync(settings, JSON.stringify({ extends: `./${SCOPES.tests.settings}`, files: [file], include: [] }));
  run(process.execPath, [COMPILER, '-p', settings, '--outDir', DIST]);
  const compiled = join(DIST, file.replace(/\.ts$/, '.js'));
  const text = readFileSync(compiled, 'utf8');
  writeFileSync(compiled, linkBundled(compiled, text, join(DIST, 'packages')));
  writeFileSync(join(DIST, STAMP), JSON.stringify(stampOf('tests')));
}

/** Taken before compiling: sources that change meanwhile are built again. */
function stampOf(scope) {
  const of = (hash) => Object.fromEntries(['server', scope].map((name) => [name, hash(name)]));
  return { quick: of(quickFingerprint), ...of(fingerprint), web: webFingerprint() };
}

/** @returns what it wrote to its standard error */
function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' });
  if (status === 0) return stderr;
  const lines = `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.trim();
  throw new BuildError(`the build failed: ${lines || `${program} ended with ${status}`}`);
}

/** Rewrites imports of `BUNDLED` to bundles: one per entry point and one that they share. */
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
    const bundled = linkBundled(file, text, place);
    if (bundled !== text) writeFileSync(file, bundled);
  }
}

function linkBundled(file, text, place) {
  return text.replace(BUNDLED, (name) => relative(dirname(file), join(place, `${name}.js`)));
}

/** Makes `entries/` beside the modules, which tests load. */
function bundleEntries(made) {
  const files = ENTRIES.map((name) => join(made, 'src', `${name}.js`)).filter(existsSync);
  if (files.length === 0) return;
  run(process.execPath, [
    BUNDLER,
    ...files,
    ...['--bundle', '--splitting', '--format=esm', '--platform=node', `--banner:js=${REQUIRE}`],
    ...EXTERNAL.map((name) => `--external:${name}`),
    ...['--sourcemap', '--sources-content=false', '--minify-whitespace', '--minify-syntax'],
    ...['--entry-names=[name]', `--outdir=${join(made, 'entries')}`],
  ]);
}

/** Lets compiled tests in workspaces resolve the packages of those workspaces. */
function linkPackages(made) {
  for (const folder of workspaces().filter((name) => existsSync(join(ROOT, name, 'node_modules')))) {
    const place = join(made, folder);
    mkdirSync(place, { recursive: true });
    symlinkSync(relative(place, join(ROOT, folder, 'node_modules')), join(place, 'node_modules'));
  }
}

/** @returns the folders of existing workspaces; with `script`, only those that have it */
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

/** A hash of names and contents, not of times: copies and checkouts compare equal. Takes 30 ms. */
export function fingerprint(scope) {
  return hashOf(scope, (file) => readFileSync(file));
}

/** A hash of what the workspaces with a build of their own are made of. */
function webFingerprint() {
  const folders = [...workspaces('build'), ...workspaces().filter((name) => name.startsWith('packages'))];
  const files = [join(ROOT, 'package-lock.json')].filter(existsSync);
  return hashFiles([...files, ...folders.flatMap((folder) => filesUnder(join(ROOT, folder)))], (file) =>
    readFileSync(file),
  );
}

/** A hash of names, sizes and times of change, which no program can set. Takes 10 ms. */
function quickFingerprint(scope) {
  return hashOf(scope, (file) => {
    const { size, ctimeMs } = statSync(file);
    return `${size} ${ctimeMs}`;
  });
}

function hashOf(scope, describe) {
  return hashFiles(sourcesOf(scope), describe);
}

function hashFiles(files, describe) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file.slice(ROOT.length)}\0`)
      .update(describe(file))
      .update('\0');
  return hash.digest('hex');
}

function sourcesOf(scope) {
  const { settings, folders, isSource } = SCOPES[scope];
  const names = [
    'package.json',
    'package-lock.json',
    'scripts/build.js',
    'tsconfig.json',
    'tsconfig.build.json',
    settings,
  ];
  // A project of one's own may have no lock.
  const files = names.map((name) => join(ROOT, name)).filter(existsSync);
  for (const folder of folders) files.push(...filesUnder(join(ROOT, folder)).filter(isSource));
  for (const folder of workspaces('build')) files.push(...filesUnder(join(ROOT, folder)));
  return files;
}

/** Sorted, to be independent of the file system. */
export function filesUnder(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return ['node_modules', 'dist'].includes(entry.name) ? [] : filesUnder(path);
  });
}

/** Runs `work` under a lock between processes. */
function withLock(work) {
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

/** @returns 0 if the lock is gone or its holder is not written yet; process 0 counts as alive */
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

/** `--if-possible`: for `npm ci --omit=dev`, which has no compiler and uses an existing build. */
function main(flags) {
  try {
    if (flags[0] === '--file') return compileFile(flags[1]);
    if (flags[0] === '--again') return withLock(() => build('tests'));
    ensureBuilt(flags.includes('--tests') ? 'tests' : 'server');
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (!flags.includes('--if-possible') || existsSync(COMPILER)) process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url)
  main(process.argv.slice(2));
