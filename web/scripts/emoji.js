/**
 * `npm run emoji --workspace web`: makes `src/generated/emoji-*.json` from emojibase, which is too large to be installed with
 * everything else. A list for each language: groups of [emoji, name, words to find it by], as Unicode orders them.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = 'emojibase-data@17.0.0';
const LANGUAGES = ['en', 'ru'];
/** Systems of the last years draw these. */
const NEWEST = 15;
/** Smileys and people are one group; skin tones (2) are none. */
const GROUPS = [[0, 1], [3], [4], [5], [6], [7], [8], [9]];

const GENERATED = fileURLToPath(new URL('../src/generated', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'koine-emoji-'));
try {
  const run = (program, ...args) => execFileSync(program, args, { cwd: place, encoding: 'utf8' });
  const archive = run('npm', 'pack', '--silent', SOURCE).trim();
  run('tar', '-xzf', archive);
  const files = LANGUAGES.map((language) => `emoji-${language}.json`);
  for (const [index, language] of LANGUAGES.entries())
    writeFileSync(join(GENERATED, files[index]), listOf(join(place, 'package', language, 'data.json')));
  const hashes = files.map((file) => [file, hashOf(join(GENERATED, file))]);
  const stamp = { source: SOURCE, script: hashOf(fileURLToPath(import.meta.url)), files: Object.fromEntries(hashes) };
  writeFileSync(join(GENERATED, 'emoji-stamp.json'), `${JSON.stringify(stamp, null, 2)}\n`);
} finally {
  rmSync(place, { recursive: true, force: true });
}

function listOf(file) {
  const all = JSON.parse(readFileSync(file, 'utf8'))
    .filter(({ version }) => version <= NEWEST)
    .sort((a, b) => a.order - b.order);
  const lists = GROUPS.map((groups) =>
    all
      .filter(({ group }) => groups.includes(group))
      .map(({ emoji, label, tags = [] }) => [emoji, label, tags.join(' ')]),
  );
  // A line for each emoji, so that changes can be read.
  const lines = lists.map((list) => `[\n${list.map((one) => JSON.stringify(one)).join(',\n')}\n]`);
  return `[\n${lines.join(',\n')}\n]\n`;
}

function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
