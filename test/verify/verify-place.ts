/** Two nodes for many histories, and what may fail there. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../faults/cluster.ts';
import { FAULTS, type FaultKind } from '../faults/faults.ts';
import { Random } from '../faults/random.ts';
import { koine } from '../support/koine.ts';
import type { Place } from './history.ts';

const KINDS: readonly FaultKind[] = [
  'node killed',
  'node killed',
  'node stopped',
  'node frozen',
  'Redis killed',
  'Redis wiped',
  'database cut',
  'database away',
];

/** `counts`: how often each fault happened. */
export function placeOf(cluster: Cluster, counts: Map<string, number>): Place {
  const fault = (kind: FaultKind) => async (seed: number) => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    await FAULTS[kind]({ cluster, clients: [], random: new Random(seed) });
  };
  return {
    nodes: cluster.nodes,
    get sql() {
      return cluster.sql;
    },
    faults: KINDS.map(fault),
    backUp: () => backUp(cluster),
  };
}

/** By the commands of operators. */
async function backUp(cluster: Cluster): Promise<() => Promise<void>> {
  const file = join(cluster.folder, 'koine.tar.gz');
  await rm(file, { force: true });
  await command(cluster, 'backup', file);
  return async () => {
    await Promise.all(cluster.nodes.map((node) => node.end('SIGTERM')));
    await cluster.withEmptyDatabase(() => command(cluster, 'restore', '--keep-sessions', file));
    for (const node of cluster.nodes) await node.start();
  };
}

async function command(cluster: Cluster, ...args: string[]): Promise<void> {
  const { code, out, err } = await koine(cluster.commandSettings, ...args);
  if (code !== 0) throw new Error(`koine ${args.join(' ')} ended with ${code}: ${out}${err}`);
}
