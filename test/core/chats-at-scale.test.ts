/** Friends, chats and messages among many others: a fixed number of statements for any page, and no table read through. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '../../src/core/model.ts';
import type { Db, Sql } from '../../src/store/database.ts';
import { insertMessages } from '../../src/store/messages.ts';
import { scannedTables, startCore } from '../support/core-harness.ts';

const USERS = 20_000;
const ROOMS = 30_000;
const MESSAGES = 200_000;

/** Odd rooms are direct, even ones groups of ten; user 7 is in 300; a tenth of the messages is in one room. */
async function seed(sql: Sql): Promise<{ busyRoom: number }> {
  const busyRoom = 4;
  await sql.begin(async (tx) => {
    // Rows that are right need no looking at one by one, and have no deadline.
    await tx`set local session_replication_role = replica`;
    await tx`set local statement_timeout = 0`;
    await insertRows(tx, busyRoom);
  });
  await sql`vacuum analyze`;
  return { busyRoom };
}

async function insertRows(sql: Db, busyRoom: number): Promise<void> {
  await sql`
    insert into accounts (username, username_key, email, email_key, password_hash)
    select 'user' || n, 'user' || n, 'u' || n || '@example.org', 'u' || n || '@example.org', '-'
      from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into friendships (low_id, high_id)
    select n, n + step from generate_series(1, ${USERS - 10}::int) n, generate_series(1, 10) step`;
  await sql`
    insert into posts (author_id, body)
    select case n % 100 when 0 then 7 else n end, 'post ' || n from generate_series(1, ${USERS}::int) n`;
  await sql`insert into comments (post_id, author_id, body) select id, author_id, 'comment' from posts`;
  await sql`
    insert into sessions (id, account_id, expires_at)
    select gen_random_uuid(), n, now() + interval '1 day' from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into likes (post_id, account_id)
    select id, 1 + (id + step) % ${USERS}::int from posts, generate_series(1, 5) step`;
  await sql`insert into streams (head) select 0 from generate_series(1, ${ROOMS}::int)`;
  await sql`
    insert into rooms (id, kind, name, title, creator_id)
    select id, case id % 2 when 1 then 'direct' else 'group' end, 'room' || id, case id % 2 when 0 then 'Room' end, 1
      from streams where id > 3`;
  await sql`
    insert into direct_rooms (room_id, low_id, high_id)
    select id, low, low + 1 + id / ${USERS - 10}::int
      from (select id, 1 + id % ${USERS - 10}::int as low from rooms where kind = 'direct') as pairs`;
  await sql`
    insert into room_members (room_id, account_id)
    select r.id, 1 + (r.id + member - 1) % ${USERS}::int from rooms r, generate_series(0, 9) member where kind = 'group'
    union
    select id, 7 from rooms where kind = 'group' and id <= 600
    union
    select room_id, unnest(array[low_id, high_id]) from direct_rooms`;
  await sql`
    insert into messages (room_id, seq, author_id, body, created_at)
    select room_id, row_number() over (partition by room_id order by n), account_id, 'message ' || n, now()
      from (
        select n, case when n % 10 = 0 then ${busyRoom}::int else 4 + n % ${ROOMS}::int end as room_id
          from generate_series(1, ${MESSAGES}::int) n
      ) as m
      join lateral (select account_id from room_members p where p.room_id = m.room_id limit 1) as author on true`;
  await sql`
    update streams s set head = m.head, active_at = date_trunc('milliseconds', now()) + m.head * interval '1 millisecond'
      from (select room_id, max(seq) as head from messages group by room_id) as m where m.room_id = s.id`;
}

