/** Additions of the build to the page. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE, DIST, FIRST, WEB } from './settings.js';

/**
 * The parts of the client that are loaded late, by the beginning of an address, or by what the browser remembers: that
 * somebody is signed in, the language.
 */
const PARTS = {
  'sign-in': 'gate/sign-in-screen.tsx',
  'sign-up': 'gate/sign-up-screen.tsx',
  join: 'gate/sign-up-screen.tsx',
  setup: 'gate/set-up-screen.tsx',
  posts: 'feed/post-screen.tsx',
  people: 'people/people-screen.tsx',
  '@': 'people/profile-screen.tsx',
  notifications: 'activity/activity-screen.tsx',
  settings: 'settings/settings-screen.tsx',
  admin: 'admin/admin-screen.tsx',
  in: 'text/lexer.ts',
  ru: 'i18n/ru.ts',
};

/** Puts `early.js` into the page: a file of its own would come no earlier than the scripts that it is to overtake. */
export function putEarlyScript(output, minify) {
  const chunks = output.filter(({ type }) => type === 'chunk');
  const files = Object.fromEntries(
    Object.entries(PARTS).map(([name, module]) => [name, filesOf(join(WEB, 'src', module), chunks)]),
  );
  const source = readFileSync(join(WEB, 'early.js'), 'utf8')
    .replace('__BASE__', JSON.stringify(BASE))
    .replace('__FILES__', JSON.stringify(files));
  const { code } = minify('early.js', source, { module: false });
  const page = join(DIST, 'index.html');
  // Before the styles: a script waits for those above it.
  const html = readFileSync(page, 'utf8').replace(
    '<meta charset="utf-8" />',
    `$&\n    <script>${code.trim()}</script>`,
  );
  writeFileSync(page, html);
}

/** The files that a lazily loaded module needs besides the first ones. */
function filesOf(module, chunks) {
  const chunk = chunks.find(({ moduleIds }) => moduleIds.includes(module));
  const shared = chunks.filter(({ fileName, name }) => chunk.imports.includes(fileName) && name !== FIRST);
  return [chunk, ...shared].flatMap(({ fileName, viteMetadata }) => [fileName, ...viteMetadata.importedCss]);
}
