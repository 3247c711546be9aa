/** Incoming hooks, as the programs of Slack's and Discord's users send to them, and bots. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { IncomingWebhook } from '@slack/webhook';
import { WebhookClient } from 'discord.js';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { call, isProblem, type Member, member, type Person } from '../support/koine-people.ts';
import { findProgram } from '../support/programs.ts';
import { standIn } from '../support/stand-in.ts';

type Hook = { id: string; roomId: string; author: Person & { bot?: boolean }; usedAt?: string };
type NewHook = Hook & { slackPath: string; discordPath: string };
type Message = { seq: number; body: string; author: Person & { bot?: boolean }; files: unknown[]; editedAt?: string };
type Room = { id: string; kind: string };

async function group(owner: Member, ...others: Member[]): Promise<string> {
  const body = { kind: 'group', title: 'builds', members: others.map(({ id }) => id) };
  return (await owner.do<Room>('POST', '/rooms', body)).id;
}

async function newest(of: Member, room: string): Promise<Message> {
  const { items } = await of.get<{ items: Message[] }>(`/rooms/${room}/messages?limit=1`);
  return items[0] as Message;
}

const post = (server: TestServer, path: string, body: string | object, type = 'application/json') =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** A client of Discord's API that reaches the server. */
function discordClient(server: TestServer, { discordPath }: NewHook): WebhookClient {
  const [id = '', token = ''] = discordPath.split('/').slice(-2);
  return new WebhookClient({ id, token }, { rest: { api: `${server.url}/api` } });
}