test('among many others', async (t) => {
  const node = await startCore(t);
  const { busyRoom } = await seed(node.sql);
  const token = await node.token(await node.person('newcomer'));
  const [row] = await node.sql<[{ id: number; uid: string; username: string; email: string }]>`
    select id, uid, username, email from accounts where id = 7`;
  const actor: Actor = {
    ...row,
    avatarUrl: null,
    avatarKey: null,
    isAdmin: false,
    sessionId: '',
    expiresAt: new Date(),
  };
  const admin = { ...actor, isAdmin: true };
  const { accounts, chats, friends, posts, sessions } = node.core;
  const busy = { id: busyRoom };
  const marks = await chats.listChats(actor, { limit: 50 });
  const mark = marks[40] as (typeof marks)[number];
  const [old] = await chats.listMessagePage(actor, busy, 500, 20);
  await t.test(
    'no list of friends, rooms or messages reads a table through, nor takes more statements for more',
    async () => {
      const lookups: [what: string, statements: number, act: () => Promise<unknown[] | object | boolean>][] = [
        ['friends', 2, () => friends.listFriends(actor, { uid: actor.uid })],
        ['later friends', 2, () => friends.listFriends(actor, { username: 'user9000' }, { after: 9_000, limit: 5 })],
        ['whether friends', 3, () => friends.areFriends(actor, { uid: actor.uid }, { username: 'user8' })],
        ['chats', 2, () => chats.listChats(actor)],
        ['later chats', 2, () => chats.listChats(actor, { before: mark, limit: 20 })],
        ['rooms', 2, () => chats.listRooms(actor, 0)],
        ['later rooms', 2, () => chats.listRooms(actor, 2)],
        ['own rooms', 2, () => chats.listOwnRooms(actor, 0)],
        ['later own rooms', 2, () => chats.listOwnRooms(actor, 2)],
        ['a profile', 2, () => node.core.profiles.get(actor, { username: 'user9000' })],
        ['the posts of a profile', 2, () => posts.listOf(actor, actor, { skip: 0, limit: 100 })],
        ['nobody’s profile', 1, () => node.core.profiles.get(actor, { username: 'nobody' }).catch(() => ({}))],
        ['all users', 1, () => accounts.list(actor, { skip: 0, limit: 100 })],
        ['the last of all users', 1, () => accounts.list(actor, { skip: USERS - 100, limit: 100 })],
        ['whose token it is', 1, () => sessions.authenticate(token)],
        ['whose name it is', 1, () => accounts.getAccountByUsername('USER9000')],
        ['the way into a room', 1, () => chats.approachChat(actor, { name: 'room4' })],
        ['all rooms', 2, () => chats.listRooms(admin, 0)],
        ['the last of all rooms', 2, () => chats.listRooms(admin, ROOMS / 100 - 1)],
        ['a chat by name', 2, () => chats.getChat(actor, { name: 'room4' })],
        ['a chat by uid', 2, () => chats.getChat(actor, { uid: mark.uid })],
        ['the newest messages', 2, () => chats.listMessages(actor, busy, null)],
        ['the messages before one', 2, () => chats.listMessages(actor, busy, old?.id as number)],
        [
          'the messages before one that is elsewhere',
          2,
          () => chats.listMessages(actor, busy, (old?.id as number) + 1),
        ],
        ['the first page of messages', 2, () => chats.listMessagePage(actor, busy, 0, 20)],
        ['a page of messages far back', 2, () => chats.listMessagePage(actor, busy, 500, 20)],
        ['a direct chat that is there', 3, () => chats.openDirectChat(actor, 'user6')],
      ];
      for (const [what, expected, act] of lookups) {
        const statements = await node.statementsOf(async () => {
          const found = await act();
          assert.ok(!Array.isArray(found) || found.length > 0, `${what}: nothing`);
        });
        assert.equal(statements.length, expected, what);
        for (const statement of statements)
          assert.deepEqual(await scannedTables(node.sql, statement), [], `${what}: ${statement.text}`);
      }
    },
  );

  await t.test('nor does making chats, sending and befriending', async () => {
    const acts: [what: string, statements: number, act: () => Promise<unknown>][] = [
      ['a new direct chat', 9, () => chats.openDirectChat(actor, 'user9000')],
      ['a group', 4, () => chats.createChat(actor, { title: 'new' })],
      ['a group whose name is taken', 6, () => chats.createChat(actor, { title: 'new' })],
      ['a friend', 2, () => friends.addFriend(actor, { username: 'user9000' })],
      ['no friend', 2, () => friends.removeFriend(actor, { username: 'user9000' })],
      ['a message', 1, () => chats.sendMessage(actor, { id: 2 }, 'hello')],
      ['a stranger’s message', 1, () => chats.sendMessage(actor, { id: busyRoom }, 'hello').catch(() => {})],
    ];
    for (const [what, expected, act] of acts) {
      const statements = await node.statementsOf(act);
      assert.equal(statements.length, expected, `${what}: ${statements.map(({ text }) => text)}`);
      for (const statement of statements)
        assert.deepEqual(await scannedTables(node.sql, statement), [], `${what}: ${statement.text}`);
    }
  });

  await t.test('nor does storing a batch, nor what is checked with it', async () => {
    const [batch] = await node.sql<[{ rooms: number[]; authors: number[] }]>`
      select array_agg(room_id) as rooms, array_agg(account_id) as authors
        from (select room_id, account_id from room_members order by room_id limit 64) as members`;
    const bodies = batch.rooms.map(String);
    const scanned = await node.sql.begin(async (tx) => {
      await insertMessages(tx, { roomIds: batch.rooms, authorIds: batch.authors, bodies });
      return tx<{ relname: string }[]>`
        select relname from pg_stat_xact_user_tables where seq_scan > 0`;
    });
    assert.deepEqual([...scanned], []);
  });
});
