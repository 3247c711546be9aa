/** The cost of test files: their time, and the processor's time of their process and of the processes it started. */
import { readFileSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In seconds. `cpu` has the processes that have ended; the shared services are only in the total of the run. */
export type Cost = { readonly file: string; readonly wall: number; readonly cpu: number };

/** The name of the file that lists the costs of a run, a line each. */
const COSTS = 'costs.jsonl';
/** How many files the report names. */
const NAMED = 10;
/** The kernel's unit of the times in `/proc`: 1/100 s on every architecture of Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Measures a file. @returns the function that ends it */
export function beginCost(folder: string, file: string): () => Promise<void> {
  const [begun, before] = [performance.now(), cpuSeconds()];
  return async () => {
    const cost: Cost = { file, wall: (performance.now() - begun) / 1_000, cpu: cpuSeconds() - before };
    await appendFile(join(folder, COSTS), `${JSON.stringify(cost)}\n`);
  };
}

/** @returns the lines of the report: the ten longest files, and the whole. `KOINE_TEST_COSTS=all` names all files. */
export async function reportCosts(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, COSTS), 'utf8').catch(() => '');
  const costs = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Cost]));
  const named = process.env.KOINE_TEST_COSTS === 'all' ? costs.length : NAMED;
  const longest = costs.sort((a, b) => b.cpu - a.cpu).slice(0, named);
  return [
    'CPU and wall time in seconds, by file:',
    ...longest.map(({ file, wall, cpu }) => `${cpu.toFixed(1).padStart(7)} ${wall.toFixed(1).padStart(7)}  ${file}`),
    `${cpuSeconds().toFixed(1).padStart(7)} ${(performance.now() / 1_000).toFixed(1).padStart(7)}  the whole run, with its services`,
  ];
}

/** Of this process and of its children that have ended. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000 + childrenSeconds();
}

/** 0 on systems without `/proc`. */
function childrenSeconds(): number {
  let stat: string;
  try {
    stat = readFileSync('/proc/self/stat', 'latin1');
  } catch {
    return 0;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // The fields cutime and cstime of proc(5).
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}
