/**
 * Loaded before the tests of a process: a test past its deadline is named and ends the process, so that an endless
 * retry fails visibly. reaper.ts ends what it leaves behind.
 */
import { afterEach, beforeEach } from 'node:test';
import { DEADLINE_PASSED } from './reporter.ts';

const DEADLINE = Number(process.env.KOINE_TEST_DEADLINE);

/** A test may mock those of the global object. */
const { setTimeout: begin, clearTimeout: end } = globalThis;
const timers = new WeakMap<object, NodeJS.Timeout>();

beforeEach((t) => {
  const timer = begin(() => {
    process.stderr.write(`${DEADLINE_PASSED} "${t.name}" was still running after ${DEADLINE / 1_000} s\n`);
    process.exit(1);
  }, DEADLINE);
  timers.set(t, timer);
});
afterEach((t) => end(timers.get(t)));
