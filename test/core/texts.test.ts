/** Allowed characters of texts and names, alike in every dialect. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as board from '../support/board-people.ts';
import { postJson, startTestServer, type TestServer } from '../support/harness.ts';
import * as messenger from '../support/messenger-people.ts';
import { connect, join, loungeAccount, PASSWORD, relayToken, say } from '../support/people.ts';
import * as social from '../support/social-people.ts';
import type { Frame, TestSocket } from '../support/socket.ts';

const BLANKS = ['\u200b', '\u202e\u2066', '\u3164', '\uffa0 \u115f\u1160', '\u2800', ' \u00ad\ufeff\t', '\u{e0020}'];
const CONTROLS = ['a\u0001b', 'a\u001b[2J', 'a\rb', 'a\u007f', 'a\u0085b', 'a\u009b31m', 'a\ud800b'];
/** A family is joined by U+200D, and Persian is written with U+200C. */
const VISIBLE = ['👨‍👩‍👧', 'می‌خواهم', 'one\ttwo\nthree\r\nfour', '\u0301 alone', 'ㅤx'];

type PresenceEntry = {
  readonly name: string;
  /** Resolves to the text as shown, or to null if refused. */
  readonly write: (text: string) => Promise<string | null>;
};

async function boardPlaces(server: TestServer): Promise<PresenceEntry[]> {
  const ann = await board.member(server, 'Ann');
  const first = await ann.post('first');
  const owner = `owner_id=${ann.id}`;
  const textOf = ({ status, json }: board.Reply<board.Comment>) => (status < 300 ? json.text : refused(status, 422));
  return [
    {
      name: 'board: a message',
      write: async (text) => textOf(await ann.call('POST', `/messages/?${owner}`, { text })),
    },
    {
      name: 'board: an edited message',
      write: async (text) => textOf(await ann.call('PUT', `/messages/${first.id}?${owner}`, { text })),
    },
    {
      name: 'board: a comment',
      write: async (text) => textOf(await ann.call('POST', `/messages/${first.id}/comments/?${owner}`, { text })),
    },
  ];
}

async function socialPlaces(t: TestContext, server: TestServer): Promise<PresenceEntry[]> {
  const bob = await social.member(server, 'Bob');
  const eve = await social.member(server, 'Eve');
  const socket = await bob.open(t, (await bob.chatWith(eve)).id);
  return [
    {
      name: 'social: the title of a chat',
      write: async (title) => {
        const { status, json } = await bob.call<social.Chat>('POST', '/chats/create', { title, users: [eve.id] });
        return status < 300 ? json.title : refused(status, 400);
      },
    },
    {
      name: 'social: a message of a chat',
      write: (text) => overSocket(socket, text, 'message'),
    },
  ];
}

async function messengerPlaces(t: TestContext, server: TestServer): Promise<PresenceEntry[]> {
  const [carla, dan] = [await messenger.member(server, 'carla'), await messenger.member(server, 'dan')];
  const room = await carla.chatWith(dan.username);
  // Texts written over HTTP arrive on the room's sockets.
  await messenger.member(server, 'hanna');
  const socket = await carla.enter(t, await carla.chatWith('hanna'));
  const post = (title: string, content: string) =>
    carla.call<messenger.Post>('POST', '/profiles/api/posts/', { title, content });
  return [
    {
      name: 'messenger: a title',
      write: async (text) => {
        const { status, json } = await post(text, 'content');
        return status < 300 ? json.title : refused(status, 400);
      },
    },
    {
      name: 'messenger: a post',
      write: async (text) => {
        const { status, json } = await post('title', text);
        return status < 300 ? json.content : refused(status, 400);
      },
    },
    {
      name: 'messenger: a message',
      write: async (content) => {
        const { status, json } = await carla.call<messenger.Message>('POST', messenger.messagesOf(room), { content });
        return status < 300 ? json.content : refused(status, 400);
      },
    },
    {
      name: 'messenger: a message over its socket',
      write: (text) => overSocket(socket, { message: text }, 'content'),
    },
  ];
}

async function lobbyPlace(t: TestContext, server: TestServer): Promise<PresenceEntry> {
  const socket = await connect(t, server, await relayToken(server, 'frida'));
  return { name: 'relay: a message', write: (text) => overSocket(socket, text, 'body') };
}

async function loungePlace(t: TestContext, server: TestServer): Promise<PresenceEntry> {
  const socket = await join(t, server, (await loungeAccount(server, 'Gina')).token);
  await socket.frameWith({ type: 'user_joined' });
  return {
    name: 'lounge: a message',
    write: async (text) => {
      const isAnswer = ({ type, msg }: Frame) =>
        type === 'error' || (type === 'chat_message' && (msg as { from_user: string }).from_user === 'Gina');
      const frame = await nextFrame(socket, () => say(socket, text), isAnswer);
      return frame.type === 'error' ? null : (frame.msg as { text: string }).text;
    },
  };
}

