/** How the server serves the built client: forms, caching, policy, and what programs get instead. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startTestServer } from '../support/harness.ts';
import { member } from '../support/koine-people.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const skip = existsSync('web/dist/index.html') ? false : 'the web client is not built: Vite is not installed';

type Raw = { readonly encoding: string | undefined; readonly bytes: Buffer };

/** The body as it came: `fetch` would decompress it. */
function rawBody(url: string, encoding: string, headers: Record<string, string> = {}): Promise<Raw> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': encoding, ...headers } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ encoding: answer.headers['content-encoding'], bytes: Buffer.concat(chunks) }));
    }).on('error', reject);
  });
}

test('browsers get the client at / and at each of its addresses; programs get the list', { skip }, async (t) => {
  const server = await startTestServer(t);
  const page = async (path: string) => fetch(server.url + path, { headers: { accept: BROWSER } });
  const home = await page('/');
  const html = await home.text();
  assert.match(html, /<div id="app"><\/div>/);
  assert.equal(home.headers.get('cache-control'), 'no-cache');
  for (const path of ['/app', '/app/', '/app/feed', '/app/rooms/some-room/17', '/app/@nora'])
    assert.equal(await (await page(path)).text(), html, path);
  const list = (await (await fetch(server.url)).json()) as { name: string };
  assert.equal(list.name, 'koine');

  const policy = home.headers.get('content-security-policy') ?? '';
  assert.doesNotMatch(policy, /unsafe|\*|http/);
  assert.match(policy, /default-src 'none'; script-src 'self'[^;]*; .*require-trusted-types-for 'script'/);
  const [, early = ''] = /<script>([^<]*)<\/script>/.exec(html) ?? [];
  assert.ok(policy.includes(`script-src 'self' 'sha256-${createHash('sha256').update(early).digest('base64')}';`));
  assert.doesNotMatch(html.replace(early, ''), /<style|\sstyle=|\son\w+=|<script(?! type="module"| *>)/);

  const unchanged = await fetch(`${server.url}/app/`, { headers: { 'if-none-match': home.headers.get('etag') ?? '' } });
  assert.equal(unchanged.status, 304);

  const files = [...html.matchAll(/(?:src|href)="(\/app\/[^"]+)"/g)].map(([, path]) => path as string);
  assert.ok(files.some((path) => path.endsWith('.js')) && files.some((path) => path.endsWith('.css')));
  for (const path of files) {
    const answer = await fetch(server.url + path);
    assert.equal(answer.status, 200, path);
    const caching = path.startsWith('/app/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    assert.equal(answer.headers.get('cache-control'), caching, path);
  }
  assert.equal((await fetch(`${server.url}/app/assets/no-such.js`)).status, 404);

  const script = files.find((path) => path.endsWith('.js')) as string;
  const plain = await rawBody(server.url + script, 'identity');
  const gzip = await rawBody(server.url + script, 'gzip, deflate');
  const brotli = await rawBody(server.url + script, 'gzip, br;q=0.9');
  const refused = await rawBody(server.url + script, 'br;q=0, gzip;q=0.000');
  assert.deepEqual(
    [plain, gzip, brotli, refused].map(({ encoding }) => encoding),
    [undefined, 'gzip', 'br', undefined],
  );
  assert.deepEqual(gunzipSync(gzip.bytes), plain.bytes);
  assert.deepEqual(brotliDecompressSync(brotli.bytes), plain.bytes);
  assert.deepEqual(refused.bytes, plain.bytes);
});

test('what the native API answers is compressed for those who read gzip, and only for them', async (t) => {
  const server = await startTestServer(t);
  const ann = await member(server, 'ann');
  for (let n = 0; n < 10; n += 1) await ann.do('POST', '/posts', { body: `Post ${n}, of ${'many '.repeat(50)}words` });
  const read = (encoding: string) =>
    rawBody(`${server.url}/v1/posts`, encoding, { authorization: `Bearer ${ann.token}` });
  const [plain, gzip, refused] = [await read('identity'), await read('br, gzip'), await read('gzip;q=0')];
  assert.deepEqual([plain.encoding, gzip.encoding, refused.encoding], [undefined, 'gzip', undefined]);
  assert.deepEqual(gunzipSync(gzip.bytes), plain.bytes);
  assert.ok(gzip.bytes.length < plain.bytes.length / 3, `${gzip.bytes.length} of ${plain.bytes.length}`);
});

/** Bytes of the scripts and styles that a room or the feed needs, compressed by gzip. */
const FIRST_LOAD = 88 * 1_024;

test('the first load is one script, one style and the lexer, of at most 88 KB', { skip }, () => {
  const html = readFileSync('web/dist/index.html', 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/app\/(assets\/[^"]+\.(?:js|css))"/g)].map(
    ([, name]) => name as string,
  );
  assert.deepEqual(named.map((name) => name.replace(/-[^.]*/, '')).sort(), ['assets/first.css', 'assets/first.js']);
  const lexer = readdirSync('web/dist/assets').filter((name) => /^lexer-.*\.js$/.test(name));
  const files = [...named, ...lexer.map((name) => `assets/${name}`)];
  assert.equal(files.length, 3);
  const bytes = files.reduce((sum, name) => sum + statSync(`web/dist/${name}.gz`).size, 0);
  assert.ok(bytes <= FIRST_LOAD, `${bytes} bytes: ${files.join(', ')}`);
});
