/**
 * Blocks in every dialect, by random histories: whoever is blocked cannot write to, befriend, add or notify the one who blocked them,
 * and is in none of their lists and frames.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { call as boardCall } from '../support/board-people.ts';
import { eventually } from '../support/conditions.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { type Member, member, type Page } from '../support/koine-people.ts';
import * as messenger from '../support/messenger-people.ts';
import { connect, join } from '../support/people.ts';
import { form, call as socialCall } from '../support/social-people.ts';
import { openSocket, type TestSocket } from '../support/socket.ts';

const PEOPLE = 4;
const RUNS = 3;

type Someone = Member & { readonly number: number };
/** An act of one on another; `way` chooses the dialect. */
type Step = {
  readonly what: 'say' | 'block' | 'unblock' | 'reach';
  readonly one: number;
  readonly other: number;
  readonly way: number;
};

const STEP: fc.Arbitrary<Step> = fc
  .record({
    what: fc.oneof(
      { weight: 5, arbitrary: fc.constant('say' as const) },
      { weight: 2, arbitrary: fc.constant('block' as const) },
      { weight: 1, arbitrary: fc.constant('unblock' as const) },
      { weight: 4, arbitrary: fc.constant('reach' as const) },
    ),
    one: fc.nat(PEOPLE - 1),
    other: fc.nat(PEOPLE - 1),
    way: fc.nat(99),
  })
  .filter(({ one, other }) => one !== other);

/** One history: people with open sockets, and who has blocked whom. */
class History {
  readonly server: TestServer;
  readonly people: readonly Someone[];
  readonly sockets: ReadonlyMap<Someone, readonly TestSocket[]>;
  readonly lobby: string;
  readonly #blocks = new Set<string>();
  #texts = 0;

  constructor(server: TestServer, people: readonly Someone[], sockets: History['sockets'], lobby: string) {
    this.server = server;
    this.people = people;
    this.sockets = sockets;
    this.lobby = lobby;
  }

  hides(one: Someone, other: Someone): boolean {
    return this.#blocks.has(`${one.id} ${other.id}`);
  }

  /** A text that names its author. */
  text(by: Someone, more = ''): string {
    this.#texts += 1;
    return `by-${by.me.username}-${this.#texts} ${more}`;
  }

  async step({ what, one, other, way }: Step): Promise<void> {
    const [actor, target] = [this.people[one] as Someone, this.people[other] as Someone];
    if (what === 'say') return this.#say(actor, target, way);
    if (what === 'reach') return this.#reach(actor, target, way);
    const blocked = what === 'block';
    await actor.do(blocked ? 'PUT' : 'DELETE', `/blocks/${target.id}`);
    this.#blocks[blocked ? 'add' : 'delete'](`${actor.id} ${target.id}`);
    await this.#untilHeard(actor, target, !blocked);
  }

