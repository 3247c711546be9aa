/**
 * `npm run dev`: runs the server, and restarts it once after its sources, migrations or settings have changed. Each
 * server shuts down gracefully first, so that its PostgreSQL stops too; `node --watch` would kill it, and would start a
 * watcher in each of its child processes.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesUnder, fingerprint, ROOT } from './build.js';

/** Quiet period in ms before a restart: editors save in several steps. */
const QUIET = 100;
const SERVER = join(ROOT, 'bin', 'server.js');
const MIGRATIONS = join(ROOT, 'migrations');
const SETTINGS = join(ROOT, '.env');

/** A hash of everything that determines the server. */
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

/** Resolves when the stamp differs from `before`, or when `signal` is aborted. */
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
      // New watchers each time, for new folders; opened before the check, so that no change is missed.
      watchers = watchedFolders().map((folder) => watch(folder, lookSoon).on('error', lookSoon));
      if (stamp() !== before) resolve();
    } catch {
      // A file or a folder was deleted meanwhile.
      lookSoon();
    }
  };
  signal.addEventListener('abort', resolve);
  look();
  await changed;
  signal.removeEventListener('abort', resolve);
  close();
}

/** Runs one server until a source changes or `signal` is aborted. */
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
