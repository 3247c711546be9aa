/**
 * Loaded before the tests of a process: a test past its deadline, or one whose hooks never end, is named and ends the process, so
 * that an endless retry fails visibly. reaper.ts ends what it leaves behind.
 */
import { afterEach, beforeEach } from 'node:test';
import { DEADLINE_PASSED } from './reporter.ts';

const DEADLINE = Number(process.env.KOINE_TEST_DEADLINE);
const SECONDS = `${DEADLINE / 1_000} s`;

let state = `nothing began within ${SECONDS}`;
/** It also holds a process in which nothing else is open while a test waits. */
const timer = setTimeout(() => {
  process.stderr.write(`${DEADLINE_PASSED} ${state}\n`);
  process.exit(1);
}, DEADLINE);

beforeEach((t) => {
  state = `"${t.name}" was still running after ${SECONDS}`;
  timer.refresh();
});
afterEach((t) => {
  state = `nothing followed "${t.name}" within ${SECONDS}: a hook of it, or the import of the next file, has not ended`;
  timer.refresh();
});

/** After the last test. */
export function endDeadline(): void {
  clearTimeout(timer);
}