  /** Open sockets follow within a moment. */
  async #untilHeard(viewer: Someone, author: Someone, heard: boolean): Promise<void> {
    await eventually(`${viewer.me.username} to hear ${author.me.username}: ${heard}`, async () => {
      const text = this.text(author);
      await this.#inLobby(author, text);
      const sockets = this.sockets.get(viewer) ?? [];
      await Promise.all(sockets.map((socket) => socket.settled()));
      return sockets.every(({ frames }) => frames.some((frame) => frame.includes(text)) === heard);
    });
  }

  async #inLobby(actor: Someone, body: string): Promise<void> {
    await actor.do('POST', `/rooms/${this.lobby}/messages`, { body });
  }

  /** Writes somewhere, and no socket of somebody who has blocked the author is sent it. */
  async #say(actor: Someone, target: Someone, way: number): Promise<void> {
    const headers = { authorization: `Bearer ${actor.token}` };
    const text = this.text(actor, `@${target.me.username}`);
    const post = await this.#postOf(target);
    const ways: (() => Promise<unknown>)[] = [
      () => this.#inLobby(actor, text),
      () =>
        boardCall(this.server, 'POST', messenger.messagesOf({ name: 'lobby' }), {
          token: actor.token,
          body: { content: text },
        }),
      () => actor.do('POST', '/posts', { body: text }),
      () => socialCall(this.server, 'POST', '/posts/create', { headers, body: form(actor.id, text, []) }),
      () => actor.do('POST', `/posts/${post}/comments`, { body: text }),
      () => actor.do('PUT', `/posts/${post}/like`),
    ];
    await ways[way % ways.length]?.();
    for (const viewer of this.people) {
      if (!this.hides(viewer, actor)) continue;
      for (const socket of this.sockets.get(viewer) ?? []) {
        await socket.settled();
        assert.ok(!socket.frames.some((frame) => frame.includes(text)), `${viewer.me.username} was sent ${text}`);
      }
    }
  }

  async #postOf(someone: Someone): Promise<string> {
    const { items } = await someone.get<Page<{ id: string }>>(`/people/${someone.id}/posts`);
    return items[0]?.id ?? (await someone.do<{ id: string }>('POST', '/posts', { body: this.text(someone) })).id;
  }

  /** Tries to get at somebody: refused if one of the two has blocked the other. */
  async #reach(actor: Someone, target: Someone, way: number): Promise<void> {
    const isApart = this.hides(actor, target) || this.hides(target, actor);
    const headers = { authorization: `Bearer ${actor.token}` };
    const { token } = actor;
    const { username } = target.me;
    const ways: (() => Promise<{ status: number }>)[] = [
      () => actor.call('PUT', `/friends/${target.id}`),
      () => socialCall(this.server, 'POST', `/users/${actor.id}/friends/add/${target.id}`, { headers }),
      () => boardCall(this.server, 'POST', '/profiles/api/add-friend/', { token, body: { username } }),
      () => actor.call('POST', '/rooms', { body: { kind: 'group', members: [target.id] } }),
      () =>
        socialCall(this.server, 'POST', '/chats/create', { headers, body: { users: [target.id], title: 'a group' } }),
      () => this.#writeTo(actor, target),
    ];
    const index = way % ways.length;
    const { status } = await (ways[index] as (typeof ways)[number])();
    if (isApart) assert.ok(status >= 400, `${actor.me.username} reached ${username} by way ${index}: ${status}`);
    if (index < 3 && status < 400) await actor.call('DELETE', `/friends/${target.id}`);
  }

  /** To the direct room of the two, which may be there already. */
  async #writeTo(actor: Someone, target: Someone): Promise<{ status: number }> {
    const opened = await actor.call<{ id: string }>('POST', '/rooms', {
      body: { kind: 'direct', members: [target.id] },
    });
    const rooms = await this.server.sql<{ uid: string }[]>`
      select r.uid from direct_rooms d join rooms r on r.id = d.room_id
        join accounts a on a.id = d.low_id join accounts b on b.id = d.high_id
       where ${actor.id} in (a.uid, b.uid) and ${target.id} in (a.uid, b.uid)`;
    const [room] = rooms;
    if (room === undefined) return opened;
    const blockedBy = this.hides(target, actor);
    const sent = await actor.call('POST', `/rooms/${room.uid}/messages`, { body: { body: this.text(actor) } });
    // The blocking account may still write; the other one may not.
    return blockedBy ? sent : { status: this.hides(actor, target) ? 403 : sent.status };
  }

  /** The texts of the viewer's lists of all dialects, by name. */
  async lists(viewer: Someone): Promise<[name: string, text: string][]> {
    const token = viewer.token;
    const headers = { authorization: `Bearer ${token}` };
    const posts = await Promise.all(this.people.map((one) => this.#postOf(one)));
    const koine = [
      '/posts?from=all',
      '/posts?from=friends',
      '/bookmarks',
      '/people?query=',
      '/friends',
      '/notifications',
    ].concat(
      `/rooms/${this.lobby}/messages?limit=100`,
      posts.flatMap((post) => [`/posts/${post}/comments`, `/posts/${post}/likes`]),
    );
    const plain = [
      '/messages/?limit=100',
      '/users/?limit=100',
      '/accounts/api/users/',
      '/messenger/api/chatrooms/lobby/messages/',
    ];
    const social = ['/posts/all', '/users/friends/all', `/users/${viewer.id}/friends/all`];
    return Promise.all([
      ...koine.map(
        async (path): Promise<[string, string]> => [`koine ${path}`, JSON.stringify(await viewer.get(path))],
      ),
      ...plain.map(
        async (path): Promise<[string, string]> => [
          path,
          JSON.stringify((await boardCall(this.server, 'GET', path, { token })).json),
        ],
      ),
      ...social.map(
        async (path): Promise<[string, string]> => [
          `social ${path}`,
          JSON.stringify((await socialCall(this.server, 'GET', path, { headers })).json),
        ],
      ),
    ]);
  }

  /** A socket of each dialect that is opened now: its first frames show nobody who is blocked. */
  async greetings(t: TestContext, viewer: Someone): Promise<[name: string, text: string][]> {
    const lounge = await join(t, this.server, viewer.token);
    const relay = await connect(t, this.server, viewer.token);
    await relay.settled();
    const shown: [string, string][] = [
      ['the greeting of lounge', lounge.frames.join()],
      ['the backfill of relay', relay.frames.join()],
    ];
    await Promise.all([lounge.close(), relay.close()]);
    return shown;
  }
}

async function begin(t: TestContext, server: TestServer, run: number): Promise<History> {
  // No name may be a part of an id: none has hexadecimal digits alone.
  const names = ['ann', 'bob', 'cem', 'tom'].map((name) => `${name}${run}`);
  const members = await Promise.all(names.map((name) => member(server, name)));
  const people = members.map((one, number): Someone => Object.assign(one, { number }));
  const { items } = await (people[0] as Someone).get<Page<{ id: string; kind: string }>>('/rooms');
  const sockets = new Map<Someone, readonly TestSocket[]>();
  for (const one of people) {
    const headers = { authorization: `Bearer ${one.token}` };
    const chat = await openSocket(t, messenger.socketUrl(server, { name: 'lobby' }), { headers });
    sockets.set(one, [await join(t, server, one.token), await connect(t, server, one.token), chat]);
  }
  return new History(server, people, sockets, items.find(({ kind }) => kind === 'lobby')?.id as string);
}

async function assertHidden(t: TestContext, history: History): Promise<void> {
  for (const viewer of history.people) {
    const hidden = history.people.filter((other) => history.hides(viewer, other)).map(({ me }) => me.username);
    for (const [name, text] of [...(await history.lists(viewer)), ...(await history.greetings(t, viewer))])
      for (const username of hidden) {
        // A mention by somebody else names them too.
        const named = text.replaceAll(`@${username}`, '');
        assert.ok(
          !named.includes(username),
          `${name} shows ${viewer.me.username} the blocked ${username}: ${text.slice(0, 2_000)}`,
        );
      }
  }
}

test('whoever is blocked reaches nobody who blocked them, and is in none of their lists and frames', async (t) => {
  const server = await startTestServer(t, { SOCKET_RATE: '10000' });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { minLength: 25, maxLength: 40 }), async (steps) => {
      run += 1;
      const history = await begin(t, server, run);
      for (const step of steps) await history.step(step);
      await assertHidden(t, history);
      for (const sockets of history.sockets.values()) for (const socket of sockets) await socket.close();
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
