/** Clients of social and messenger, built like published ones, through heartbeats, refusals and restarts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessengerClient } from '../clients/messenger-client.ts';
import { FRONT_END, SocialClient } from '../clients/social-client.ts';
import { startServerWith, startTestServer, type TestServer, withQuickHeartbeat } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';
import type { Chat, Post } from '../support/social-people.ts';

/** The heartbeats of ten minutes at the default of 30 s. */
const BEATS = 20;

test("clients of social and messenger survive ten minutes' worth of heartbeats, refusals and a restart", async (t) => {
  const server = await startTestServer(t, { MESSAGE_LENGTH: '20', CORS_ORIGINS: FRONT_END }, withQuickHeartbeat);
  const [ann, bob] = [new SocialClient(t, server), new SocialClient(t, server)];
  const [cat, dan] = [new MessengerClient(t, server, 'cat'), new MessengerClient(t, server, 'dan')];
  await refuseForms(ann, cat);
  for (const [client, name] of [
    [ann, 'ann'],
    [bob, 'bob'],
  ] as const)
    assert.ok(await client.register(name, PASSWORD));
  for (const client of [cat, dan]) assert.ok(await client.start(PASSWORD));
  assert.deepEqual(await cat.friends(), []);
  await cat.call('POST', '/profiles/api/add-friend/', { username: 'dan' });
  assert.deepEqual([await cat.friends(), await dan.friends()], [['dan'], ['cat']]);
  await post(ann, 'Первый');
  const chat = (await ann.call<Chat>('POST', '/chats/create', { users: [bob.me?.id] })) as Chat;
  assert.deepEqual(
    (await bob.chats()).map(({ title }) => title),
    ['ann'],
  );
  await Promise.all([ann.openChat(chat.id), bob.openChat(chat.id), cat.openRoom('dan'), dan.openRoom('cat')]);

  const clients = [ann, bob, cat, dan];
  for (const beat of [1, BEATS / 2, BEATS]) {
    await Promise.all(clients.map((client) => client.until(`${beat} beats`, ({ beats }) => beats >= beat)));
    await talk(`beat ${beat}`, { ann, bob, cat, dan });
  }
  assert.deepEqual(
    clients.map(({ opened }) => opened),
    [1, 1, 1, 1],
  );

  await restart(t, server);
  await Promise.all(clients.map((client) => client.until('the second socket', ({ opened }) => opened === 2)));
  await talk('after', { ann, bob, cat, dan });
  const said = [1, BEATS / 2, BEATS].map((beat) => `beat ${beat}`);
  assert.deepEqual(
    ann.texts.filter((text) => !text.startsWith('Сообщение')),
    [...said, 'after'],
  );
  assert.deepEqual(
    dan.lines.filter((line) => line.startsWith('cat')),
    [...said, 'after'].map((text) => `cat: ${text}`),
  );
  assert.deepEqual([await bob.feed(), await dan.friends()], [['Первый'], ['cat']]);
  for (const client of clients) client.leave();
});

test('with OPEN_DIALECTS, a front end that sends no cookie still has its chats after a reload', async (t) => {
  const server = await startTestServer(t, { OPEN_DIALECTS: 'social', CORS_ORIGINS: FRONT_END });
  const [ann, bob] = [new SocialClient(t, server, 'omit'), new SocialClient(t, server, 'omit')];
  for (const [client, name] of [
    [ann, 'ann'],
    [bob, 'bob'],
  ] as const)
    assert.ok(await client.register(name, PASSWORD));
  await post(bob, 'Без токена');
  // The document's operation for creating chats names no actor, so it needs a token.
  assert.equal(await ann.call('POST', '/chats/create', { users: [bob.me?.id] }), null);
  assert.equal(ann.toasts.at(-1), 'Не удалось подтвердить учетные данные');
  const eve = new SocialClient(t, server);
  assert.ok(await eve.register('eve', PASSWORD));
  const users = [ann.me?.id, bob.me?.id];
  const chat = (await eve.call<Chat>('POST', '/chats/create', { title: 'Трое', users })) as Chat;
  await ann.openChat(chat.id);
  ann.say('Привет!');
  await ann.until('the own message', ({ texts }) => texts.includes('Привет!'));
  await bob.openChat(chat.id);
  assert.deepEqual(bob.texts, ['Привет!']);
  bob.say(' ');
  await bob.until('the refusal', ({ texts }) => texts.length === 2);
  await bob.openChat(chat.id);
  assert.deepEqual([bob.texts, await bob.feed()], [['Привет!'], ['Без токена']]);
  for (const client of [ann, bob]) client.leave();
});

/** Invalid user input, which must cause a line of text and nothing else. */
async function refuseForms(social: SocialClient, messenger: MessengerClient): Promise<void> {
  for (const [username, password] of [
    ['ann', 'short'],
    ['', PASSWORD],
    ['a/b', PASSWORD],
    ['x'.repeat(65), 'x'.repeat(257)],
  ] as const)
    assert.equal(await social.register(username, password), false);
  assert.equal(social.toasts.length, 4);
  await assert.rejects(social.call('POST', '/auth/register', { username: 7 }), /not valid as a React child/);
  assert.equal(await messenger.start('short'), false);
  assert.deepEqual(messenger.errors, ['Ensure this field has at least 8 characters.']);
}

async function post(client: SocialClient, description: string): Promise<void> {
  const form = new FormData();
  form.set('author', client.me?.id ?? '');
  form.set('description', ' ');
  assert.equal(await client.call('POST', '/posts/create', form), null);
  form.set('description', description);
  assert.ok(await client.call<Post>('POST', '/posts/create', form));
}

/** A message that everybody sees in each direction, and refusals that only the sender sees. */
async function talk(
  text: string,
  { ann, bob, cat, dan }: { ann: SocialClient; bob: SocialClient; cat: MessengerClient; dan: MessengerClient },
): Promise<void> {
  for (const wrong of ['', 'x'.repeat(21), 'nul \0']) ann.say(wrong);
  for (const wrong of ['', 'x'.repeat(21), 'nul \0']) cat.say(wrong);
  const isRefusal = ({ id }: { id: number }) => id === 0;
  const [refusals, errors] = [ann.bubbles.filter(isRefusal).length + 3, cat.errors.length + 3];
  ann.say(text);
  cat.say(text);
  await Promise.all([
    ...[ann, bob].map((client) => client.until(`"${text}"`, ({ texts }) => texts.includes(text))),
    ...[cat, dan].map((client) => client.until(`"${text}"`, ({ lines }) => lines.includes(`cat: ${text}`))),
    ann.until('three refusals', ({ bubbles }) => bubbles.filter(isRefusal).length === refusals),
    cat.until('three refusals', (client) => client.errors.length === errors),
  ]);
  assert.ok(!bob.bubbles.some(isRefusal));
}

/** Restarts the same installation. */
async function restart(t: Parameters<typeof startServerWith>[0], server: TestServer): Promise<TestServer> {
  await server.close();
  return startServerWith(t, { ...server.settings, PORT: new URL(server.url).port });
}
