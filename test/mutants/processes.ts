/** Processes with a deadline, ended together with everything they started. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { built } from '../support/test-files.ts';

/** A failed test in TAP output, except expected failures. */
const FAILED = /^\s*not ok \d+ - (.*?)(?<!# TODO.*)$/m;
/** Characters of output that are kept. */
const TAIL = 20_000;

export type Outcome =
  | { readonly result: 'passed'; readonly ms: number }
  | { readonly result: 'failed' | 'timed out'; readonly ms: number; readonly test: string };

export type PresenceEntry = {
  /** Processes that work in this folder belong to the run and end with it. */
  readonly folder: string;
  /** The root of the tree. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** Aborts the run at once. */
  readonly signal: AbortSignal;
};

/** Runs test files sequentially in one process, up to the first failure. */
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
    // No process is left.
  }
}

/**
 * Processes outside of the group (workers, databases) are found by their working directory; without /proc they stay.
 */
async function killWorkersBelow(folder: string): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const at = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (!at.startsWith(`${folder}/`) && at !== folder) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // The process has just exited.
    }
  }
}
