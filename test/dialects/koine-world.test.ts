/** The native API and the published ones share one world: what is done in one is seen in the others, read and live. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as board from '../support/board-people.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { eventWith, live } from '../support/koine-live.ts';
import * as koine from '../support/koine-people.ts';
import * as messenger from '../support/messenger-people.ts';
import { connect, join, loungeAccount, relayToken, say } from '../support/people.ts';
import { halves } from '../support/pictures.ts';
import * as social from '../support/social-people.ts';
import { openSocket, type TestSocket } from '../support/socket.ts';

const SIGNED_OUT = 4001;

type Room = { id: string; kind: string; lastMessage: { body: string } | null };
type Message = { seq: number; author: koine.Person; body: string };
type Post = { id: string; body: string; title?: string; images: { url: string }[]; likesCount: number; liked: boolean };
type Comment = { id: string; body: string };
type World = {
  server: TestServer;
  /** Of koine, with a live connection that follows everything from its beginning. */
  kim: koine.Member;
  live: TestSocket;
  lobby: string;
  elena: messenger.Member;
};

async function theWorld(t: TestContext): Promise<World> {
  const server = await startTestServer(t);
  const kim = await koine.member(server, 'Kim');
  const elena = await messenger.member(server, 'Елена', 'elena@example.org');
  const [room] = await kim.all<Room>('/rooms');
  const lobby = (room as Room).id;
  const followed = await live(t, server, kim, { have: { me: 0, board: 0, [`room:${lobby}`]: 0 } });
  return { server, kim, live: followed, lobby, elena };
}

test('the native API and the published ones share one world', async (t) => {
  const world = await theWorld(t);
  await t.test('everybody in the lobby hears everybody', () => theLobby(t, world));
  await t.test('posts, likes and comments of one API are in the others', () => theFeed(t, world));
  await t.test('a friendship is one everywhere', () => friendship(world));
  await t.test('a chat of two is one room, with edits and deletions', () => theChatOfTwo(t, world));
  await t.test('a token is good everywhere, until its session ends everywhere', () => signingOut(t, world));
});

async function theLobby(t: TestContext, { server, kim, live, lobby, elena }: World) {
  const inRelay = await connect(t, server, await relayToken(server, 'ann'));
  const inLounge = await join(t, server, (await loungeAccount(server, 'Bob')).token);
  const inMessenger = await elena.enter(t, { name: 'lobby' });
  await inLounge.frameWith({ type: 'user_joined', msg: { username: 'Елена' } });
  // An account with a live connection is in the lobby.
  assert.ok(JSON.stringify(inLounge.json[0]?.msg).includes('Kim'));

  const { seq } = await kim.do<Message>('POST', `/rooms/${lobby}/messages`, { body: 'hello from koine' });
  await inRelay.frameWith({ from: 'Kim', body: 'hello from koine' });
  await inLounge.frameWith({ msg: { from_user: 'Kim', text: 'hello from koine' } });
  await inMessenger.frameWith({ user: 'Kim', content: 'hello from koine' });
  inRelay.send('hello from relay');
  say(inLounge, 'hello from lounge');
  await elena.say({ name: 'lobby' }, 'привет');
  for (const body of ['hello from koine', 'hello from relay', 'hello from lounge', 'привет'])
    await eventWith(live, 'message.created', { body });

  const { items } = await kim.get<koine.Page<Message>>(`/rooms/${lobby}/messages`);
  assert.deepEqual(items.map(({ body }) => body).toSorted(), [
    'hello from koine',
    'hello from lounge',
    'hello from relay',
    'привет',
  ]);
  // An edit is in the histories of the others, and a deleted message is in none.
  await kim.do('PATCH', `/rooms/${lobby}/messages/${seq}`, { body: 'hello again' });
  const read = async () => (await elena.read({ name: 'lobby' })).map(({ content }) => content);
  assert.equal((await read())[0], 'hello again');
  await kim.do('DELETE', `/rooms/${lobby}/messages/${seq}`);
  assert.equal((await read()).length, 3);
  const again = await connect(t, server, await relayToken(server, 'cat'));
  await again.frameCount(3);
  assert.ok(again.json.every(({ body }) => body !== 'hello again'));
}