test('incoming hooks', async (t) => {
  const server = await startTestServer(t);
  const ann = await member(server, 'ann');
  const bob = await member(server, 'bob');
  const eve = await member(server, 'eve');
  const room = await group(ann, bob);
  const make = (name: string) => ann.do<NewHook>('POST', `/rooms/${room}/hooks`, { name });

  await t.test('its keepers make one, whose secret is shown once; others do not see it', async () => {
    const { slackPath, discordPath, ...hook } = await make('Builds');
    assert.deepEqual([hook.author.name, hook.author.bot, hook.roomId], ['Builds', true, room]);
    assert.match(discordPath, /^\/api\/webhooks\/\d{18}\/[A-Za-z0-9]{68}$/);
    assert.deepEqual(await ann.all<Hook>(`/rooms/${room}/hooks`), [hook]);
    const secret = slackPath.split('/').at(-1) as string;
    assert.equal((await server.sql`select from incoming_hooks h where h::text like ${`%${secret}%`}`).length, 0);
    assert.ok(isProblem(await bob.call('GET', `/rooms/${room}/hooks`), 403, 'forbidden'));
    assert.ok(isProblem(await eve.call('GET', `/rooms/${room}/hooks`), 404, 'not_found'));
    assert.ok(isProblem(await bob.call('POST', `/rooms/${room}/hooks`, { body: { name: 'x' } }), 403, 'forbidden'));
    const found = await eve.all<Person>(`/people?query=${encodeURIComponent('Builds')}`);
    assert.deepEqual(found, [], 'it is in no directory');
  });

  await t.test('Slack: its client posts text, and is answered in its words', async () => {
    const { slackPath, id } = await make('Slack');
    const client = new IncomingWebhook(server.url + slackPath, { username: 'deploy' });
    assert.deepEqual(await client.send('*done*: <https://ci.example/1|build 1> &amp; `*raw*` <!here>'), { text: 'ok' });
    const said = await newest(bob, room);
    assert.equal(said.body, '**deploy**\n**done**: [build 1](https://ci.example/1) & `*raw*` here');
    assert.deepEqual([said.author.name, said.author.bot], ['Slack', true]);
    assert.ok((await ann.all<Hook>(`/rooms/${room}/hooks`)).find((one) => one.id === id)?.usedAt !== undefined);

    await client.send({
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Release' } },
        { type: 'section', text: { type: 'mrkdwn', text: 'by _ann_' }, fields: [{ type: 'mrkdwn', text: '*1.2*' }] },
        { type: 'divider' },
      ],
      attachments: [
        { fallback: 'no', title: 'Log', title_link: 'https://ci.example/log', fields: [{ title: 'ok', value: '7' }] },
      ],
    });
    const blocks = '**Release**\nby _ann_\n**1.2**\n———\n\n**[Log](https://ci.example/log)**\n**ok**: 7';
    assert.equal((await newest(bob, room)).body, `**deploy**\n${blocks}`);

    const form = `payload=${encodeURIComponent('{"text":"by a form\\u0007"}')}`;
    const answer = await post(server, slackPath, form, 'application/x-www-form-urlencoded');
    assert.deepEqual(
      [answer.status, answer.headers.get('content-type'), await answer.text()],
      [...[200, 'text/plain; charset=utf-8', 'ok']],
    );
    assert.equal((await newest(bob, room)).body, 'by a form');
    await client.send('<https://wiki.example/A_(b)|see> <https://wiki.example/(c)>');
    const encoded = '[see](https://wiki.example/A_%28b%29) https://wiki.example/%28c%29';
    assert.equal((await newest(bob, room)).body, `**deploy**\n${encoded}`);

    const words = async (path: string, body: string | object) => {
      const refused = await post(server, path, body);
      return `${refused.status} ${await refused.text()}`;
    };
    assert.equal(await words(slackPath, {}), '400 no_text');
    assert.equal(await words(slackPath, { text: '\u200B' }), '400 no_text');
    assert.equal(await words(slackPath, '{"text":'), '400 invalid_payload');
    assert.equal(await words(slackPath, '['.repeat(100)), '400 invalid_payload');
    assert.equal(await words(slackPath, { text: 'x'.repeat(300_000) }), '413 invalid_payload');
    assert.equal(await words(slackPath.replace(/.$/, '!'), { text: 'x' }), '404 no_service');
    assert.equal(await words('/services/T/B/C', { text: 'x' }), '404 no_service');
    await client.send('x'.repeat(9_000));
    assert.equal((await newest(bob, room)).body.length, 4_000);
  });

  await t.test('Discord: its client posts, reads, edits and deletes', async () => {
    const hook = await make('Discord');
    const client = discordClient(server, hook);
    const sent = await client.send({
      content: 'see <https://ci.example> <t:0:R>',
      username: 'Discord',
      embeds: [
        { title: 'Build', url: 'https://ci.example/2', description: 'green', fields: [{ name: 'a', value: 'b' }] },
      ],
    });
    const text = 'see https://ci.example 1970-01-01 00:00 UTC\n\n**[Build](https://ci.example/2)**\ngreen\n**a**: b';
    const said = await newest(bob, room);
    assert.deepEqual([sent.content, said.body, sent.id], [text, text, String(said.seq)]);
    assert.equal((await client.fetchMessage(sent.id)).content, text);
    const edited = await client.editMessage(sent.id, { content: 'shorter' });
    assert.deepEqual([edited.content, (await newest(bob, room)).body], ['shorter', 'shorter']);
    const picture = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const pictured = await client.send({ content: 'a picture', files: [{ attachment: picture, name: 'dot.png' }] });
    assert.equal(pictured.attachments.length, 1);
    assert.equal((await newest(bob, room)).files.length, 1);
    const objects = async () => (await server.sql`select from objects`).length;
    const before = await objects();
    const replaced = { content: 'shortest', files: [{ attachment: Buffer.from('x'), name: 'x.txt' }] };
    assert.deepEqual((await client.editMessage(sent.id, replaced)).attachments, []);
    await assert.rejects(client.editMessage('7777', replaced), { code: 10_008 });
    assert.equal(await objects(), before, 'what nothing shows is not stored');
    await client.deleteMessage(sent.id);
    await assert.rejects(client.fetchMessage(sent.id), { code: 10_008 });
    await assert.rejects(client.send({ content: ' ' }), { code: 50_006 });
    await assert.rejects(client.send({ content: '\u200B' }), { code: 50_006 });
    const emptyFile = { attachment: Buffer.alloc(0), name: 'empty.txt' };
    await assert.rejects(client.send({ content: 'nothing in it', files: [emptyFile] }), { code: 50_006 });
    await client.send({ embeds: [{ title: 'a bell', url: 'https://ci.example/\u0007' }] });
    assert.equal((await newest(bob, room)).body, '**a bell**');
    const many = await post(server, hook.discordPath, { embeds: Array(10_000).fill({}) });
    assert.match(await many.text(), /Invalid Form Body.*too many values/);
    const shown = (await (await fetch(server.url + hook.discordPath)).json()) as Record<string, unknown>;
    assert.deepEqual([shown.id, shown.name, shown.type], [hook.id, 'Discord', 1]);
    const silent = await post(server, hook.discordPath, { content: 'no answer' });
    assert.deepEqual([silent.status, await silent.text()], [204, '']);
    const unread = await post(server, hook.discordPath, '{');
    assert.deepEqual(await unread.json(), { message: 'The request body contains invalid JSON.', code: 50_109 });

    await ann.do('DELETE', `/rooms/${room}/hooks/${hook.id}`);
    await assert.rejects(client.send('gone'), { code: 10_015 });
    assert.equal((await newest(bob, room)).body, 'no answer');
    const members = await bob.all<{ person: Person }>(`/rooms/${room}/members`);
    assert.ok(!members.some(({ person }) => person.name === 'Discord'));
  });

  await t.test("Debian's apprise, unchanged, in both forms", async (t) => {
    const missing = ['apprise', 'openssl'].filter((name) => findProgram(name) === null);
    if (missing.length > 0) return t.skip(`${missing.join(' and ')} is not installed`);
    const { slackPath, discordPath } = await make('Apprise');
    const env = await standIn(t, server.url, ['hooks.slack.com', 'discord.com']);
    const apprise = (to: string) =>
      promisify(execFile)('apprise', ['-t', 'Disk', '-b', 'is full', to], { env: { ...process.env, ...env } });
    // Version 1.2 compares the bytes of `ok` with a text, and says that it failed.
    await apprise(`slack://${slackPath.replace('/services/', '')}`).catch(() => {});
    const bySlack = await newest(bob, room);
    await apprise(`discord://${discordPath.replace('/api/webhooks/', '')}`);
    for (const { body } of [bySlack, await newest(bob, room)]) assert.match(body, /Disk[\s\S]*is full/);
  });

  await t.test('a group of which only hooks are left is gone, and so are they', async () => {
    const others = [await group(ann, bob), await group(bob)] as const;
    const paths = await Promise.all(
      [ann, bob].map((one, n) => one.do<NewHook>('POST', `/rooms/${others[n]}/hooks`, { name: 'Left' })),
    );
    const said = async () =>
      Promise.all(paths.map(async ({ slackPath }) => (await post(server, slackPath, { text: 'x' })).status));
    assert.deepEqual(await said(), [200, 200]);
    await ann.do('DELETE', `/rooms/${others[0]}/members/${ann.id}`);
    await bob.do('DELETE', `/rooms/${others[1]}/members/${bob.id}`);
    assert.deepEqual(await said(), [200, 404]);
  });

  await t.test('a new address takes the place of the former one', async () => {
    const { id, slackPath, discordPath } = await make('leaked');
    const path = `/rooms/${room}/hooks/${id}/secret`;
    assert.ok(isProblem(await bob.call('POST', path), 403, 'forbidden'));
    assert.equal((await post(server, slackPath, { text: 'x' })).status, 200);
    const renewed = await ann.do<NewHook>('POST', path);
    assert.equal(renewed.id, id);
    assert.equal((await post(server, slackPath, { text: 'x' })).status, 404);
    assert.equal((await post(server, discordPath, { content: 'x' })).status, 404);
    assert.equal((await post(server, renewed.slackPath, { text: 'by the new one' })).status, 200);
    assert.deepEqual(
      [(await newest(bob, room)).body, (await newest(bob, room)).author.name],
      ['by the new one', 'leaked'],
    );
    assert.equal((await post(server, renewed.discordPath, { content: 'x' })).status, 204);
  });

  await t.test('a new name is shown from then on; the lobby’s are of admins', async () => {
    const { id, slackPath } = await make('before');
    const renamed = await ann.do<Hook>('PATCH', `/rooms/${room}/hooks/${id}`, { name: 'after' });
    assert.equal(renamed.author.name, 'after');
    await post(server, slackPath, { text: 'x' });
    assert.equal((await newest(bob, room)).author.name, 'after');
    const lobby = (await bob.all<Room>('/rooms')).find(({ kind }) => kind === 'lobby') as Room;
    const wish = { body: { name: 'News' } };
    assert.ok(isProblem(await bob.call('POST', `/rooms/${lobby.id}/hooks`, wish), 403, 'forbidden'));
    await server.sql`update accounts set role = 'admin' where username = 'bob'`;
    const made = (await bob.call<NewHook>('POST', `/rooms/${lobby.id}/hooks`, wish)).json;
    assert.equal((await post(server, made.slackPath, { text: 'to all' })).status, 200);
    const [first] = (await (await fetch(`${server.url}/messages/?limit=1`)).json()) as unknown[];
    assert.equal(first, undefined, 'it is no post');
    assert.equal((await newest(eve, lobby.id)).body, 'to all');
  });
});