async function overSocket(socket: TestSocket, message: string | object, field: string): Promise<string | null> {
  // A text frame is UTF-8, which cannot encode a lone surrogate.
  if (typeof message === 'string' && !message.isWellFormed()) return null;
  const frame = await nextFrame(socket, () => socket.send(message));
  return 'error' in frame || 'detail' in frame ? null : (frame[field] as string);
}

/** The frame that `send` causes. */
async function nextFrame(
  socket: TestSocket,
  send: () => void,
  isAnswer: (frame: Frame) => boolean = () => true,
): Promise<Frame> {
  const count = socket.json.filter(isAnswer).length;
  send();
  await socket.until('an answer', ({ json }) => json.filter(isAnswer).length > count);
  return socket.json.filter(isAnswer)[count] as Frame;
}

function refused(status: number, expected: number): null {
  assert.equal(status, expected);
  return null;
}

async function countAccounts({ sql }: TestServer): Promise<number> {
  return (await sql<[{ count: number }]>`select count(*)::int as count from accounts`)[0].count;
}

/** The dialects' sign-ups, with the answer to an invalid name. */
const SIGN_UPS = [
  { path: '/users/', status: 422 },
  { path: '/accounts/api/users/', status: 400 },
  { path: '/createUser', status: 400 },
  { path: '/api/auth/register', status: [400, 422] },
] as const;

test('texts', async (t) => {
  const server = await startTestServer(t);

  await t.test(
    'invisible texts and control characters are refused everywhere, and visible characters are kept',
    async (t) => {
      const places = [
        ...(await boardPlaces(server)),
        ...(await socialPlaces(t, server)),
        ...(await messengerPlaces(t, server)),
        await lobbyPlace(t, server),
        await loungePlace(t, server),
      ];
      for (const { name, write } of places) {
        for (const text of [...BLANKS, ...CONTROLS])
          assert.equal(await write(text), null, `${name} took ${JSON.stringify(text)}`);
        for (const text of VISIBLE) assert.equal(await write(text), text, `${name}, ${JSON.stringify(text)}`);
      }
    },
  );

  await t.test(
    'every dialect requires usernames to be visible, of one writing direction and usable in a URL',
    async () => {
      const before = await countAccounts(server);
      const unfit = [
        ...BLANKS,
        'ro\u200bb',
        'ro\u202eb',
        'r\u2066ob',
        'rob\ufe0f',
        '.',
        '..',
        ' . ',
        'a/b',
        'a\u0007',
        'a\nb',
      ];
      for (const { path, status } of SIGN_UPS)
        for (const [index, username] of unfit.entries()) {
          const body = { username, email: `someone${index}@example.org`, password: PASSWORD };
          const answer = await postJson(server.url + path, body);
          assert.ok(
            [status].flat().includes(answer.status as never),
            `${path} ${JSON.stringify(username)}: ${answer.status}`,
          );
        }
      assert.equal(await countAccounts(server), before);
      for (const [index, username] of ['👨‍👩‍👧 family', 'می‌خواهم', '...', 'क्‍ष', 'Ida ❤️'].entries()) {
        const body = { username, email: `visible${index}@example.org`, password: PASSWORD };
        const made = await board.call<board.User>(server, 'POST', '/users/', { body });
        assert.equal(made.json.username, username);
      }
    },
  );

  await t.test('an overlong name or password is refused before it is processed', async () => {
    await board.member(server, 'una');
    const long = '\u0301\u0323'.repeat(80_000);
    const byName = ['/signup', '/signin', '/token', '/accounts/api/token/'];
    const byEmail = ['/login', '/api/auth/login'];
    const fieldsOf = (path: string) => [
      ...(byEmail.includes(path) ? [] : ['username']),
      ...(byName.includes(path) ? [] : ['email']),
      'password',
    ];
    for (const path of [...SIGN_UPS.map((one) => one.path), ...byName, ...byEmail])
      for (const field of fieldsOf(path)) {
        const body = { username: 'rob', email: 'una@example.org', password: PASSWORD, [field]: `a@${long}` };
        const answer = await (path === '/token'
          ? fetch(server.url + path, { method: 'POST', body: new URLSearchParams(body) })
          : postJson(server.url + path, body));
        assert.ok(answer.status >= 400 && answer.status < 500, `${path}, ${field}: ${answer.status}`);
      }
  });
});
