/**
 * `npm run test:verify [-- --seeds 1000 --seed 1 --minutes 60]`: histories of these seeds on two nodes, then sends whose answers are lost.
 * It ends after so many minutes at the latest, and says which seed comes next. A seed repeats what happens in a history, but not the
 * timing.
 */
import { parseArgs } from 'node:util';
import { Cluster } from '../faults/cluster.ts';
import type { Scope } from '../support/conditions.ts';
import { type Incidents, playHistory } from './history.ts';
import { countedSends } from './sends.ts';
import { placeOf } from './verify-place.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '60' },
    sends: { type: 'string', default: '1000' },
  },
});
const first = Number(values.seed);
const end = first + Number(values.seeds);
const NODES = 2;
/** Histories between two lines of output. */
const LINE = 25;
const ENOUGH_FAILURES = 5;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const began = performance.now();
const seconds = () => Math.round((performance.now() - began) / 1_000);
const deadline = began + Number(values.minutes) * 60_000;
const crashes: string[] = [];
const cluster = await Cluster.start((text) => crashes.push(text), {}, NODES);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void cluster.stop().finally(() => process.exit(1)));
let code = 1;
try {
  code = await play();
} finally {
  await cluster.stop();
}
process.exit(code);

async function play(): Promise<number> {
  const incidents: Incidents = new Map();
  const faults = new Map<string, number>();
  const place = placeOf(cluster, faults);
  let seed = first;
  let failures = 0;
  for (; seed < end && performance.now() < deadline && failures < ENOUGH_FAILURES; seed += 1) {
    if (!(await succeeds(seed, (scope) => playHistory(scope, place, seed, incidents)))) failures += 1;
    if ((seed + 1 - first) % LINE === 0) print(`${seed + 1 - first} histories in ${seconds()} s`);
  }
  const count = Number(values.sends);
  if (!(await succeeds(first, (scope) => countedSends(scope, place, { seed: first, count })))) failures += 1;
  const told = [...incidents, ...faults].map(([name, count]) => `${name} ${count}`).join(', ');
  print(`${seed - first} histories (${told}) and ${count} sends in ${seconds()} s; --seed ${seed} goes on`);
  print(`${failures} failures`);
  return failures === 0 ? 0 : 1;
}

async function succeeds(seed: number, work: (scope: Scope) => Promise<void>): Promise<boolean> {
  const reasons = [await inScope(work), ...crashes.splice(0)].filter((reason) => reason !== null);
  if (reasons.length === 0) return true;
  for (const reason of reasons) print(reason instanceof Error ? `${reason.stack}` : `${reason}`);
  for (const node of cluster.nodes) print(`--- ${node.name}\n${node.log}`);
  print(`FAILED: npm run test:verify -- --seed ${seed} --seeds 1`);
  return false;
}

/** @returns what went wrong, null: nothing */
async function inScope(work: (scope: Scope) => Promise<void>): Promise<unknown> {
  const steps: (() => Promise<void>)[] = [];
  try {
    await work({ after: (step) => void steps.push(step) });
    return null;
  } catch (error) {
    return error;
  } finally {
    for (const step of steps) await step();
  }
}
