/**
 * Lists in large tables: a fixed number of statements per page, and no table scans. Every list of core and of src/store
 * is found by name and must be covered here.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Core } from '../../src/core/core.ts';
import type { Actor } from '../../src/core/model.ts';
import type { PagePosition } from '../../src/core/rooms/message-reads.ts';
import { openDatabase } from '../../src/store/database.ts';
import { insertMessages } from '../../src/store/messages.ts';
import { atEnd } from '../support/conditions.ts';
import { scannedTables, startCore } from '../support/core-harness.ts';
import { ISSUER, ROOMS, seedManyRows, USERS } from '../support/many-rows.ts';
import { assertSameSet } from '../support/set-difference.ts';
import { STORE_LISTS } from './store-lists.ts';

/** The options of social's feed. */
const FEED = ['images', 'likers', 'views'] as const;
/** The lists of koine. */
const OWN_FEED = ['images', 'views', 'bookmarked'] as const;

const FIRST = { mark: null, limit: 20 };

test('lists and writes stay cheap in large tables', async (t) => {
  const node = await startCore(t, undefined, {
    OIDC_PROVIDERS: 'test',
    OIDC_TEST_ISSUER: ISSUER,
    OIDC_TEST_CLIENT_ID: 'koine',
  });
  const { busyRoom } = await seedManyRows(node.sql);
  const token = await node.token(await node.person('newcomer'));
  const [row] = await node.sql<[{ id: number; uid: string; username: string; email: string }]>`
    select id, uid, username, email from accounts where id = 7`;
  const actor: Actor = {
    ...row,
    name: null,
    avatarUrl: null,
    avatarKey: null,
    bot: false,
    role: 'member',
    isAdmin: false,
    silencedUntil: null,
    hidden: [],
    sessionId: '',
    expiresAt: Date.now(),
    scopes: null,
    isConfirmed: true,
  };
  const admin: Actor = { ...actor, role: 'admin', isAdmin: true };
  const { core, lists, called } = observeLists(node.core);
  const {
    accounts,
    administration,
    blocks,
    community,
    rooms: chats,
    search,
    friends,
    notifications,
    people,
    posts,
    comments,
    likes,
    bookmarks,
    sessions,
    credentials,
    mutes,
    moderation,
    providers,
  } = core;
  const busy = { id: busyRoom };
  const pageOf = async (position: PagePosition) => (await core.messages.list(actor, busy, position)).items;
  const marks = await chats.listRoomsByActivity(actor, { limit: 50 });
  const mark = marks[40] as (typeof marks)[number];
  const owned = await chats.createGroup(actor, { title: 'owned' });
  await chats.createInvite(actor, owned);
  await community.createInvite(admin);
  const bot = await core.bots.createBot(actor, { username: 'robot' });
  await core.bots.createBotToken(actor, bot.uid, { name: 'robot', scopes: ['read'] });
  await core.incomingHooks.createHook(actor, owned, { name: 'Builds' });
  const wish = { room: owned, url: 'https://example.org', kinds: ['message.created'] } as const;
  const hook = await core.outgoingHooks.createOutgoing(actor, wish);
  await node.sql`
    insert into hook_deliveries (hook_id, seq, kind, attempt, duration) values (${hook.id}, 1, 'message.created', 1, 1)`;
  const [old] = await chats.listMessagePage(actor, busy, 500, 20);
  await t.test(
    'no list of friends, rooms or messages scans a table or needs more statements for more rows',
    async () => {
      const lookups: [what: string, statements: number, act: () => Promise<unknown[] | object | boolean>][] = [
        ['friends', 2, () => friends.listFriends(actor, { uid: actor.uid })],
        ['later friends', 2, () => friends.listFriends(actor, { username: 'user9000' }, { after: 9_000, limit: 5 })],
        ['accounts as admins see them', 1, () => administration.listAccounts(admin)],
        ['friend requests', 1, () => friends.listRequests(actor)],
        ['whether friends', 3, () => friends.areFriends(actor, { uid: actor.uid }, { username: 'user8' })],
        ['chats', 2, () => chats.listRoomsByActivity(actor)],
        ['later chats', 2, () => chats.listRoomsByActivity(actor, { before: mark, limit: 20 })],
        ['rooms', 2, () => chats.listRooms(actor, 0)],
        ['later rooms', 2, () => chats.listRooms(actor, 2)],
        ['own rooms', 2, () => chats.listOwnRooms(actor, 0)],
        ['later own rooms', 2, () => chats.listOwnRooms(actor, 2)],
        ['rooms with marks', 2, () => chats.listViews(actor)],
        ['later rooms with marks', 2, () => chats.listViews(actor, { before: mark, limit: 20 })],
        ['members', 2, () => chats.listMembers(actor, mark)],
        ['invitations', 3, () => chats.listInvites(actor, owned)],
        ['invitations to the community', 1, () => community.listInvites(admin)],
        ['applications', 1, () => community.listApplications(admin)],
        ['who may do more', 1, () => community.listStaff(admin)],
        ['blocked ones', 1, () => blocks.listBlocks(actor)],
        ['muted ones', 1, () => mutes.listMutes(actor)],
        ['reports', 2, () => moderation.listReports(admin, { from: 7 })],
        ['handled reports', 2, () => moderation.listReports(admin, { state: 'resolved', from: 9_000, limit: 20 })],
        ['sanctions', 2, () => moderation.listSanctions(admin, { username: 'user7' })],
        ['own sanctions', 1, () => moderation.listOwnSanctions(actor, { before: 9_000 })],
        ['bans of sign-ups', 1, () => moderation.listSignUpBans(admin)],
        ['the audit log', 1, () => moderation.listAudit(admin, { before: 9_000 })],
        ['the audit log about somebody', 2, () => moderation.listAudit(admin, { about: { username: 'user7' } })],
        ['people by username', 1, () => people.listPeople(actor, 'user1')],
        [
          'later people by username',
          1,
          () => people.listPeople(actor, 'user1', { after: { by: 'username', key: 'user15', id: 15 } }),
        ],
        ['people by name and alike', 4, () => people.listPeople(actor, 'usr19')],
        ['outgoing hooks', 3, () => core.outgoingHooks.listOutgoing(actor, owned)],
        ['deliveries of a hook', 4, () => core.outgoingHooks.listDeliveries(actor, hook.id)],
        ['bots', 1, () => core.bots.listBots(actor)],
        ['tokens of a bot', 2, () => core.bots.listBotTokens(actor, bot.uid)],
        ['incoming hooks', 3, () => core.incomingHooks.listHooks(actor, owned)],
        ['access tokens', 1, () => credentials.listAccessTokens(actor)],
        ['identities', 1, () => providers.listIdentities(actor)],
        ['passkeys', 1, () => credentials.listPasskeys(actor)],
        ['app passwords', 1, () => credentials.listAppPasswords(actor)],
        ['own sessions', 1, () => sessions.listOwn(actor)],
        ['how far one has read', 5, () => chats.markRead(actor, mark, 5)],
        ['a profile', 2, () => node.core.profiles.get(actor, { username: 'user9000' })],
        ['the posts of a profile', 2, () => posts.listOf(actor, actor, { skip: 0, limit: 100 }, ['comments'])],
        ['nobody’s profile', 1, () => node.core.profiles.get(actor, { username: 'nobody' }).catch(() => ({}))],
        ['all posts', 2, () => posts.list(actor, { skip: 0, limit: 100 }, ['comments'])],
        ['the last of all posts', 2, () => posts.list(actor, { skip: USERS - 100, limit: 100 }, ['comments'])],
        ['all posts by pages', 1, () => posts.list(actor, { page: 50, size: 100 }, [])],
        ['the newest posts of a profile', 1, () => posts.listOf(actor, actor, { page: 0, size: 10 }, [])],
        ['the feed', 4, () => posts.list(actor, { page: 0, size: 50 }, FEED)],
        ['the feed of one', 4, () => posts.listOf(actor, actor, { page: 0, size: 50 }, FEED)],
        ['all of the feed', 4, () => posts.listFeed(actor, 'all', {}, OWN_FEED)],
        ['later in the feed', 4, () => posts.listFeed(actor, 'all', { before: 9_000, limit: 20 }, OWN_FEED)],
        ['the feed of friends', 4, () => posts.listFeed(actor, 'friends', {}, OWN_FEED)],
        ['a search for a frequent word', 5, () => search.searchMessages(actor, 'message', {}, FIRST)],
        ['a search for a rare word', 5, () => search.searchMessages(actor, '"message 150000"', {}, FIRST)],
        ['a search in posts', 6, () => search.searchPosts(actor, 'post', {}, { ...FIRST, parts: OWN_FEED })],
        ['a search in rooms', 3, () => search.searchRooms(actor, 'room', FIRST)],
        ['the feed of somebody', 5, () => posts.listFeed(actor, { username: 'user9' }, {}, OWN_FEED)],
        ['bookmarks', 4, () => bookmarks.listBookmarks(actor, {}, OWN_FEED)],
        ['comments', 2, () => comments.listComments(actor, { id: 7 })],
        ['who likes a post', 1, () => likes.listLikers(actor, { id: 7 })],
        ['notifications', 1, () => notifications.listNotifications(actor)],
        ['later notifications', 1, () => notifications.listNotifications(actor, { before: 9_000, limit: 20 })],
        ['how many are unread', 1, async () => [(await notifications.countUnread(actor)).unread]],
        ['all users', 1, () => accounts.list(actor, { skip: 0, limit: 100 })],
        ['the last of all users', 1, () => accounts.list(actor, { skip: USERS - 100, limit: 100 })],
        ['whose token it is', 1, () => sessions.authenticate(token, 'read')],
        ['whose name it is', 1, () => accounts.getAccountByUsername('USER9000')],
        ['the way into a room', 1, () => chats.approachRoom(actor, { name: 'room4' })],
        ['all rooms', 2, () => chats.listRooms(admin, 0)],
        ['the last of all rooms', 2, () => chats.listRooms(admin, ROOMS / 100 - 1)],
        ['a chat by name', 2, () => chats.getRoom(actor, { name: 'room4' })],
        ['a chat by uid', 2, () => chats.getRoom(actor, { uid: mark.uid })],
        ['the newest messages', 2, () => chats.listMessages(actor, busy, null)],
        ['the messages before one', 2, () => chats.listMessages(actor, busy, old?.id as number)],
        [
          'the messages before one that is elsewhere',
          2,
          () => chats.listMessages(actor, busy, (old?.id as number) + 1),
        ],
        ['the first page of messages', 2, () => chats.listMessagePage(actor, busy, 0, 20)],
        ['a page of messages far back', 2, () => chats.listMessagePage(actor, busy, 500, 20)],
        ['messages of an open room', 2, () => chats.listTrustedMessagePage({ uid: mark.uid }, 0, 20)],
        ['the newest messages as they are', 2, () => pageOf({ newest: true })],
        ['the messages before one as they are', 2, () => pageOf({ before: 10_000 })],
        ['the messages after one', 2, () => pageOf({ after: 10_000 })],
        ['the messages around one', 2, () => pageOf({ around: 10_000 })],
        ['the messages at a time', 3, () => pageOf({ at: Date.now() - 60_000 })],
        ['one message', 2, () => node.core.messages.get(actor, busy, 10_000)],
        ['the pins of a room', 2, () => core.messages.listPins(actor, busy)],
        ['the readers of a room', 2, () => core.messages.listReaders(actor, busy)],
        ['a direct chat that is there', 3, () => chats.openDirectRoom(actor, 'user6')],
      ];
      for (const [what, expected, act] of lookups) {
        // Views of posts are counted later.
        await node.core.flush();
        const statements = await node.statementsOf(async () => {
          const found = await act();
          assert.ok(!Array.isArray(found) || found.length > 0, `${what}: nothing`);
        });
        assert.equal(statements.length, expected, `${what}: ${statements.map(({ text }) => text)}`);
        for (const statement of statements)
          assert.deepEqual(await scannedTables(node.sql, statement), [], `${what}: ${statement.text}`);
      }
    },
  );

  await t.test('this test calls every list of core', () => {
    assertSameSet(['the lists of core', lists], ['the lookups of this test', called]);
  });

  await t.test('every list of src/store is one statement and scans no table', async () => {
    const wrong: string[] = [];
    const statements: { text: string; parameters: unknown[] }[] = [];
    const sql = openDatabase(node.places.DATABASE_URL, 1, {
      onStatement: (text, parameters) => statements.push({ text, parameters: [...parameters] }),
    });
    atEnd(t, () => sql.end());
    // A new connection asks for the types that there are.
    await sql`select 1`;
    for (const [name, read] of Object.entries(STORE_LISTS)) {
      statements.length = 0;
      await read(sql);
      if (statements.length !== 1) wrong.push(`${name} takes ${statements.length} statements`);
      for (const statement of [...statements])
        for (const table of await scannedTables(node.sql, statement)) wrong.push(`${name} reads all of ${table}`);
    }
    assert.equal(wrong.join('\n'), '');
  });

  await t.test('creating chats, sending and befriending scan no table', async () => {
    const { messages } = core;
    const lobby = { id: 2 };
    const foreign = 10_000;
    const { seq } = await messages.send(actor, lobby, { body: 'hello' });
    // Views of posts are counted later.
    await node.core.flush();
    const acts: [what: string, statements: number, act: () => Promise<unknown>][] = [
      ['a new direct chat', 15, () => chats.openDirectRoom(actor, 'user9000')],
      ['a group', 8, () => chats.createRoom(actor, { title: 'new' })],
      ['a group whose name is taken', 10, () => chats.createRoom(actor, { title: 'new' })],
      ['a friend', 10, () => friends.addFriend(actor, { username: 'user9000' })],
      ['no friend', 4, () => friends.removeFriend(actor, { username: 'user9000' })],
      ['a message', 1, () => chats.sendMessage(actor, { id: 2 }, 'hello')],
      ['an answer that mentions', 9, () => messages.send(actor, lobby, { body: '@user8', replyTo: seq })],
      ['an edited message', 12, () => messages.edit(actor, lobby, seq, { body: 'hello @user9' })],
      ['a reaction', 6, () => messages.react(actor, lobby, seq, '👍')],
      ['a pin', 6, () => messages.pin(admin, lobby, seq)],
      ['a deleted message', 8, () => messages.remove(actor, lobby, seq)],
      // The second asks why it was not stored: once for all that a batch refuses.
      ['a stranger’s message', 2, () => assert.rejects(chats.sendMessage(actor, { id: foreign }, 'hello'))],
    ];
    for (const [what, expected, act] of acts) {
      const statements = await node.statementsOf(act);
      assert.equal(statements.length, expected, `${what}: ${statements.map(({ text }) => text)}`);
      for (const statement of statements)
        assert.deepEqual(await scannedTables(node.sql, statement), [], `${what}: ${statement.text}`);
    }
  });

  await t.test('storing and checking a batch scan no table', async () => {
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

/** Core's lists by name, and the ones that were called. */
function observeLists(core: Core): { core: Core; lists: string[]; called: Set<string> } {
  const lists: string[] = [];
  const called = new Set<string>();
  const parts = Object.entries(core).map(([part, verbs]) => {
    const observed = Object.entries(verbs).map(([verb, act]) => {
      const name = `${part}.${verb}`;
      if (!/^list/.test(verb)) return [verb, act];
      lists.push(name);
      return [
        verb,
        (...given: unknown[]) => {
          called.add(name);
          return act(...given);
        },
      ];
    });
    return [part, typeof verbs === 'function' ? verbs : Object.fromEntries(observed)];
  });
  return { core: Object.fromEntries(parts) as Core, lists, called };
}
