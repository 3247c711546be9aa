/** After `koine user delete`, all tables, columns and files are searched for data of the account. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Sql } from '../../src/store/database.ts';
import { boardToken, call, messages } from '../support/board-people.ts';
import { eventually, folder } from '../support/conditions.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { koine } from '../support/koine.ts';
import * as messenger from '../support/messenger-people.ts';
import { join as joinLounge, PASSWORD } from '../support/people.ts';
import { halves } from '../support/pictures.ts';
import { type Chat, type Member, member, members } from '../support/social-people.ts';

/** Part of the name, the e-mail and every text of the deleted account, and of nothing else. */
const MARKER = 'zoemarker';

type Column = { table: string; column: string; type: string };

/** Every column of every table in every schema. */
async function columnsOf(sql: Sql): Promise<Column[]> {
  return sql<Column[]>`
    select format('%I.%I', c.table_schema, c.table_name) as table, c.column_name as column, c.data_type as type
      from information_schema.columns c
      join information_schema.tables t using (table_schema, table_name)
     where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
     order by 1, 2`;
}

/** The place in the export of each column that refers to accounts: a list of account.json, or a kind of record. */
const EXPORTED: Record<string, { list: string } | { record: string } | { left: string }> = {
  'accounts.invited_by': { left: 'whom the account invited are others' },
  'accounts.owner_id': { list: 'bots' },
  'app_passwords.account_id': { list: 'keys' },
  'audit.account_id': { left: 'what moderators did is the log of the community' },
  'audit.actor_id': { left: 'the log of the community' },
  'blocks.account_id': { list: 'blocks' },
  'blocks.blocked_id': { left: 'who blocks the account is not told' },
  'bookmarks.account_id': { list: 'bookmarks' },
  'cleanups.account_id': { left: 'work of moderators' },
  'cleanups.creator_id': { left: 'work of moderators' },
  'comments.author_id': { record: 'comment' },
  'community_invites.creator_id': { list: 'invites' },
  'direct_rooms.high_id': { record: 'room' },
  'direct_rooms.low_id': { record: 'room' },
  'friend_requests.from_id': { list: 'friendRequests' },
  'friend_requests.to_id': { list: 'friendRequests' },
  'friendships.high_id': { record: 'friendship' },
  'friendships.low_id': { record: 'friendship' },
  'identities.account_id': { list: 'identities' },
  'imported.account_id': { left: 'numbers of another system, of what is in the records' },
  'incoming_hooks.account_id': { left: 'hooks are of rooms' },
  'known_networks.account_id': { left: 'keyed digests, which say nothing to anybody' },
  'likes.account_id': { record: 'like' },
  'mail_proofs.account_id': { list: 'links' },
  'mails.account_id': { list: 'mails' },
  'mentions.account_id': { left: 'texts of others' },
  'message_search.author_id': { left: 'words of the messages, which are in the records' },
  'mutes.account_id': { list: 'mutes' },
  'mutes.muted_id': { left: 'who mutes the account is not told' },
  'notifications.account_id': { list: 'notifications' },
  'notifications.actor_id': { left: 'what others were told of' },
  'objects.account_id': { record: 'post' },
  'one_time_secrets.account_id': { list: 'keys' },
  'outgoing_hooks.creator_id': { left: 'hooks are of rooms' },
  'passkeys.account_id': { list: 'keys' },
  'pins.account_id': { list: 'pins' },
  'post_views.account_id': { left: 'counts that a reader counts once' },
  'posts.author_id': { record: 'post' },
  'push_subscriptions.account_id': { list: 'browsers' },
  'reactions.account_id': { list: 'reactions' },
  'recovery_codes.account_id': { left: 'digests of secrets' },
  'report_texts.author_id': { left: 'copies of texts that are in the records, for moderators' },
  'reports.account_id': { left: 'who reported the account is not told' },
  'reports.assignee_id': { left: 'work of moderators' },
  'reports.reporter_id': { list: 'reports' },
  'room_invites.creator_id': { list: 'invites' },
  'room_marks.account_id': { list: 'marks' },
  'room_members.account_id': { record: 'room' },
  'rooms.creator_id': { record: 'room' },
  'sanctions.account_id': { list: 'sanctions' },
  'sanctions.creator_id': { left: 'what moderators did is the log of the community' },
  'sessions.account_id': { list: 'sessions' },
  'stored_bytes.account_id': { list: 'storedBytes' },
  'uploads.account_id': { list: 'uploads' },
};

