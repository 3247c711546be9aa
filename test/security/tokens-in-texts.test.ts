/** A token sent as a text by mistake is refused or discarded on every channel, and never shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member as boardMember, call } from '../support/board-people.ts';
import { atEnd } from '../support/conditions.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { startIssuer } from '../support/issuer.ts';
import { member as messengerMember } from '../support/messenger-people.ts';
import { connect, join, loungeAccount, loungeUser, relayToken, say } from '../support/people.ts';
import { member as socialMember } from '../support/social-people.ts';
import { openSocket } from '../support/socket.ts';

const WHY = 'must not contain a sign-in token';
/** In any dialect's words. */
const NAMED = /must not contain a sign-in token|не должн\S* содержать токен входа/;

/** All stored texts of people. */
async function stored({ sql }: TestServer): Promise<string> {
  const rows = await sql`
    select body from messages union all select concat(title, ' ', body) from posts union all select body from comments
     union all select concat(name, title, avatar) from rooms
     union all select concat(username, email, avatar_url, bio) from accounts`;
  return rows.map(({ body }) => String(body)).join('\n');
}

test('no dialect accepts a token as content on any channel, be it ended, expired, a refresh token or external', async (t) => {
  const issuer = await startIssuer({});
  atEnd(t, () => issuer.stop());
  const server = await startTestServer(t, { ...issuer.settings, TITLE_LENGTH: '1000', BIO_LENGTH: '1000' });
  const ann = await messengerMember(server, 'ann');
  const bob = await boardMember(server, 'bob');
  const cem = await socialMember(server, 'cem');
  const dan = await socialMember(server, 'dan');
  const ended = (await loungeAccount(server, 'Eve')).token;
  const relay = await connect(t, server, await relayToken(server, 'fay'));
  const lounge = await loungeUser(t, server, 'Gil');
  await server.sql`delete from sessions where account_id = (select id from accounts where username = 'Eve')`;
  const foreign = await issuer.sign({ sub: 'hal', exp: Math.floor(Date.now() / 1_000) - 3_600 }, { alg: 'EdDSA' });
  const thread = await bob.post('a thread');
  const room = await ann.chatWith('bob');
  const chat = await cem.chatWith(dan);
  const socialSocket = await cem.open(t, chat.id);
  const messengerSocket = await ann.enter(t, room);

  const texts = [ann.access, ann.refresh, cem.cookie, `Bearer ${bob.token}`, `see "${ended}".`, `token${foreign}`];
  for (const text of texts) {
    relay.send(`here: ${text}`);
    await relay.frameWith({ from: '', error: `text ${WHY}` });
    say(lounge, text);
    await lounge.frameWith({ type: 'error', msg: { error: `text ${WHY}` } });
    const refused = await Promise.all([
      bob.call('POST', `/messages/?owner_id=${bob.id}`, { text }),
      bob.call('PUT', `/messages/${thread.id}`, { text }),
      bob.call('POST', `/messages/${thread.id}/comments/?owner_id=${bob.id}`, { text }),
      call(server, 'POST', '/users/', {
        body: {
          username: 'hal',
          email: 'hal@example.org',
          password: 'correct horse',
          avatar_url: `https://x.test/?${text}`,
        },
      }),
      ann.call('POST', '/profiles/api/posts/', { title: text, content: 'fine' }),
      ann.call('POST', '/profiles/api/posts/', { title: 'fine', content: text }),
      ann.call('POST', `/messenger/api/chatrooms/${encodeURIComponent(room.name)}/messages/`, { content: text }),
      ann.call('PATCH', '/profiles/api/profile/', { bio: text }),
      cem.post(text),
      cem.call('POST', '/chats/create', { title: `a ${text}`.slice(0, 200), users: [dan.id] }),
    ]);
    // A title fits only a short token: a truncated one is none.
    for (const { status, json } of refused.slice(0, -1)) {
      assert.ok(status === 400 || status === 422, JSON.stringify(json));
      assert.match(JSON.stringify(json), NAMED);
    }
    socialSocket.send({ message: text });
    messengerSocket.send({ message: text });
    await Promise.all(
      [socialSocket, messengerSocket].map((socket) =>
        socket.until('the refusal', ({ frames }) => frames.splice(0).some((frame) => NAMED.test(frame))),
      ),
    );
    relay.frames.length = 0;
  }
  const written = await stored(server);
  for (const token of [ann.access, ann.refresh, cem.cookie.slice('token='.length), bob.token, ended, foreign])
    assert.ok(!written.includes(token));
  await bob.post(
    'fine: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSBlbHNlIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  );
});

test('on /connect a repeated token is discarded: after the upgrade, twice, later, with a line end', async (t) => {
  const server = await startTestServer(t);
  const [ann, bob] = [await relayToken(server, 'ann'), await relayToken(server, 'bob')];
  const upgraded = await openSocket(t, `${server.wsUrl}/connect`, { headers: { authorization: `Bearer ${ann}` } });
  const twice = await openSocket(t, `${server.wsUrl}/connect`);
  const watcher = await join(t, server, (await loungeAccount(server, 'Watcher')).token);
  upgraded.send(ann);
  for (const frame of [`${bob}\r\n`, bob]) twice.send(frame);
  for (const frame of [bob, `${ann}\n`, `  ${bob} `]) for (const socket of [upgraded, twice]) socket.send(frame);
  upgraded.send('from ann');
  twice.send('from bob');
  for (const socket of [upgraded, twice]) {
    await Promise.all([socket.frameWith({ body: 'from ann' }), socket.frameWith({ body: 'from bob' })]);
    assert.equal(socket.frames.length, 2);
  }
  await watcher.frameWith({ type: 'chat_message' });
  assert.ok(!watcher.frames.some((frame) => frame.includes('eyJ')));
  assert.equal((await server.sql`select 1 from messages`).length, 2);
});

test("relay's first frame may have white space or a line end around the token", async (t) => {
  const server = await startTestServer(t);
  const token = await relayToken(server, 'ann');
  for (const frame of [`${token}\n`, `${token}\r\n`, `\t${token} \n\n`]) {
    const socket = await connect(t, server, frame);
    socket.send(`after ${JSON.stringify(frame.replace(token, ''))}`);
    await socket.until('its own message', ({ json }) => json.some(({ body }) => String(body).startsWith('after')));
    await socket.close();
  }
});
