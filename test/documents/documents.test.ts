/** References in the documents exist: links, anchors, paths of sources, settings. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { describeConfig } from '../../src/config/config.ts';

/** Generated files and folders. */
const MADE = /^(\..*|node_modules|dist.*|data)$/;

const DOCUMENTS = readdirSync('.', { withFileTypes: true })
  .filter(({ name }) => !MADE.test(name))
  .flatMap((entry) =>
    entry.isDirectory()
      ? readdirSync(entry.name, { recursive: true, encoding: 'utf8' }).map((file) => join(entry.name, file))
      : [entry.name],
  )
  .filter((file) => file.endsWith('.md') && !file.includes('node_modules'));

/** Text without code blocks, which have no headings and no links. */
function proseOf(file: string): string {
  return readFileSync(file, 'utf8').replace(/^```.*?^```$/gms, '');
}

/** GitHub's anchors: lower case, no punctuation, hyphens for spaces, numbered repetitions. */
function anchorsOf(prose: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let repeated = 1; anchors.has(anchor); repeated += 1) anchor = `${slug}-${repeated}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** @returns the problem of a relative link of that document, or null */
function faultOf(file: string, link: string): string | null {
  const [path = '', anchor] = link.split('#', 2);
  const target = path === '' ? file : normalize(join(dirname(file), decodeURIComponent(path)));
  if (!existsSync(target)) return `${file}: ${link}: no such file`;
  if (anchor === undefined) return null;
  return anchorsOf(proseOf(target)).has(anchor) ? null : `${file}: ${link}: no such heading`;
}

test('every relative link of every document leads to an existing file and heading', () => {
  const links = DOCUMENTS.flatMap((file) =>
    [
      ...proseOf(file)
        .replace(/`[^`\n]*`/g, '')
        .matchAll(/\]\(([^)\s]+)\)/g),
    ]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link))
      .map((link) => ({ file, link })),
  );
  assert.ok(links.length > 100);
  assert.deepEqual(
    links.map(({ file, link }) => faultOf(file, link)).filter((fault) => fault !== null),
    [],
  );
});

test('every path that a document names exists', () => {
  const named = DOCUMENTS.flatMap((file) =>
    [...proseOf(file).matchAll(/`((?:src|test|bench|migrations|scripts|deploy|bin|docs|examples)\/[\w./-]*)`/g)].map(
      ([, path = '']) => ({ file, path }),
    ),
  );
  assert.ok(named.length > 100);
  assert.deepEqual(
    named.filter(({ path }) => !existsSync(path)).map(({ file, path }) => `${file}: ${path}`),
    [],
  );
});

test('the tree in docs/architecture.md lists every folder of src and core, and only existing folders and files', () => {
  const [tree = ''] = /^```\nsrc\/\n.*?^```/ms.exec(readFileSync('docs/architecture.md', 'utf8')) ?? [];
  const named = new Set([...tree.matchAll(/(?<=^ *| {2,})[\w-]+\/(?= )/gm)].map(([name]) => name.slice(0, -1)));
  const folders = ['src', 'src/core', 'src/store', 'src/hub'].flatMap((parent) =>
    readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory()),
  );
  assert.deepEqual(
    folders.map(({ name }) => name).filter((name) => !named.has(name)),
    [],
  );
  const there = new Set(readdirSync('.', { recursive: false, encoding: 'utf8' }));
  for (const parent of ['src', 'test'])
    for (const path of readdirSync(parent, { recursive: true, encoding: 'utf8' })) there.add(basename(path));
  const files = [...tree.matchAll(/[\w-]+\.ts\b/g)].map(([name]) => name);
  assert.deepEqual(
    [...named, ...files].filter((name) => !there.has(name)),
    [],
  );
});

test('docs/configuration.md has one row per setting and no others', () => {
  const rows = [...readFileSync('docs/configuration.md', 'utf8').matchAll(/^\| ((?:`[A-Z]\w+`(?:, | or )?)+) \|/gm)];
  const described = rows.flatMap(([, names = '']) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const settings = describeConfig({}).settings.map(({ name }) => name);
  assert.deepEqual(described.toSorted(), settings.toSorted());
});

test('README.md stays short', () => {
  assert.ok(readFileSync('README.md', 'utf8').trim().split(/\s+/).length <= 900);
});