async function referencesToAccounts(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select c.conrelid::regclass || '.' || a.attname as name
      from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
     where c.confrelid = 'accounts'::regclass and c.contype = 'f' order by 1`;
  return rows.map(({ name }) => name);
}

/** The export's account.json, and the kinds of its records. */
async function exportOf(t: TestContext, server: TestServer) {
  const target = join(await folder(t), 'export');
  assert.equal((await koine(server.settings, 'user', 'export', MARKER, target)).code, 0);
  const account = JSON.parse(await readFile(join(target, 'account.json'), 'utf8')) as Record<string, unknown>;
  const lines = (await readFile(join(target, 'records', '0001.ndjson'), 'utf8')).trim().split('\n');
  return { account, kinds: new Set(lines.map((line) => (JSON.parse(line) as { type: string }).type)) };
}

/** Columns that contain a needle, in any case, as text or bytes. */
async function columnsWith(sql: Sql, needles: readonly string[]): Promise<string[]> {
  const patterns = needles.flatMap((one) => [`%${one}%`, `%${Buffer.from(one).toString('hex')}%`]);
  const found: string[] = [];
  for (const { table, column } of await columnsOf(sql)) {
    const [row] = await sql<[{ there: boolean }]>`
      select exists (
        select from ${sql.unsafe(table)} as t where t.${sql(column)}::text ilike any(${patterns}::text[])) as there`;
    if (row.there) found.push(`${table}.${column}`);
  }
  return found;
}

/** Files and folders with a needle in their names or contents. */
async function filesWith({ settings }: TestServer, needles: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const place of ['files', 'tmp'])
    for (const entry of await readdir(join(settings.DATA_DIR as string, place), {
      recursive: true,
      withFileTypes: true,
    })) {
      const path = join(entry.parentPath, entry.name);
      const bytes = entry.isFile() ? (await readFile(path)).toString('latin1') : '';
      if (needles.some((one) => path.includes(one) || bytes.includes(one))) found.push(path);
    }
  return found;
}

/** Emptied by the index of search as soon as it gets to it. */
const PASSING = ['public.post_search_queue'];

async function emptyTables(sql: Sql): Promise<string[]> {
  const empty: string[] = [];
  for (const table of new Set((await columnsOf(sql)).map((column) => column.table))) {
    const [row] = await sql<[{ empty: boolean }]>`select not exists (select from ${sql.unsafe(table)}) as empty`;
    if (row.empty && !PASSING.includes(table)) empty.push(table);
  }
  return empty;
}

/** Zoe has rows in every table, along with Bob and Cat. */
async function scene(t: TestContext, server: TestServer) {
  const [zoe, bob, cat] = (await members(server, MARKER, 'bob', 'cat')) as [Member, Member, Member];
  const picture = await halves(60, 40).jpeg().toBuffer();
  const bobsPost = (await bob.post('of bob')).json;
  const zoesPost = (await zoe.post(`post of ${MARKER}`, [picture])).json;
  await bob.like(zoesPost.id);
  await zoe.like(bobsPost.id);
  const avatar = new FormData();
  avatar.append('avatar', new File([picture], 'me.jpg'));
  assert.equal((await zoe.call('PUT', `/users/${zoe.id}/avatar`, avatar)).status, 200);
  assert.equal((await zoe.call('POST', `/users/${zoe.id}/friends/add/${bob.id}`)).status, 200);
  await zoe.get('/posts/all');
  await editCommentedPost(server);

  const pair = await messenger.signIn(server, MARKER);
  assert.equal((await messenger.refresh(server, pair.refresh)).status, 200);
  const groups: Chat[] = [];
  for (const title of [`${MARKER} and friends`, `${MARKER} and friends`])
    groups.push((await zoe.call<Chat>('POST', '/chats/create', { users: [bob.id], title })).json);
  await zoe.call('POST', '/chats/create', { users: [], title: `${MARKER} alone` });
  groups.push((await bob.call<Chat>('POST', '/chats/create', { users: [zoe.id, cat.id] })).json);
  groups.push((await bob.call<Chat>('POST', '/chats/create', { users: [zoe.id, cat.id], title: 'Hiking' })).json);
  const direct = await zoe.chatWith(bob);
  await server.sql`insert into room_names (base, used) values (${`bob_${MARKER}`}, 2)`;
  await server.sql`
    insert into identities (issuer, subject, account_id)
    select 'https://issuer.example', ${MARKER}, id from accounts where username = ${MARKER}`;
  await importTexts(t, server, zoesPost.id);
  await nativeRows(server, zoe);
  const account = { zoe: await loungeToken(server, MARKER), bob: await loungeToken(server, 'bob') };
  const watching = await joinLounge(t, server, account.bob);
  const zoesSocket = await joinLounge(t, server, account.zoe);
  await watching.frameWith({ type: 'user_joined', msg: { username: MARKER } });
  return { zoe, bob, bobsPost, groups, direct, watching, zoesSocket };
}

/** An event of Bob's post contains comments of Zoe and Cat, in the format of versions before 0.1.0. */
async function editCommentedPost(server: TestServer): Promise<void> {
  const { id } = (await messages(server)).find(({ text }) => text === 'of bob') as { id: number };
  for (const name of [MARKER, 'cat']) {
    const token = await boardToken(server, name);
    const body = { text: `comment of ${name}` };
    assert.equal((await call(server, 'POST', `/messages/${id}/comments/`, { token, body })).status, 201);
  }
  const token = await boardToken(server, 'bob');
  const edited = await call(server, 'PUT', `/messages/${id}`, { token, body: { text: 'edited by bob' } });
  assert.equal(edited.status, 200);
  await server.sql`
    update events
       set payload = payload - 'newestComment' || jsonb_build_object('comments', (
             select jsonb_agg(jsonb_build_object('id', c.id, 'postId', c.post_id, 'body', c.body,
                                                 'author', jsonb_build_object('id', a.id, 'uid', a.uid, 'username', a.username))
                              order by c.id)
               from comments c join accounts a on a.id = c.author_id
              where c.post_id = ${id}))
     where kind = 'post.edited'`;
}

/** Data that only the native API writes. A group of Bob's, and one of Zoe alone, have pictures of hers. */
async function nativeRows({ sql }: TestServer, zoe: Member): Promise<void> {
  await sql.unsafe(`
    insert into objects (key, preview_key, account_id, width, height, bytes)
    select 'messages/${zoe.id}/1.jpg', 'messages/${zoe.id}/1.preview.webp', id, 1, 1, 1 from accounts where username = '${MARKER}';
    insert into objects (key, preview_key, account_id, width, height, bytes, loose_since)
    select 'avatars/${zoe.id}/' || r.id || '.jpg', 'avatars/${zoe.id}/' || r.id || '.preview.webp', a.id, 1, 1, 1, null
      from rooms r, accounts a where r.title in ('Hiking', '${MARKER} alone') and username = '${MARKER}';
    update rooms set avatar_key = 'avatars/${zoe.id}/' || id || '.jpg' where title in ('Hiking', '${MARKER} alone');
    update messages set has_more = true where body in ('message of ${MARKER}', 'message of bob');
    insert into message_files (room_id, seq, position, object_key)
    select room_id, seq, 0, 'messages/${zoe.id}/1.jpg' from messages where body = 'message of ${MARKER}';
    insert into mentions (account_id, room_id, seq)
    select a.id, room_id, seq from messages, accounts a where has_more and username in ('${MARKER}', 'bob');
    insert into reactions (room_id, seq, emoji, account_id)
    select room_id, seq, '👍', a.id from messages, accounts a where has_more and username in ('${MARKER}', 'bob');
    insert into pins (room_id, seq, account_id)
    select room_id, seq, a.id from messages, accounts a where has_more and username = '${MARKER}';
    insert into room_invites (code, room_id, creator_id, expires_at)
    select '${MARKER}' || repeat('x', 16), r.id, a.id, now() + interval '1 day'
      from rooms r, accounts a where r.name = 'Hiking' and username = '${MARKER}';
    insert into community_invites (code, creator_id, expires_at)
    select '${MARKER}' || repeat('x', 17), id, now() + interval '1 day' from accounts where username = '${MARKER}';
    insert into applications (username, username_key, skeleton, password_hash, body)
    values ('dora', 'dora', 'dora', 'hash', 'of another');
    update accounts set invited_by = (select id from accounts where username = '${MARKER}') where username = 'bob';
    insert into accounts (username, username_key, skeleton, kind, owner_id)
    select 'robot of ${MARKER}', 'robot of ${MARKER}', 'robot of ${MARKER}', 'bot', id from accounts where username = '${MARKER}';
    insert into accounts (username, username_key, skeleton, kind) values ('hooked', 'hooked', 'hooked', 'hook');
    insert into incoming_hooks (id, room_id, account_id, digest)
    select 100000000000000000, r.id, a.id, sha256('secret') from rooms r, accounts a where r.name = 'Hiking' and username = 'hooked';
    insert into outgoing_hooks (stream_id, creator_id, url, kinds, secret, seq)
    select r.id, a.id, 'https://example.org', array['message.created'], 'secret', 0
      from rooms r, accounts a where r.name = 'Hiking' and username = '${MARKER}';
    insert into hook_deliveries (hook_id, seq, kind, attempt, duration) select id, 1, 'message.created', 1, 1 from outgoing_hooks;
    insert into app_passwords (account_id, name, digest) select id, '${MARKER}', sha256('password') from accounts where username = '${MARKER}';
    insert into sessions (id, account_id, expires_at, scopes, name, digest, app_password_id, issuer, subject)
    select gen_random_uuid(), i.account_id, now() + interval '1 hour', array['read'], '${MARKER}', sha256('token'), p.id, issuer, subject
      from identities i join app_passwords p on p.account_id = i.account_id;
    insert into one_time_secrets (account_id, secret)
    select id, convert_to(repeat('${MARKER}', 4), 'UTF8') from accounts where username = '${MARKER}';
    insert into recovery_codes (account_id, digest) select id, sha256('code') from accounts where username = '${MARKER}';
    insert into passkeys (account_id, credential_id, rp_id, public_key, counter, name)
    select id, '${MARKER}', 'koine.example', '${MARKER}', 0, '${MARKER}' from accounts where username = '${MARKER}';
    insert into used_tickets (id, expires_at) values (gen_random_uuid(), now());
    insert into friend_requests (from_id, to_id)
    select a.id, b.id from accounts a, accounts b where a.username = '${MARKER}' and b.username = 'cat';
    insert into history (at, node, measures) values (now(), gen_random_uuid(), '{}');
    insert into mails (uid, account_id, recipient, recipient_key, kind, language, facts, expires_at)
    select gen_random_uuid(), a.id, '${MARKER}@example.org', '${MARKER}@example.org', 'invite', 'en', '{"by": "bob"}', now() + interval '1 day'
      from accounts a where username in ('${MARKER}', 'bob');
    insert into mail_proofs (account_id, purpose, digest, email, email_key, expires_at)
    select id, 'verify', sha256('${MARKER}'), email, email_key, now() + interval '1 day' from accounts where username = '${MARKER}';
    insert into push_subscriptions (account_id, session_id, endpoint, p256dh, auth)
    select account_id, min(id::text)::uuid, 'https://push.example/${MARKER}', decode(repeat('00', 65), 'hex'), decode(repeat('00', 16), 'hex')
      from sessions where account_id = (select id from accounts where username = '${MARKER}') group by account_id;
    insert into pushes (subscription_id, post_id, due_at, expires_at)
    select s.id, p.id, now() + interval '1 day', now() + interval '1 day' from push_subscriptions s, posts p;
    insert into uploads (account_id, length, reserved, name, expires_at)
    select id, 1, 1, '${MARKER}.zip', now() + interval '1 day' from accounts where username = '${MARKER}';
    insert into bookmarks (account_id, post_id) select a.id, p.id from accounts a, posts p;
    insert into blocks (account_id, blocked_id)
    select a.id, b.id from accounts a, accounts b
     where a.id <> b.id and '${MARKER}' in (a.username, b.username) and 'cat' in (a.username, b.username);
    insert into mutes (account_id, muted_id) select account_id, blocked_id from blocks`);
  await moderatedRows(sql);
}

/** Zoe reported and was reported, and moderated and was moderated. */
async function moderatedRows(sql: Sql): Promise<void> {
  await sql.unsafe(`
    insert into cleanups (account_id, since, purges, reason, phase)
    select id, now(), true, 'about ${MARKER}', 'done' from accounts where username = '${MARKER}';
    insert into cleanups (account_id, since, purges, creator_id, phase)
    select b.id, now(), true, z.id, 'done' from accounts z, accounts b where z.username = '${MARKER}' and b.username = 'bob';
    insert into sanctions (kind, account_id, creator_id, reason)
    select 'warning', a.id, b.id, 'about ' || a.username from accounts a, accounts b
     where a.id <> b.id and '${MARKER}' in (a.username, b.username) and 'bob' in (a.username, b.username);
    insert into reports (kind, reporter_id, account_id, assignee_id, reason, body)
    select 'account', a.id, b.id, b.id, 'spam', 'words of or about ${MARKER}' from accounts a, accounts b
     where a.id <> b.id and '${MARKER}' in (a.username, b.username) and 'bob' in (a.username, b.username);
    insert into report_texts (report_id, position, author_id, body, written_at, is_subject)
    select r.id, row_number() over (), a.id, 'of ' || a.username, now(), true from reports r, accounts a
     where a.username in ('${MARKER}', 'bob');
    insert into audit (actor_id, action, account_id, reason, before, after)
    select a.id, 'sanction.warning', b.id, case b.username when '${MARKER}' then 'about ${MARKER}' else '' end,
           case b.username when '${MARKER}' then '{"name": "${MARKER}"}'::jsonb end, null
      from accounts a, accounts b
     where a.id <> b.id and '${MARKER}' in (a.username, b.username) and 'bob' in (a.username, b.username)`);
}

async function loungeToken(server: TestServer, username: string): Promise<string> {
  const body = JSON.stringify({ email: `${username}@example.org`, password: PASSWORD });
  const answer = await fetch(`${server.url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return ((await answer.json()) as { token: string }).token;
}

async function importTexts(t: TestContext, server: TestServer, post: string): Promise<void> {
  const file = join(await folder(t), 'texts.ndjson');
  const records = [
    { type: 'comment', id: `${MARKER}-1`, post, author: MARKER, body: `comment of ${MARKER}` },
    { type: 'message', id: `${MARKER}-2`, room: 'lobby', author: MARKER, body: `message of ${MARKER}` },
    { type: 'message', id: 'bob-1', room: 'lobby', author: 'bob', body: 'message of bob' },
  ];
  await writeFile(file, records.map((record) => JSON.stringify(record)).join('\n'));
  const { code, err } = await koine(server.settings, 'import', file);
  assert.deepEqual([code, err], [0, '']);
}

test('no table, column or file contains data of a deleted account', async (t) => {
  const server = await startTestServer(t);
  const { sql } = server;
  const { zoe, watching, zoesSocket } = await scene(t, server);
  const needles = [MARKER, zoe.id];

  // Every table has rows: a new table must be filled here, which proves that the search works.
  await eventually('the views to be stored', async () => (await emptyTables(sql)).length === 0).catch(async () => {
    assert.deepEqual(await emptyTables(sql), []);
  });
  const before = await columnsWith(sql, needles);
  for (const column of [
    'accounts.email',
    'events.payload',
    'imported.source_id',
    'objects.key',
    'places.username',
    'rooms.name',
  ])
    assert.ok(before.includes(`public.${column}`), column);
  assert.ok((await filesWith(server, needles)).length > 0);
  const edited = () => sql<{ authors: string[] }[]>`
    select array(select jsonb_path_query(payload, '$.comments[*].author.username') #>> '{}') as authors
      from events where kind = 'post.edited'`;
  assert.deepEqual((await edited())[0]?.authors, [MARKER, 'cat']);

  // A new table that refers to accounts is in the export, or there is a reason that it is not.
  assert.deepEqual(await referencesToAccounts(sql), Object.keys(EXPORTED).sort());
  const { account, kinds } = await exportOf(t, server);
  for (const [column, place] of Object.entries(EXPORTED)) {
    if ('list' in place) assert.ok(String(account[place.list] ?? '').length > 0, `${column}: ${place.list}`);
    if ('record' in place) assert.ok(kinds.has(place.record), `${column}: ${place.record}`);
  }

  const deleted = await koine(server.settings, 'user', 'delete', MARKER, '--yes');
  assert.deepEqual([deleted.code, deleted.err], [0, '']);
  assert.equal((await zoesSocket.untilClosed()).code, 4001);
  await watching.frameWith({ type: 'user_left', msg: { username: MARKER } });
  // The event that tells the others that she is gone has an id that nobody has any more.
  const farewells = await sql<{ kind: string }[]>`
    delete from events where kind in ('account.removed', 'membership.removed', 'friend.removed')
    returning kind, payload - 'id' - 'uid' as rest`;
  assert.deepEqual(
    [...new Set(farewells.map((row) => JSON.stringify({ ...row, kind: '' })))],
    ['{"kind":"","rest":{}}'],
  );
  assert.deepEqual(await columnsWith(sql, needles), []);
  assert.deepEqual(await filesWith(server, needles), []);
  assert.deepEqual((await edited())[0]?.authors, ['cat'], 'the event of another stays, with what others said');
});

test('rooms of a deleted account stay for the other members, and a new account of that name gets a new room', async (t) => {
  const server = await startTestServer(t);
  const { bob, direct, groups } = await scene(t, server);
  const old = await messengerRoom(server, 'bob', MARKER);
  const text = { content: 'of bob' };
  assert.equal((await asMember(server, 'bob', 'POST', messenger.messagesOf(old), text)).status, 201);
  await koine(server.settings, 'user', 'delete', MARKER, '--yes');

  const heard = await bob.get<{ message: string }[]>(`/chats/${direct.id}/messages/0`);
  assert.deepEqual(
    heard.map(({ message }) => message),
    ['of bob'],
  );
  const titles = new Map((await bob.get<Chat[]>(`/users/${bob.id}/chats`)).map(({ id, title }) => [id, title]));
  // Titles that she gave are removed, those of others stay.
  assert.deepEqual(
    groups.map(({ id }) => titles.get(id)),
    ['bob', 'bob', 'cat', 'Hiking'],
  );

  await member(server, MARKER);
  assert.equal((await asMember(server, MARKER, 'GET', messenger.messagesOf(old))).status, 404);
  const fresh = await messengerRoom(server, MARKER, 'bob');
  assert.equal(fresh.name, old.name);
  assert.notEqual(fresh.id, old.id);
  assert.deepEqual((await asMember(server, MARKER, 'GET', messenger.messagesOf(fresh))).json, []);
});

async function messengerRoom(server: TestServer, username: string, recipient: string): Promise<messenger.Chatroom> {
  return (await asMember<messenger.Chatroom>(server, username, 'POST', '/messenger/api/chatrooms/', { recipient }))
    .json;
}

async function asMember<T>(server: TestServer, username: string, method: string, path: string, body?: unknown) {
  const { access: token } = await messenger.signIn(server, username);
  return call<T>(server, method, path, { token, body });
}