async function theFeed(t: TestContext, { server, kim, live }: World) {
  const carla = await board.member(server, 'Carla');
  const dmitri = await social.member(server, 'Dmitri');
  const watch = await openSocket(t, `${server.wsUrl}/ws`);
  await watch.frameCount(1);

  await dmitri.post('with a picture', [await halves(60, 40).jpeg().toBuffer()]);
  const shown = await eventWith(live, 'post.created', { body: 'with a picture' });
  const post = await kim.do<Post>('POST', '/posts', { title: 'Native', body: 'by koine' });
  await onBoardSocket(watch, 'message.created', 'Native\n\nby koine');
  const [newest, pictured] = await kim.all<Post>('/posts');
  assert.deepEqual([newest?.id, pictured?.body, pictured?.images.length], [post.id, 'with a picture', 1]);
  assert.equal((await fetch(pictured?.images[0]?.url as string)).status, 200);
  assert.equal((shown.data as Post).id, pictured?.id);
  const inSocial = await dmitri.get<social.Post[]>('/posts/all');
  assert.deepEqual(
    inSocial.map(({ id }) => id),
    [newest?.id, pictured?.id],
  );

  const [onBoard] = await board.messages(server, '', carla.token);
  await carla.like(onBoard?.id as number);
  const { data } = await eventWith(live, 'post.liked', { id: post.id, liked: true, likesCount: 1 });
  assert.equal(typeof (data as { by: string }).by, 'string');
  await eventWith(live, 'notification.created', { kind: 'like' });
  await kim.do('PUT', `/posts/${post.id}/like`);
  await watch.frameWith({ event: 'message.liked', data: { id: onBoard?.id, likes_count: 2 } });

  await carla.comment(onBoard?.id as number, 'of board');
  await eventWith(live, 'comment.created', { postId: post.id, body: 'of board' });
  const comment = await kim.do<Comment>('POST', `/posts/${post.id}/comments`, { body: 'of koine' });
  await onBoardSocket(watch, 'comment.created', 'of koine');
  await kim.do('PATCH', `/comments/${comment.id}`, { body: 'edited' });
  const commented = await board.messages(server, '', carla.token);
  assert.deepEqual(
    commented[0]?.comments.map(({ text }) => text),
    ['of board', 'edited'],
  );
  await kim.do('PATCH', `/posts/${post.id}`, { title: null });
  await onBoardSocket(watch, 'message.updated', 'by koine');
  await kim.do('DELETE', `/posts/${post.id}`);
  await watch.frameWith({ event: 'message.deleted', data: { id: onBoard?.id } });
  await eventWith(live, 'post.deleted', { id: post.id });
}

/** A frame of board's socket with that event and text. */
function onBoardSocket(watch: TestSocket, event: string, text: string): Promise<unknown> {
  const inside = `"text":${JSON.stringify(text)}`;
  return watch.until(`${event}: ${text}`, ({ frames }) =>
    frames.find((frame) => frame.includes(`"${event}"`) && frame.includes(inside)),
  );
}

async function friendship({ kim, live, elena }: World) {
  await elena.call('POST', '/profiles/api/add-friend/', { username: 'kim' });
  await eventWith(live, 'friend.added', { username: 'Елена' });
  const [friend] = await kim.all<koine.Person>('/friends');
  assert.equal(friend?.username, 'Елена');
  await kim.do('DELETE', `/friends/${friend?.id}`);
  const own = await elena.call<messenger.Profile>('GET', '/profiles/api/profile/');
  assert.deepEqual(own.json.profile.friends, []);
}

async function theChatOfTwo(t: TestContext, { server, kim, live, elena }: World) {
  const room = await elena.chatWith('Kim');
  const { data } = await eventWith(live, 'room.joined', { kind: 'direct' });
  const { id } = data as Room;
  const hers = await elena.enter(t, room);
  hers.send({ message: 'привет, Kim' });
  // A room is followed as soon as it is joined.
  await eventWith(live, 'message.created', { body: 'привет, Kim' });
  const { seq } = await kim.do<Message>('POST', `/rooms/${id}/messages`, { body: 'hello, Elena' });
  await hers.frameWith({ user: 'Kim', content: 'hello, Elena' });
  const [first] = await kim.all<Room>('/rooms');
  assert.deepEqual([first?.id, first?.lastMessage?.body], [id, 'hello, Elena']);

  await kim.do('PATCH', `/rooms/${id}/messages/${seq}`, { body: 'hello, Елена' });
  assert.deepEqual(
    (await elena.read(room)).map(({ content }) => content),
    ['привет, Kim', 'hello, Елена'],
  );
  await kim.do('DELETE', `/rooms/${id}/messages/${seq}`);
  assert.deepEqual(
    (await elena.read(room)).map(({ content }) => content),
    ['привет, Kim'],
  );
  const other = await koine.member(server, 'stranger');
  assert.equal((await other.call('GET', `/rooms/${id}`)).status, 404);
}

async function signingOut(t: TestContext, { server, kim, lobby }: World) {
  const { token } = await koine.signIn(server, 'Kim');
  const bearer = { headers: { authorization: `Bearer ${token}` } };
  const sockets = [
    await live(t, server, { token }, { have: { [`room:${lobby}`]: 0 } }),
    await join(t, server, token),
    await openSocket(t, messenger.socketUrl(server, { name: 'lobby' }), bearer),
  ];
  const paths = ['/v1/me', '/users/me', '/api/auth/current_user', '/profiles/api/profile/'];
  for (const status of [200, 401]) {
    for (const path of paths) assert.equal((await fetch(server.url + path, bearer)).status, status, path);
    if (status === 200) await fetch(`${server.url}/api/auth/logout`, { method: 'DELETE', ...bearer });
  }
  for (const socket of sockets) assert.equal((await socket.untilClosed()).code, SIGNED_OUT);
  assert.equal((await kim.call('GET', '/me')).status, 200, 'another session goes on');
}
