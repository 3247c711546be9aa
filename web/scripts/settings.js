/** Vite's settings, for the build and for development. Plain JavaScript, as it runs before there is a build. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const WEB = fileURLToPath(new URL('..', import.meta.url));
export const DIST = join(WEB, 'dist');
export const SDK = process.env.KOINE_SDK ?? join(WEB, '..', 'packages', 'client');
/** The path of the built files on the server. */
export const BASE = '/app/';

/** Any style sheet may come first, so each says in which order the layers count. */
const layerOrder = {
  name: 'layer-order',
  enforce: 'pre',
  transform: (code, id) => (id.endsWith('.css') ? `@layer base, components, screens;\n${code}` : null),
};

/** The file with all that is needed first. */
export const FIRST = 'first';

/**
 * Left to itself, the build makes a file of every part that the first scripts share with later ones, and a browser asks
 * for six files at a time.
 */
const GROUPS = [
  { name: (id, build) => (isNeededFirst(id, build) ? FIRST : null), debugName: FIRST },
  { name: 'gate', test: /\/src\/gate\// },
];

function isNeededFirst(id, build, seen = new Set()) {
  if (seen.has(id)) return false;
  seen.add(id);
  const { isEntry, importers } = build.getModuleInfo(id);
  return isEntry || importers.some((importer) => isNeededFirst(importer, build, seen));
}

/** @returns {import('vite').InlineConfig} */
export function settings() {
  return {
    root: WEB,
    base: BASE,
    configFile: false,
    logLevel: 'warn',
    // Its sources: the client is built in one step, and only with what it uses.
    resolve: { alias: { '@koine/client': join(SDK, 'src', 'index.ts') } },
    plugins: [layerOrder],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      target: ['chrome123', 'firefox121', 'safari17.5'],
      outDir: DIST,
      emptyOutDir: true,
      assetsDir: 'assets',
      // Inlined files would be `data:` URLs, which the policy of the page forbids.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
      reportCompressedSize: false,
    },
  };
}
