/**
 * The proof: whatever people do, and wherever connections are cut, a client that has followed the events knows exactly what
 * a new client reads. `KOINE_SDK_ROUNDS=100 KOINE_SDK_SEED=7 npm test -- test/sdk/convergence.test.ts` looks longer.
 */
import { type TestContext, test } from 'node:test';
import { Random } from '../fuzz/random.ts';
import { atEnd } from '../support/conditions.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { type Member, member } from '../support/koine-people.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { ACTIONS, type World } from './actions.ts';
import { TestClient } from './clients.ts';
import { compare } from './compare.ts';

const ROUNDS = Number(process.env.KOINE_SDK_ROUNDS ?? 4);
const SEED = Number(process.env.KOINE_SDK_SEED ?? Date.now() % 1_000_000);
/** What people do between two comparisons. */
const STEPS = 40;

test('a client that was cut off at any byte knows what a new client reads', async (t) => {
  const server = await startTestServer(t);
  const proxy = await proxyOf(t, server);
  const world = await people(server);
  const [me] = world.people;
  const followed = await new TestClient(t, { url: `http://127.0.0.1:${proxy.port}`, token: me.token }).started();
  await followed.client.people.openFriends();
  await followed.client.people.openBlocks();
  await followed.client.notifications.open();
  for (let round = 0; round < ROUNDS; round += 1) {
    const random = new Random(SEED, round);
    for (let step = 0; step < STEPS; step += 1) {
      await random.pick(ACTIONS)(world, followed.client, random);
      if (random.chance(0.1)) disturb(proxy, random);
      if (random.chance(0.2)) void look(followed, random).catch(() => {});
    }
    await compare(t, server, { followed, token: me.token, at: `seed ${SEED}, round ${round}` });
  }
});

async function proxyOf(t: TestContext, { url }: TestServer): Promise<TcpProxy> {
  const { hostname, port } = new URL(url);
  const proxy = await TcpProxy.open({ host: hostname, port: Number(port) });
  atEnd(t, () => proxy.close());
  return proxy;
}

async function people(server: TestServer): Promise<World> {
  const people = (await Promise.all(['me', 'ann', 'bob'].map((name) => member(server, name)))) as [
    Member,
    Member,
    Member,
  ];
  const [me, ann, bob] = people;
  const rooms = [
    (await me.do<{ id: string }>('POST', '/rooms', { kind: 'group', title: 'Tea', members: [ann.id, bob.id] })).id,
    (await ann.do<{ id: string }>('POST', '/rooms', { kind: 'direct', members: [me.id] })).id,
  ];
  return { people, rooms };
}

function disturb(proxy: TcpProxy, random: Random): void {
  if (random.chance(0.5)) void proxy.cutNextAfter(random.below(6_000));
  proxy.cut();
}

/** Opens windows and lists, as somebody does who looks around. */
async function look({ client, state }: TestClient, random: Random): Promise<void> {
  const rooms = Object.keys(state.rooms);
  if (rooms.length === 0) return;
  const room = random.pick(rooms);
  const posts = Object.keys(state.posts);
  await random.pick([
    () => client.rooms.open(room),
    () => client.rooms.openNewest(room),
    () => client.rooms.older(room),
    () => client.rooms.read(room),
    () => client.feed.open('all'),
    async () => posts.length > 0 && client.feed.openComments(random.pick(posts)),
  ])();
}
