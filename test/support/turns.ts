/**
 * A test process: runs file after file of the run, as long as one is left that no other process has taken. Within a
 * process, tests run one after the other; a process per file would load the same modules again and again.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { beginCost } from './costs.ts';
import { endDeadline } from './deadline.ts';
import { endFile } from './file-end.ts';
import { built, LIST } from './test-files.ts';

/** How long open handles may keep the process after its last test, in ms. */
const GRACE = 5_000;

/** @param folder has the list, and is where taken files are noted */
export async function takeTurns(folder: string): Promise<void> {
  const files = JSON.parse(await readFile(join(folder, LIST), 'utf8')) as string[];
  for (const [index, file] of files.entries()) {
    if (!(await take(join(folder, `${index}.taken`)))) continue;
    const endCost = beginCost(folder, file);
    await runFile(file);
    await endCost();
  }
  endDeadline();
  setTimeout(endWithHandles, GRACE).unref();
}

/** Whether nobody else has it. */
async function take(note: string): Promise<boolean> {
  return writeFile(note, '', { flag: 'wx' }).then(
    () => true,
    () => false,
  );
}

/** Tests begin in the order of their definition: the last one of the file ends after all others. */
async function runFile(file: string): Promise<void> {
  const [loaded] = await Promise.allSettled([import(pathToFileURL(resolve(built(file))).href)]);
  await test(file, async () => {
    await endFile();
    if (loaded.status === 'rejected') throw loaded.reason;
  });
}

/** A failed test may have left a server open, which would hold the process for ever. */
function endWithHandles(): void {
  process.stderr.write(`left open after the last test: ${process.getActiveResourcesInfo().join(', ')}\n`);
  process.exit(1);
}
