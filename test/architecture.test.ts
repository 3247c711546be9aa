/** The architecture rules, checked against the imports and texts of the sources. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { DIALECTS } from '../src/config/dialects.ts';

const SOURCES = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => ({ file: file.replaceAll('\\', '/'), text: readFileSync(join('src', file), 'utf8') }));

/** The code for browsers and other programs: the SDK and the web client. */
const CLIENTS = ['packages/client/src', 'web/src']
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file: file.replaceAll('\\', '/'), text: readFileSync(file, 'utf8') }));

const TESTS = ['src', 'test']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /^test\/.*\.ts$|\.test\.ts$/.test(file) && !file.includes('/node_modules/'))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

const MANIFESTS = ['.', 'bench', 'packages/client', 'test/client-generator', 'test/document-linters', 'web'].map((at) =>
  join(at, 'package.json'),
);
type Manifest = Partial<Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>>;

/** Allowed imports of each folder, besides itself, `ANYWHERE` and packages. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  cli: ['config', 'process', 'operations', 'core', 'store'],
  process: ['server.ts', 'config', 'operations', 'core', 'hub', 'store'],
  http: ['api-docs', 'dialects', 'operations', 'limits', 'hub', 'store'],
  'api-docs': ['dialects', 'core'],
  operations: ['limits', 'core', 'hub', 'store'],
  dialects: ['core'],
  core: ['limits', 'hub', 'store'],
  limits: ['config'],
  config: ['store'],
  hub: [],
  store: [],
};
const ANYWHERE = ['errors.ts', 'deadline.ts', 'distribution.ts', 'package-root.ts'];
/** The only files directly in src/. Those outside `ANYWHERE` compose the parts. */
const ROOT_FILES = [...ANYWHERE, 'cli.ts', 'main.ts', 'server.ts'];
/** The registry of dialects reads the settings that it passes to each. */
const EXCEPTIONS: Record<string, readonly string[]> = { 'dialects/index.ts': ['config'] };

/** The registry, and the file that creates its dialects. */
const REGISTRY = ['config/dialects.ts', 'dialects/index.ts'];

function importsOf({ file, text }: { file: string; text: string }): string[] {
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] as string);
  return specifiers.map((specifier) => normalize(join(dirname(file), specifier)).replaceAll('\\', '/'));
}

/** Null for files outside of dialects. */
function dialectOf(file: string): string | null {
  const folder = /^dialects\/(\w+)\//.exec(file)?.[1] ?? null;
  return folder === 'shared' ? null : folder;
}

function offenders(pattern: RegExp, except: (file: string) => boolean = () => false): string[] {
  return SOURCES.filter(({ file, text }) => !except(file) && pattern.test(text)).map(({ file }) => file);
}

test('dependencies point one way: dialects, core, then store and hub', () => {
  const wrong: string[] = [];
  for (const source of SOURCES.filter(({ file }) => file.includes('/'))) {
    const part = source.file.split('/')[0] as string;
    const allowed = [...ANYWHERE, ...(MAY_IMPORT[part] ?? []), ...(EXCEPTIONS[source.file] ?? []), part];
    for (const target of importsOf(source))
      if (!allowed.includes(target.split('/')[0] as string)) wrong.push(`${source.file} → ${target}`);
  }
  assert.deepEqual(wrong, []);
});

test('every file is in a folder of the plan or is one of the named root files', () => {
  const parts = new Set(SOURCES.map(({ file }) => file.split('/')[0] as string));
  assert.deepEqual([...parts].sort(), [...Object.keys(MAY_IMPORT), ...ROOT_FILES].sort());
});

test('no imports are circular', () => {
  const imports = new Map(SOURCES.map((source) => [source.file, importsOf(source)]));
  const done = new Set<string>();
  const circles: string[] = [];
  function visit(file: string, path: readonly string[]): void {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file) || path.includes(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  }
  for (const file of imports.keys()) visit(file, []);
  assert.deepEqual(circles, []);
});

test('no dialect imports another dialect', () => {
  const wrong = SOURCES.flatMap((source) => {
    const own = dialectOf(source.file);
    const others = importsOf(source).filter((target) => ![null, own].includes(dialectOf(target)));
    return own === null ? [] : others.map((target) => `${source.file} → ${target}`);
  });
  assert.deepEqual(wrong, []);
});

