/** The faults: each begins, lasts a while, and ends with everything working again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import type { Talker } from './clients.ts';
import type { Cluster, Node } from './cluster.ts';
import type { Random } from './random.ts';

export type Scene = { readonly cluster: Cluster; readonly clients: readonly Talker[]; readonly random: Random };
export type FaultKind = keyof typeof FAULTS;

/** Ms; the longest exceeds the lease of a node. */
const BLINK = [50, 400] as const;
const WHILE = [200, 1_500] as const;
const LONG = 8_000;
const MINUTES = 60_000;

type Fault = (scene: Scene) => Promise<void>;

export const FAULTS = {
  'node killed': (scene) => endNode(scene, 'SIGKILL'),
  'node stopped': (scene) => endNode(scene, 'SIGTERM'),
  'node frozen': (scene) => freezeNode(scene, scene.random.between(...WHILE)),
  'node frozen for long': (scene) => freezeNode(scene, LONG),
  'node clock set': async ({ cluster, random }) => {
    random.pick(cluster.nodes).setClock(random.between(-30 * MINUTES, 30 * MINUTES));
  },
  'Redis killed': ({ cluster, random }) => cluster.restartRedis(() => sleep(random.between(...WHILE))),
  'Redis wiped': async ({ cluster }) => {
    const client = createClient({
      url: cluster.redisUrl,
      disableOfflineQueue: true,
      socket: { reconnectStrategy: false },
    });
    client.on('error', () => {});
    await client.connect();
    await client.sendCommand(['FLUSHALL']);
    await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    client.destroy();
  },
  'PostgreSQL restarted': ({ cluster }) => cluster.endPostgres('SIGINT'),
  'PostgreSQL restarted at once': ({ cluster }) => cluster.endPostgres('SIGQUIT'),
  'PostgreSQL killed': ({ cluster }) => cluster.endPostgres('SIGKILL'),
  'database cut': async ({ cluster, random }) => random.pick(cluster.nodes).proxy.cut(),
  'database away': async ({ cluster, random }) => {
    const { proxy } = random.pick(cluster.nodes);
    await proxy.refuse();
    await sleep(random.between(...WHILE));
    await proxy.restore();
  },
  'database slow': async ({ cluster, random }) => {
    const { proxy } = random.pick(cluster.nodes);
    proxy.delay = random.between(5, 60);
    await sleep(random.between(...WHILE));
    proxy.delay = 0;
  },
  'database silent': async ({ cluster, random }) => {
    const { proxy } = random.pick(cluster.nodes);
    proxy.hold();
    await sleep(random.between(...WHILE));
    proxy.release();
  },
  'database connections stranded': async ({ cluster, random }) => random.pick(cluster.nodes).proxy.strand(),
  'client frozen': async ({ clients, random }) => {
    const client = random.pick(clients);
    client.freeze();
    await sleep(random.between(...WHILE));
    client.thaw();
  },
  'client dropped': async ({ clients, random }) => random.pick(clients).drop(),
  'clients move': async ({ clients, random }) => {
    for (const client of clients) if (random.next() < 0.5) client.drop();
    await sleep(random.between(...BLINK));
  },
} as const satisfies Record<string, Fault>;

async function endNode({ cluster, random }: Scene, signal: NodeJS.Signals): Promise<void> {
  const node = pickUsable(cluster.nodes, random);
  if (node === null) return;
  await node.end(signal);
  await sleep(random.between(...BLINK));
  await node.start();
}

async function freezeNode({ cluster, random }: Scene, duration: number): Promise<void> {
  const node = pickUsable(cluster.nodes, random);
  if (node === null) return;
  node.freeze();
  await sleep(duration);
  node.thaw();
}

/** A node without a fault in progress. */
function pickUsable(nodes: readonly Node[], random: Random): Node | null {
  const usable = nodes.filter((node) => node.isUp && !node.frozen);
  return usable.length === 0 ? null : random.pick(usable);
}
