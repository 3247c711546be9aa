/** Runs the tests against one fault. */
import type { Recording, TestFile } from './recording.ts';
import type { Sample } from './sampling.ts';
import type { Workshop } from './workshop.ts';

/** Test files share a process up to this total duration in ms: few starts, and the first failure stays near. */
const SHARED = 8_000;
/** Deadline of a run: a multiple of its duration without a fault, plus a margin in ms for a busy machine. */
const PATIENCE = { factor: 3, ms: 30_000 };

export type Trial = Sample & {
  readonly result: 'killed' | 'timed out' | 'survived' | 'not reached';
  /** The failed test, or the files that did not finish. */
  readonly by: string | null;
  /** Test files that reach the fault. */
  readonly reaching: number;
  /** Those that were left out for want of time. */
  readonly untried: number;
  readonly ms: number;
};

/** @param budgetMs a fault survives when the tests of that total duration have passed, and the others are left out */
export async function attempt(
  fault: Sample,
  recording: Recording,
  workshop: Workshop,
  budgetMs: number,
): Promise<Trial> {
  const reaching = recording.reaching(fault);
  const tests = within(budgetMs, reaching);
  const begun = performance.now();
  const trial = (result: Trial['result'], by: string | null): Trial => ({
    ...fault,
    result,
    by,
    reaching: reaching.length,
    untried: reaching.length - tests.length,
    ms: Math.round(performance.now() - begun),
  });
  if (tests.length === 0) return trial('not reached', null);
  const mend = await workshop.break(fault);
  try {
    for (const group of inGroups(tests)) {
      const usual = group.reduce((sum, { ms }) => sum + ms, 0);
      const files = group.map(({ file }) => file);
      if (group.some(({ runsPrograms }) => runsPrograms)) await workshop.buildPrograms();
      const outcome = await workshop.test(files, usual * PATIENCE.factor + PATIENCE.ms);
      if (outcome.result === 'timed out') return trial('timed out', outcome.test);
      if (outcome.result === 'failed') return trial('killed', outcome.test);
    }
    return trial('survived', null);
  } finally {
    await mend();
  }
}

/** The first tests with that total duration, and at least one. */
function within(budgetMs: number, tests: readonly TestFile[]): TestFile[] {
  let left = budgetMs;
  return tests.filter(({ ms }, index) => {
    left -= ms;
    return index === 0 || left >= 0;
  });
}

function inGroups(tests: readonly TestFile[]): TestFile[][] {
  const groups: TestFile[][] = [];
  let room = 0;
  for (const test of tests) {
    room -= test.ms;
    const group = groups.at(-1);
    if (group && room >= 0) group.push(test);
    else {
      groups.push([test]);
      room = SHARED - test.ms;
    }
  }
  return groups;
}
