/** Processes that end when they must, with all that they have started. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { built } from '../support/test-files.ts';

/** A test that failed, as the TAP reporter says it, without those that are expected to. */
const FAILED = /^\s*not ok \d+ - (.*?)(?<!# TODO.*)$/m;
/** What a run writes before it fails is not needed beyond this, in characters. */
const TAIL = 20_000;

export type Outcome =
  | { readonly result: 'passed'; readonly ms: number }
  | { readonly result: 'failed' | 'timed out'; readonly ms: number; readonly test: string };

export type PresenceEntry = {
  /** Everything that works below this folder belongs to the run, and ends with it. */
  readonly folder: string;
  /** The root of the tree. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** Aborted: the run ends at once. */
  readonly signal: AbortSignal;
};

/** Runs test files one after the other in one process, up to the first failure. */
export async function runTestFiles(
  files: readonly string[],
  deadlineMs: number,
  place: PresenceEntry,
): Promise<Outcome> {
  const begun = performance.now();
  const entry = join(place.root, 'mutants-entry.mjs');
  await writeFile(
    entry,
    files.map((file) => `import ${JSON.stringify(pathToFileURL(join(place.root, built(file))))};\n`).join(''),
  );
  const child = spawn(process.execPath, ['--enable-source-maps', '--test-reporter=tap', entry], {
    cwd: place.root,
    env: { ...process.env, ...place.env },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  let output = '';
  let failed: string | null = null;
  let timedOut = false;
  const end = () => killGroup(child.pid);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-TAIL);
    failed ??= FAILED.exec(output.slice(0, output.lastIndexOf('\n')))?.[1] ?? null;
    if (failed !== null) end();
  });
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, deadlineMs);
  place.signal.addEventListener('abort', end, { once: true });
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(timer);
  place.signal.removeEventListener('abort', end);
  end();
  await killWorkersBelow(place.folder);
  const ms = Math.round(performance.now() - begun);
  if (failed !== null) return { result: 'failed', ms, test: failed };
  if (timedOut) return { result: 'timed out', ms, test: files.join(' ') };
  return code === 0
    ? { result: 'passed', ms }
    : { result: 'failed', ms, test: `${files.join(' ')} ended with ${code}` };
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

/** What has left the group (workers, databases) is told by where it works; where there is no /proc it stays. */
async function killWorkersBelow(folder: string): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const at = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (!at.startsWith(`${folder}/`) && at !== folder) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
}
