/** The lines that each test file reaches, and its duration; cached for the same sources and tests. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findTestFiles } from '../support/test-files.ts';
import type { Fault } from './faults.ts';
import { CoverageReader } from './reached-lines.ts';
import type { Workshop } from './workshop.ts';

/** Ignored by git, and removed with the packages. */
const CACHE = 'node_modules/.cache/koine-mutants';
/** Everything that may change the lines a test reaches, besides the test itself. */
const GROUNDS = ['src', 'migrations', 'test', 'package-lock.json'];
/** Loaded by processes of their own only. */
const PROGRAMS = ['src/main.ts', 'src/cli.ts', 'src/process/worker.ts'];
/** Test files that take longer are not used, in ms. */
const LONGEST = 240_000;

type Recorded = {
  readonly file: string;
  readonly ms: number;
  /** False: it fails without any fault, so it is not used. */
  readonly passed: boolean;
  /** By source file. */
  readonly lines: Readonly<Record<string, readonly number[]>>;
};

export type TestFile = {
  readonly file: string;
  readonly ms: number;
  /** It runs the programs, and not only modules. */
  readonly runsPrograms: boolean;
};
export type Recording = {
  /** Test files that reach the fault, the fastest detection first. */
  reaching(fault: Fault): TestFile[];
  /** Test files that fail without any fault. */
  readonly failing: readonly string[];
};

/** Loads the cached recordings, and records the rest in the workshops. `say` is called with each recorded file. */
export async function record(
  workshops: readonly Workshop[],
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Recording> {
  const tests = await findTestFiles();
  const grounds = await digest(GROUNDS, (file) => !file.endsWith('.test.ts'));
  await mkdir(CACHE, { recursive: true });
  const left = [...tests];
  const recorded: Recorded[] = [];
  await Promise.all(
    workshops.map(async (workshop) => {
      const reader = new CoverageReader(workshop.root);
      for (let file = left.shift(); file !== undefined && !signal.aborted; file = left.shift()) {
        const path = join(CACHE, `${await digest([file], () => true, grounds)}.json`);
        const known = await readFile(path, 'utf8').catch(() => null);
        const one = known === null ? await recordOne(file, workshop, reader) : (JSON.parse(known) as Recorded);
        recorded.push(one);
        if (known !== null || signal.aborted) continue;
        // A failure may be accidental: it is recorded again next time.
        if (one.passed) await writeFile(path, JSON.stringify(one));
        say(
          `recorded ${file}: ${one.passed ? `${Math.round(one.ms / 1_000)} s` : 'fails without any fault, not used'}`,
        );
      }
    }),
  );
  return {
    reaching: (fault) => reaching(fault, recorded),
    failing: recorded.filter(({ passed }) => !passed).map(({ file }) => file),
  };
}

async function recordOne(file: string, workshop: Workshop, reader: CoverageReader): Promise<Recorded> {
  const folder = await mkdtemp(join(tmpdir(), 'koine-coverage-'));
  try {
    const { result, ms } = await workshop.test([file], LONGEST, { NODE_V8_COVERAGE: folder });
    const lines = [...reader.read(folder)].filter(([source]) => source.startsWith('src/'));
    return {
      file,
      ms,
      passed: result === 'passed',
      lines: Object.fromEntries(lines.map(([source, reached]) => [source, [...reached].sort((a, b) => a - b)])),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Tests named like the faulty file run first (`koine-search.test.ts` for `search.ts`), then those with the least time
 * per reached line of it.
 */
function reaching(fault: Fault, recorded: readonly Recorded[]): TestFile[] {
  const subject = wordsOf(fault.file);
  return recorded
    .filter(({ passed, lines }) => passed && reaches(fault, lines[fault.file] ?? []))
    .map(({ file, ms, lines }) => ({
      file,
      ms,
      runsPrograms: PROGRAMS.some((program) => program in lines),
      shared: wordsOf(file).filter((word) => subject.includes(word)).length,
      cost: ms / (lines[fault.file] ?? []).length,
    }))
    .sort((a, b) => b.shared - a.shared || a.cost - b.cost);
}

/** Of a file's name, in the singular. */
function wordsOf(file: string): string[] {
  const [name = ''] = basename(file).split('.');
  return name.split('-').map((word) => word.replace(/s$/, ''));
}

function reaches({ reachedBy }: Fault, lines: readonly number[]): boolean {
  return reachedBy === 'load' ? lines.length > 0 : reachedBy.some((line) => lines.includes(line));
}

/** A hash of file names and contents, in order. */
async function digest(paths: readonly string[], isPart: (file: string) => boolean, seed = ''): Promise<string> {
  const hash = createHash('sha256').update(seed);
  for (const path of paths)
    for (const file of await filesBelow(path))
      if (isPart(file)) hash.update(`\0${file}\0`).update(await readFile(file));
  return hash.digest('hex').slice(0, 32);
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