test('the clients import nothing of the server, which they know by its API only', () => {
  const wrong = CLIENTS.flatMap((source) =>
    importsOf(source)
      .filter((target) => /^(src|test|bench)\//.test(target))
      .map((target) => `${source.file} → ${target}`),
  );
  assert.ok(CLIENTS.length > 0);
  assert.deepEqual(wrong, []);
});

test('the SDK needs no packages', () => {
  const names = CLIENTS.filter(({ file }) => file.startsWith('packages/')).flatMap(({ file, text }) =>
    [...text.matchAll(/(?:from|import)\s*\(?\s*'([^.'][^']*)'/g)].map(([, name]) => `${file}: ${name}`),
  );
  assert.deepEqual(names, []);
});

test('all dialect folders have the same file names', () => {
  const folders = [...new Set(SOURCES.map(({ file }) => dialectOf(file)).filter((name) => name !== null))];
  assert.ok(folders.length > 0);
  for (const folder of folders)
    for (const name of ['schema', 'routes', 'socket', 'present', 'errors'])
      assert.ok(
        SOURCES.some(({ file }) => file === `dialects/${folder}/${name}.ts`),
        `${folder} has no ${name}.ts`,
      );
});

test('no file of a dialect has more than 200 lines: routes are split by resource', () => {
  const long = SOURCES.filter(({ file, text }) => file.startsWith('dialects/') && text.split('\n').length > 201);
  assert.deepEqual(
    long.map(({ file }) => file),
    [],
  );
});

test('dialects are registered in one place: nothing else lists their names', () => {
  const names = (text: string) =>
    DIALECTS.filter((name) => new RegExp(`['"\`]${name}['"\`]|^\\s*${name}: `, 'm').test(text));
  const lists = SOURCES.filter(({ file, text }) => !REGISTRY.includes(file) && names(text).length > 1);
  assert.deepEqual(
    lists.map(({ file }) => file),
    [],
  );
});

test('only store contains SQL', () => {
  assert.deepEqual(
    offenders(/\b(sql|tx|db)(<[^`]*>)?`|\.unsafe\(/, (file) => file.startsWith('store/')),
    [],
  );
});

test('only config reads the environment', () => {
  assert.deepEqual(
    offenders(/process\.env\b/, (file) => file.startsWith('config/')),
    [],
  );
});

test('the verbs of core are listed in types of their own, not inferred from what makes them', () => {
  assert.deepEqual(
    offenders(/ReturnType<typeof (create|start)[A-Z]/, (file) => !file.startsWith('core/')),
    [],
  );
});

test('texts are normalised in one place, which checks their length first', () => {
  assert.deepEqual(
    offenders(/\.normalize\(/, (file) => file === 'core/text.ts'),
    [],
  );
});

test('only core publishes events', () => {
  assert.deepEqual(
    offenders(/\bhub\.publish\(/, (file) => file.startsWith('core/')),
    [],
  );
});

test('the sources contain no any, no suppressed type errors and no console', () => {
  assert.deepEqual(offenders(/@ts-ignore|@ts-expect-error|\bas any\b|: any\b|\bconsole\./), []);
});

test('modules have no mutable state, so two servers can run in one process', () => {
  assert.deepEqual(offenders(/^(export )?(let|var) /m), []);
  assert.deepEqual(offenders(/^(export )?const \w+(: [^=]+)? = new (Map|Set|WeakMap)\(\)/m), []);
});

test('no file re-exports another: an import names the file where a thing is', () => {
  // Dialects may not import the hub, and get from core what they need of it.
  assert.deepEqual(
    offenders(/^export (type )?(\*|\{[^}]*\}) from/m, (file) => file === 'core/sockets.ts'),
    [],
  );
});

/** Files of tests that are about time, or that keep a process waiting which has no conditions to wait for. */
const MAY_SLEEP = [
  'src/store/database.test.ts',
  'src/store/embedded/embedded-postgres.test.ts',
  'test/support/conditions.ts',
  'test/support/reaper.ts',
  'test/support/tcp-proxy.ts',
];

test('tests wait for conditions, not for time', () => {
  const sleeps = /'(node:)?timers\/promises'/;
  const wrong = TESTS.filter(({ file, text }) => sleeps.test(text) && !file.startsWith('test/faults/'));
  assert.deepEqual(
    wrong.map(({ file }) => file).filter((file) => !MAY_SLEEP.includes(file)),
    [],
  );
});

test('tests mock nothing but the clock, and none is left out by an .only', () => {
  const wrong = TESTS.filter(({ text }) =>
    /\bmock\.(?!timers\b|method\(performance, 'now')\w|\b(test|suite|it|describe)\.only\(/.test(text),
  );
  assert.deepEqual(
    wrong.map(({ file }) => file),
    [],
  );
});

test('versions of packages are exact', () => {
  const wrong = MANIFESTS.flatMap((file) => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    return versions
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name]) => `${file}: ${name}`);
  });
  assert.deepEqual(wrong, []);
});