test('an account has at most 20 bots, however fast it makes them', async (t) => {
  const server = await startTestServer(t);
  const ann = await member(server, 'ann');
  const made = await Promise.all(
    Array.from({ length: 30 }, (_, n) => ann.call('POST', '/bots', { body: { username: `bot-${n}` } })),
  );
  assert.equal(made.filter(({ status }) => status === 201).length, 20);
  assert.ok(made.every((reply) => reply.status === 201 || isProblem(reply, 400, 'invalid')));
});

test('bots', async (t) => {
  const server = await startTestServer(t, { RATE_LIMITS: 'on', MESSAGES_PER_ACCOUNT: '2' });
  const ann = await member(server, 'ann');
  const eve = await member(server, 'eve');
  const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const room = await group(ann);

  await t.test('act by their tokens alone, and end with their owner', async () => {
    const bot = await ann.do<Person & { bot: boolean }>('POST', '/bots', { username: 'helper', name: 'Helper' });
    assert.deepEqual([bot.username, bot.name, bot.bot], ['helper', 'Helper', true]);
    assert.ok(isProblem(await ann.call('POST', '/bots', { body: { username: 'Helper' } }), 409, 'username_taken'));
    const wish = { name: 'robot', scopes: ['read', 'write'] };
    const { token, id } = await ann.do<{ token: string; id: string }>('POST', `/bots/${bot.id}/tokens`, wish);
    assert.equal((await ann.all<object>(`/bots/${bot.id}/tokens`)).length, 1);
    const me = await call<Person>(server, 'GET', '/me', as(token));
    assert.deepEqual([me.status, me.json.id], [200, bot.id]);
    assert.ok(
      isProblem(
        await call(server, 'POST', '/bots', { ...as(token), body: { username: 'x' } }),
        403,
        'insufficient_scope',
      ),
    );
    await ann.do('PUT', `/rooms/${room}/members/${bot.id}`, {});
    const said = await call<Message>(server, 'POST', `/rooms/${room}/messages`, {
      ...as(token),
      body: { body: 'hello' },
    });
    assert.deepEqual([said.status, said.json.author.bot], [201, true]);
    const body = { login: 'helper', password: '' };
    assert.notEqual((await call(server, 'POST', '/session', { body })).status, 200);

    assert.ok(isProblem(await eve.call('DELETE', `/bots/${bot.id}`), 404, 'not_found'));
    assert.ok(isProblem(await eve.call('GET', `/bots/${bot.id}/tokens`), 404, 'not_found'));
    await server.sql`update accounts set disabled_at = now() where username = 'ann'`;
    assert.equal((await call(server, 'GET', '/me', as(token))).status, 401, 'its owner is shut out');
    await server.sql`update accounts set disabled_at = null where username = 'ann'`;
    await ann.do('DELETE', `/bots/${bot.id}/tokens/${id}`);
    assert.equal((await call(server, 'GET', '/me', as(token))).status, 401);
    await ann.do('DELETE', `/bots/${bot.id}`);
    assert.deepEqual(await ann.all('/bots'), []);
  });

  await t.test('each hook has a rate of its own, in the words of its form', async () => {
    const hooks = await Promise.all(
      ['a', 'b'].map((name) => ann.do<NewHook>('POST', `/rooms/${room}/hooks`, { name })),
    );
    const [one, other] = hooks as [NewHook, NewHook];
    const send = () => post(server, one.slackPath, { text: 'x' });
    assert.deepEqual([(await send()).status, (await send()).status], [200, 200]);
    const slow = await send();
    assert.deepEqual([slow.status, await slow.text()], [429, 'rate_limited']);
    assert.ok(Number(slow.headers.get('retry-after')) > 0);
    const discord = await post(server, one.discordPath, { content: 'x' });
    const { message, retry_after } = (await discord.json()) as { message: string; retry_after: number };
    assert.deepEqual([discord.status, message, retry_after > 0], [429, 'You are being rate limited.', true]);
    assert.equal(discord.headers.get('x-ratelimit-remaining'), '0');
    assert.equal((await post(server, other.slackPath, { text: 'x' })).status, 200);
  });
});
