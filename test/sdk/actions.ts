/** Actions of people, by calls of their own or through the client that is watched. Refusals are as good as any other answer. */
import type { Client } from '../../packages/client/src/client.ts';
import type { Random } from '../fuzz/random.ts';
import type { Member } from '../support/koine-people.ts';

export type World = {
  /** The first one owns the group. */
  readonly people: readonly [Member, ...Member[]];
  /** A group, and a direct room of the first two. */
  readonly rooms: readonly [string, string];
  /** For what clients do that is not waited for: it is shown before it is known. */
  readonly begun: (doing: Promise<unknown>) => void;
};

/** `client`: of one of them. */
type Action = (world: World, client: Client, random: Random) => Promise<unknown>;

const EMOJI = ['👍', '🎉', '😀'];

/** Somebody's call concerning a room. */
function inRoom(call: (random: Random, room: string) => [method: string, path: string, body?: unknown]): Action {
  return async ({ people, rooms }, _client, random) => {
    const [method, path, body] = call(random, random.pick(rooms));
    return random.pick(people).call(method, path, { body });
  };
}

/** A position among the first messages and events of a room. */
const seq = (random: Random) => 1 + random.below(60);

const text = (random: Random, { people }: World) =>
  random.chance(0.3) ? `hello @${random.pick(people).me.username}` : `text ${random.below(1_000)}`;

const say: Action = async (world, _client, random) => {
  const body = text(random, world);
  const reply = random.chance(0.2) ? { replyTo: seq(random) } : {};
  const room = random.pick(world.rooms);
  return random.pick(world.people).call('POST', `/rooms/${room}/messages`, { body: { body, ...reply } });
};

const write: Action = async (world, client, random) => {
  // Refused while the client does not know its account: it has never been connected.
  client.messages.send(random.pick(world.rooms), text(random, world)).catch(() => {});
};

const act: Action = async ({ rooms, begun }, client, random) => {
  const room = random.pick(rooms);
  const items = client.state.timelines[room]?.items ?? [];
  if (items.length === 0) return;
  const message = random.pick(items).seq;
  const emoji = random.pick(EMOJI);
  const begin = random.pick([
    () => client.messages.edit(room, message, `edited ${random.below(100)}`),
    () => client.messages.react(room, message, emoji),
    () => client.messages.unreact(room, message, emoji),
    () => client.rooms.markRead(room, message),
    () => client.rooms.setNotify(room, random.pick(['all', 'mentions', 'nothing'] as const)),
  ]);
  begun(begin());
};

const moveMember: Action = async ({ people: [owner, ...others], rooms }, _client, random) => {
  const other = random.pick(others);
  const path = `/rooms/${rooms[0]}/members/${other.id}`;
  const role = random.pick(['moderator', 'member']);
  if (random.chance(0.6)) return owner.call('PUT', path, { body: { role } });
  return random.pick([owner, other]).call('DELETE', path);
};

const relate: Action = async ({ people }, _client, random) => {
  const [one, other] = [random.pick(people), random.pick(people)];
  const relation = random.pick(['friends', 'friends', 'blocks']);
  return one.call(random.pick(['PUT', 'DELETE']), `/${relation}/${other.id}`);
};

const introduce: Action = async ({ people }, _client, random) =>
  random.pick(people).call('PATCH', '/me', { body: { name: `Name ${random.below(100)}` } });

const readNotifications: Action = async ({ begun }, client) => {
  begun(client.notifications.markRead());
};

const publish: Action = async (world, _client, random) =>
  random.pick(world.people).call('POST', '/posts', { body: { body: text(random, world) } });

/** Somebody's call concerning one of the posts that the client shows. */
function onPost(call: (random: Random, post: string) => [method: string, path: string, body?: unknown]): Action {
  return async ({ people }, client, random) => {
    const posts = Object.keys(client.state.posts);
    if (posts.length === 0) return;
    const [method, path, body] = call(random, random.pick(posts));
    return random.pick(people).call(method, path, { body });
  };
}

/** Somebody's call concerning one of the comments that the client shows. */
const onComment: Action = async ({ people }, client, random) => {
  const comments = Object.values(client.state.threads).flatMap(({ items }) => items);
  if (comments.length === 0) return;
  const path = `/comments/${random.pick(comments).id}`;
  const body = { body: `edited ${random.below(100)}` };
  return random.chance(0.5)
    ? random.pick(people).call('PATCH', path, { body })
    : random.pick(people).call('DELETE', path);
};

const like: Action = async ({ begun }, client, random) => {
  const posts = Object.keys(client.state.posts);
  if (posts.length === 0) return;
  const post = random.pick(posts);
  const begin = random.pick([client.feed.like, client.feed.unlike, client.feed.bookmark, client.feed.unbookmark]);
  begun(begin(post));
};

export const ACTIONS: readonly Action[] = [
  say,
  say,
  say,
  write,
  act,
  act,
  inRoom((random, room) => ['PATCH', `/rooms/${room}/messages/${seq(random)}`, { body: `edited ${seq(random)}` }]),
  inRoom((random, room) => ['DELETE', `/rooms/${room}/messages/${seq(random)}`]),
  inRoom((random, room) => [
    random.pick(['PUT', 'PUT', 'DELETE']),
    `/rooms/${room}/messages/${seq(random)}/reactions/${encodeURIComponent(random.pick(EMOJI))}`,
  ]),
  inRoom((random, room) => [random.pick(['PUT', 'DELETE']), `/rooms/${room}/pins/${seq(random)}`]),
  inRoom((random, room) => ['PATCH', `/rooms/${room}`, { title: `Tea ${random.below(100)}` }]),
  inRoom((random, room) => ['PUT', `/rooms/${room}/read`, { seq: seq(random) }]),
  inRoom((random, room) => ['PUT', `/rooms/${room}/notify`, { notify: random.pick(['all', 'mentions', 'nothing']) }]),
  moveMember,
  relate,
  introduce,
  readNotifications,
  publish,
  publish,
  like,
  like,
  onComment,
  onPost((random, post) => [random.pick(['PUT', 'DELETE']), `/posts/${post}/like`]),
  onPost((random, post) => ['POST', `/posts/${post}/comments`, { body: `comment ${random.below(100)}` }]),
  onPost((random, post) => ['POST', `/posts/${post}/comments`, { body: `comment ${random.below(100)}` }]),
  onPost((random, post) => ['PATCH', `/posts/${post}`, { body: `edited ${random.below(100)}` }]),
  onPost((_random, post) => ['DELETE', `/posts/${post}`]),
];
