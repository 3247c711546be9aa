/** A seeded history: what people do while everything between them fails. At its end they know what new clients read. */
import type { Sql } from '../../src/store/database.ts';
import { Random } from '../fuzz/random.ts';
import { ACTIONS, type World } from '../sdk/actions.ts';
import { compare } from '../sdk/compare.ts';
import type { Scope } from '../support/conditions.ts';
import { type Member, member } from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';
import { type Address, inTurn, Seat } from './seat.ts';

/** Servers that play histories, one after the other. */
export type Place = {
  readonly nodes: readonly Address[];
  readonly sql: Sql;
  /** Faults of nodes, of Redis; each passes by itself. */
  readonly faults: readonly ((seed: number) => Promise<void>)[];
  /** Keeps all that is stored. @returns what restores it */
  readonly backUp?: () => Promise<() => Promise<void>>;
};

const STEPS = 40;
/** The part of the histories that has it. */
const PARTS = { 'floor passed': 0.25, 'another epoch': 0.05, fault: 0.3, deletion: 0.4, backup: 0.03 } as const;
type Incident = keyof typeof PARTS;
/** The part of the steps after which it happens. */
const DISTURBED = 0.12;
const LOOKED = 0.15;

type Scene = {
  readonly place: Place;
  readonly random: Random;
  readonly seats: readonly [Seat, Seat, Seat, Seat];
  /** An account without a client, which may be deleted. */
  readonly dan: Member;
  readonly world: World;
  /** Work that clients began, and that does not fail. */
  readonly doing: Promise<void>[];
  /** Faults that have not passed yet. */
  readonly faults: Promise<void>[];
  restore: (() => Promise<void>) | undefined;
};

/** Counts of incidents in histories. */
export type Incidents = Map<Incident, number>;

/** @throws AssertionError where a client differs from a new one */
export async function playHistory(
  scope: Scope,
  place: Place,
  seed: number,
  incidents: Incidents = new Map(),
): Promise<void> {
  const scene = await gather(scope, place, seed);
  const { random, seats } = scene;
  const plan = planOf(random);
  for (let step = 0; step < STEPS; step += 1) {
    for (const incident of plan.get(step) ?? []) {
      incidents.set(incident, (incidents.get(incident) ?? 0) + 1);
      await INCIDENTS[incident](scene);
    }
    await attempt(act(scene));
    if (random.chance(DISTURBED)) await disturb(scene);
    if (random.chance(LOOKED)) look(scene);
  }
  await Promise.all(scene.faults);
  await scene.restore?.();
  await moveMembers(scene);
  for (const seat of seats) await (await seat.heal()).settled();
  await Promise.all(scene.doing);
  for (const seat of seats) {
    const { token, me } = seat.member;
    const at = `seed ${seed}, ${me.username}`;
    await compare(scope, inTurn(place.nodes), { followed: await seat.heal(), token, at });
  }
}

async function gather(scope: Scope, place: Place, seed: number): Promise<Scene> {
  const random = new Random(seed, 0);
  const take = (name: string) => Seat.take(scope, place.nodes, `${name}${seed}`, random);
  const seats = [await take('me'), await take('ann'), await take('bob'), await take('cleo')] as const;
  const dan = await member(inTurn(place.nodes), `dan${seed}`);
  const [me, ann, bob, cleo] = seats.map((seat) => seat.member) as [Member, Member, Member, Member];
  const people = [me, ann, bob, cleo, dan] as const;
  const group = { kind: 'group', title: 'Tea', members: [ann.id, bob.id, dan.id] };
  const rooms = [
    (await me.do<{ id: string }>('POST', '/rooms', group)).id,
    (await ann.do<{ id: string }>('POST', '/rooms', { kind: 'direct', members: [me.id] })).id,
  ] as const;
  const doing: Promise<void>[] = [];
  const begun = (one: Promise<unknown>) => void doing.push(attempt(one));
  return { place, random, seats, dan, world: { people, rooms, begun }, doing, faults: [], restore: undefined };
}

/** Incidents by step. */
function planOf(random: Random): ReadonlyMap<number, readonly Incident[]> {
  const plan = new Map<number, Incident[]>();
  for (const [incident, part] of Object.entries(PARTS) as [Incident, number][]) {
    const step = random.below(STEPS);
    if (random.chance(part)) plan.set(step, [...(plan.get(step) ?? []), incident]);
  }
  return plan;
}

const INCIDENTS: { readonly [Name in Incident]: (scene: Scene) => Promise<unknown> } = {
  /** A client away then was away for longer than events are kept. */
  'floor passed': async ({ place: { sql }, random, seats }) => {
    await random.pick(seats).goAway();
    await attempt(sql`with passed as (update streams set floor = head) delete from events`);
  },
  'another epoch': async ({ place: { sql } }) => attempt(sql`update installation set epoch = gen_random_uuid()`),
  fault: async ({ place, random, faults }) => {
    const seed = random.below(1_000_000);
    if (place.faults.length > 0) faults.push(random.pick(place.faults)(seed));
  },
  deletion: async ({ dan }) => attempt(dan.call('DELETE', '/me', { body: { password: PASSWORD } })),
  backup: async (scene) => {
    await Promise.all(scene.faults);
    scene.restore = await scene.place.backUp?.();
  },
};

/** A refusal is as good as any other answer, and so is none: the node may be dead. */
async function attempt(doing: PromiseLike<unknown>): Promise<void> {
  await doing.then(
    () => {},
    () => {},
  );
}

async function act({ random, seats, world }: Scene): Promise<unknown> {
  const action = random.pick(ACTIONS);
  const { client } = random.pick(seats);
  return client && action(world, client, random);
}

async function disturb({ random, seats, place }: Scene): Promise<void> {
  const seat = random.pick(seats);
  await random.pick([
    () => seat.cut(random),
    () => seat.cut(random),
    () => seat.move(random.pick(place.nodes)),
    () => seat.cutOff(),
    () => seat.heal(),
    () => seat.goAway(),
    () => seat.comeBack(),
  ])();
}

/** Somebody opens windows and lists, and goes on before they are there. */
function look({ random, seats, world: { begun } }: Scene): void {
  const { client } = random.pick(seats);
  if (client === null) return;
  const rooms = Object.keys(client.state.rooms);
  const posts = Object.keys(client.state.posts);
  if (rooms.length === 0) return;
  const room = random.pick(rooms);
  const open = random.pick<() => Promise<unknown>>([
    () => client.rooms.open(room),
    () => client.rooms.openNewest(room),
    () => client.rooms.older(room),
    () => client.rooms.read(room),
    () => client.feed.open('all'),
    () => client.people.openFriends(),
    () => client.notifications.open(),
    async () => posts.length > 0 && client.feed.openComments(random.pick(posts)),
  ]);
  begun(open());
}

/** In the end there is somebody who was removed, and a newcomer. */
async function moveMembers({ seats, world: { rooms } }: Scene): Promise<void> {
  const [me, ann, bob, cleo] = seats.map(({ member }) => member) as [Member, Member, Member, Member];
  const members = `/rooms/${rooms[0]}/members`;
  for (const one of [ann, cleo]) {
    await me.call('DELETE', `/blocks/${one.id}`);
    await one.call('DELETE', `/blocks/${me.id}`);
  }
  await me.call('DELETE', `${members}/${bob.id}`);
  await me.do('PUT', `${members}/${cleo.id}`, {});
  await me.do('PUT', `${members}/${ann.id}`, {});
  await ann.do('POST', `/rooms/${rooms[0]}/messages`, { body: `hello @${cleo.me.username}` });
}
