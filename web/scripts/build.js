/**
 * Builds the client to `dist/`, with a brotli and a gzip form of each file, unless it is up to date. Without Vite
 * (`npm ci --omit=dev`) it keeps what is there, and says so.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { putEarlyScript } from './page.js';
import { BASE, DIST, SDK, settings, WEB } from './settings.js';

const STAMP = join(DIST, 'build.json');
const COMPRESSED = /\.(js|css|html|svg|json|webmanifest)$/;

const files = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => !/[\\/](node_modules|dist)[\\/]/.test(relative(WEB, file)))
        .sort()
    : [];

function fingerprint() {
  const hash = createHash('sha256');
  for (const file of [...files(WEB), ...files(join(SDK, 'src'))])
    hash
      .update(`${relative(WEB, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

const isCurrent = (stamp) => existsSync(STAMP) && JSON.parse(readFileSync(STAMP, 'utf8')).web === stamp;

/** Browsers get the smallest form that they accept; the server only chooses. */
function compress(file) {
  const bytes = readFileSync(file);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, quality));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}

const stamp = fingerprint();
if (!isCurrent(stamp)) {
  const vite = await import('vite').catch(() => null);
  if (vite === null) process.stderr.write('The web client is not built: Vite is not installed\n');
  else {
    const { output } = await vite.build(settings());
    putEarlyScript(output, vite.minifySync);
    writeWorker();
    for (const file of builtFiles()) if (COMPRESSED.test(file)) compress(file);
    writeFileSync(STAMP, JSON.stringify({ web: stamp }));
  }
}

/** The service worker with the names of the files that it keeps: all but what is loaded late and is large. */
function writeWorker() {
  const names = builtFiles().map((file) => relative(DIST, file).replaceAll('\\', '/'));
  const kept = names.filter((name) => /^assets\/.*\.(js|css)$|\.svg$/.test(name)).sort();
  const text = readFileSync(join(WEB, 'sw.js'), 'utf8')
    .replace('__VERSION__', stamp.slice(0, 16))
    .replace('__WORDS__', JSON.stringify(JSON.parse(readFileSync(join(WEB, 'push-words.json'), 'utf8'))))
    .replace('__FILES__', JSON.stringify(kept.map((name) => BASE + name)));
  writeFileSync(join(DIST, 'sw.js'), text);
}

function builtFiles() {
  return readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
