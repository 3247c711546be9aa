/** Breaks connections to the database one at a time, in random states. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Talker } from './clients.ts';
import type { Cluster } from './cluster.ts';
import type { Scene } from './faults.ts';
import type { Random } from './random.ts';

/** Delay between two losses, in ms. */
const PAUSE = [1, 80] as const;
/** Bytes in both directions until a connection is ready, with a margin. */
const GREETING = 1_500;
/** Probability that a client reconnects meanwhile: joining and leaving are transactions. */
const CLIENTS_DROPPED = 0.2;
const LIKERS = 4;
/** Of an HTTP request, in ms. */
const DEADLINE = 10_000;
const STATES = ['idle', 'in a statement', 'in a transaction'] as const;

export type LossCounts = Map<string, number>;

/** Runs transactional changes, sequentially per person, while `act` runs. */
export async function whileLiking({ cluster, clients, random }: Scene, act: () => Promise<void>): Promise<void> {
  const [post] = await cluster.sql<{ id: number }[]>`select id from posts order by id limit 1`;
  if (post === undefined) throw new Error('nobody has posted');
  let over = false;
  const liking = clients.slice(0, LIKERS).map(async ({ account: { token } }) => {
    const headers = { authorization: `Bearer ${token}` };
    while (!over) {
      const { url } = random.pick(cluster.nodes);
      // Refused while the database is unreachable.
      const options = { method: 'POST', headers, signal: AbortSignal.timeout(DEADLINE) };
      await fetch(`${url}/messages/${post.id}/like`, options)
        .then((answer) => answer.arrayBuffer())
        .catch(() => {});
    }
  });
  await act().finally(() => {
    over = true;
  });
  await Promise.all(liking);
}

/** Posts with a wrong counter, which show a transaction that was not atomic. */
export async function countTornPosts({ sql }: Cluster): Promise<number> {
  const torn = await sql`
    select from posts p where p.likes_count <> (select count(*) from likes l where l.post_id = p.id)`;
  return torn.length;
}

/** Loses `count` connections and causes no other faults. */
export async function loseConnections(scene: Scene, count: number, counts: LossCounts): Promise<void> {
  const { cluster, clients, random } = scene;
  const opening: Promise<void>[] = [];
  for (let lost = 0; lost < count; ) {
    await sleep(random.between(...PAUSE));
    if (random.next() < CLIENTS_DROPPED) random.pick(clients as Talker[]).drop();
    const how = await loseOne(cluster, random, (ended) => opening.push(ended));
    if (how === null) continue;
    counts.set(how, (counts.get(how) ?? 0) + 1);
    lost += 1;
  }
  // The pool opens a connection on demand.
  await Promise.race([Promise.all(opening), sleep(1_000)]);
}

/** @returns the state in which it was lost, or null if there was none to lose */
async function loseOne(
  cluster: Cluster,
  random: Random,
  onOpening: (ended: Promise<void>) => void,
): Promise<string | null> {
  const draw = random.next();
  const { proxy } = random.pick(cluster.nodes);
  if (draw < 0.6) return terminate(cluster, random.pick(STATES));
  if (draw < 0.75) return proxy.cutOne(random) ? 'socket cut' : null;
  const ended = proxy.cutNextAfter(random.between(0, GREETING));
  onOpening(ended);
  proxy.cutOne(random);
  return 'socket cut while connecting';
}

/** Terminates a backend in the wanted state, or any other. */
async function terminate({ sql }: Cluster, wanted: (typeof STATES)[number]): Promise<string | null> {
  const [row] = await sql<{ state: string; ended: boolean }[]>`
    with backends as (
      select pid, case when state like 'idle in transaction%' or xact_start < query_start then 'in a transaction'
                       when state = 'active' then 'in a statement' else 'idle' end as state
        from pg_stat_activity
       where datname = current_database() and application_name like 'koine-%'
         and application_name <> current_setting('application_name')
    ), chosen as (
      select * from backends order by state = ${wanted} desc, random() limit 1
    )
    select state, pg_terminate_backend(pid) as ended from chosen`;
  return row?.ended ? `backend ended ${row.state}` : null;
}
