/**
 * `npm run dev`: runs the server, and starts it again once after its sources, migrations or settings have changed. Every
 * server is asked to stop and waited for, so that it stops its PostgreSQL too. `node --watch` does neither: it kills the
 * server, and it starts a watcher in each process that the server starts.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesUnder, fingerprint, ROOT } from './build.js';

/** How long nothing may change before the server is started again, in ms: editors write in several steps. */
const QUIET = 100;
const SERVER = join(ROOT, 'bin', 'server.js');
const MIGRATIONS = join(ROOT, 'migrations');
const SETTINGS = join(ROOT, '.env');

/** What a server is made from; the same as long as nobody changes it. */
function stamp() {
  const hash = createHash('sha256').update(fingerprint('server'));
  const files = [...filesUnder(MIGRATIONS), ...(existsSync(SETTINGS) ? [SETTINGS] : [])];
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

function watchedFolders() {
  const folders = [join(ROOT, 'src'), MIGRATIONS].flatMap((folder) => filesUnder(folder).map(dirname));
  return [...new Set([ROOT, MIGRATIONS, ...folders])];
}

/** Resolves when the server's stamp is another than `before`, or when `signal` is aborted. */
async function untilChanged(before, signal) {
  let watchers = [];
  let quiet;
  let resolve;
  const changed = new Promise((done) => {
    resolve = done;
  });
  const close = () => {
    for (const watcher of watchers) watcher.close();
    clearTimeout(quiet);
  };
  const lookSoon = () => {
    clearTimeout(quiet);
    quiet = setTimeout(look, QUIET);
  };
  const look = () => {
    close();
    try {
      // Opened anew each time, for new folders; before the look, so that nothing is missed.
      watchers = watchedFolders().map((folder) => watch(folder, lookSoon).on('error', lookSoon));
      if (stamp() !== before) resolve();
    } catch {
      // A file or a folder went away meanwhile.
      lookSoon();
    }
  };
  signal.addEventListener('abort', resolve);
  look();
  await changed;
  signal.removeEventListener('abort', resolve);
  close();
}

/** Runs one server until something changes or `signal` is aborted. */
async function runOnce(signal) {
  const change = untilChanged(stamp(), signal);
  const server = spawn(process.execPath, [SERVER], { stdio: 'inherit' });
  const ended = once(server, 'exit');
  const first = await Promise.race([change.then(() => 'change'), ended.then(() => 'end')]);
  if (first === 'end') process.stdout.write('The server has ended. It starts again when something changes.\n');
  else server.kill('SIGTERM');
  await Promise.all([change, ended]);
  return server.exitCode ?? 1;
}

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(name, () => stopping.abort());
let code = 0;
while (!stopping.signal.aborted) code = await runOnce(stopping.signal);
process.exitCode = code;
