/** Every list of every dialect has a bound in bytes, and paging reaches every entry. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DIALECTS } from '../../src/config/dialects.ts';
import { indexPending } from '../../src/core/search/indexer.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { relayToken } from '../support/people.ts';

/** Pages are bounded to about 1 MiB of stored text; JSON escapes double these texts. */
const MOST = 2_100_000;
const POSTS = 120;

type Schema = { $ref?: string; type?: string | string[]; items?: Schema; properties?: Record<string, Schema> };
type Document = {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema?: Schema }> }> }>
  >;
  components?: { schemas?: Record<string, Schema> };
};

/** Whether the schema contains a list at any depth. */
function hasList(document: Document, schema: Schema | undefined): boolean {
  if (schema === undefined) return false;
  if (schema.$ref) return hasList(document, document.components?.schemas?.[schema.$ref.split('/').at(-1) as string]);
  if (schema.type === 'array') return true;
  return Object.values(schema.properties ?? {}).some((property) => hasList(document, property));
}

/** Operations that return a list, as `<dialect> <method> <path>`. */
async function lists({ url }: TestServer): Promise<string[]> {
  const found: string[] = [];
  for (const dialect of DIALECTS) {
    const document = (await (await fetch(`${url}/docs/${dialect}/openapi.json`)).json()) as Document;
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, { responses }] of Object.entries(methods))
        for (const status of ['200', '201'])
          if (hasList(document, responses[status]?.content?.['application/json']?.schema))
            found.push(`${dialect} ${method} ${path}`);
  }
  return found;
}

/** Everything of maximum size: texts, names of pictures, likes, comments, members, friends. */
async function seed({ sql }: TestServer): Promise<{ uid: string; chat: string }> {
  await sql`
    insert into accounts (username, username_key, password_hash, avatar_url)
    select 'user' || n, 'user' || n, 'none', 'https://example.org/' || repeat('a', 2000) from generate_series(1, 300) as n`;
  await sql`update accounts set avatar_url = 'https://example.org/' || repeat('a', 2000)`;
  await sql`
    insert into posts (author_id, title, body)
    select 1, repeat('"', 200), repeat('😀', 20000) from generate_series(1, ${POSTS}::int)`;
  await sql`
    insert into comments (post_id, author_id, body)
    select p.id, 2, repeat('"', 4000) from posts p cross join generate_series(1, 50) order by 1`;
  await sql`insert into likes (post_id, account_id) select p.id, a.id from posts p join accounts a on a.id <= 100`;
  await sql`insert into friendships (low_id, high_id) select 1, id from accounts where id > 1`;
  await sql`
    with added as (insert into streams (head) select 0 from generate_series(1, 30) returning id)
    insert into rooms (id, kind, name, title) select id, 'group', 'room ' || id, repeat('t', 200) from added`;
  await sql`
    insert into room_members (room_id, account_id)
    select r.id, a.id from rooms r cross join accounts a where r.kind = 'group' and a.id <= 100`;
  await sql`
    insert into messages (room_id, seq, author_id, body, created_at)
    select r.id, n, 1, repeat('😀', 4000), now() from rooms r cross join generate_series(1, 150) as n
     where r.id = (select max(id) from rooms)`;
  await sql`update streams set head = 150 where id = (select max(id) from rooms)`;
  await sql`
    insert into pins (room_id, seq) select room_id, seq from messages where room_id = (select max(id) from rooms) and seq <= 50`;
  await sql`update room_members set role = 'owner' where account_id = 1`;
  await sql`
    insert into room_invites (code, room_id, creator_id, expires_at)
    select repeat('x', 60) || n, (select max(id) from rooms), 1, now() + interval '1 day' from generate_series(1, 300) as n`;
  await sql`insert into bookmarks (account_id, post_id) select 1, id from posts`;
  await sql`insert into blocks (account_id, blocked_id) select 1, id from accounts where id > 150`;
  await sql`
    insert into notifications (account_id, kind, actor_id, post_id, comment_id)
    select 1, 'comment', 2, post_id, min(id) from comments group by post_id`;
  const [row] = await sql<[{ uid: string; chat: string }]>`
    select (select uid from accounts where id = 1) as uid, (select uid from rooms order by id desc limit 1) as chat`;
  return row;
}

async function read<T>(server: TestServer, token: string, path: string): Promise<{ json: T; bytes: number }> {
  const headers = { authorization: `Bearer ${token}`, cookie: `token=${token}` };
  const response = await fetch(`${server.url}${path}`, { headers });
  const text = await response.text();
  assert.equal(response.status, 200, `${path}: ${text.slice(0, 200)}`);
  return { json: JSON.parse(text) as T, bytes: Buffer.byteLength(text) };
}

/** All entries of the list, page by page. */
async function all<T>(pages: (index: number, sofar: readonly T[]) => Promise<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for (let index = 0; ; index += 1) {
    const page = await pages(index, found);
    if (page.length === 0) return found;
    found.push(...page);
  }
}

test('lists of entries of maximum size', async (t) => {
  const server = await startTestServer(t);
  const token = await relayToken(server, 'ann');
  const { uid, chat } = await seed(server);
  const [room] = await server.sql<[{ name: string }]>`select name from rooms order by id desc limit 1`;
  const messages = `/messenger/api/chatrooms/${encodeURIComponent(room.name)}/messages/`;

  await t.test('entries that a shorter page omits are on the next page', async () => {
    const get = async <T>(path: string) => (await read<T[]>(server, token, path)).json;
    type Entry = { id: number | string };
    const bySkip = await all<Entry>((_index, sofar) => get(`/messages/?skip=${sofar.length}`));
    const byPage = await all<Entry>((index) => get(`/api/posts/all?page=${index}`));
    const ofOne = await all<Entry>((index) => get(`/api/users/${uid}/posts?page=${index}`));
    const numbered = await all<Entry>((index) => get(`/profiles/api/posts/?page=${index + 1}`));
    for (const [what, found] of Object.entries({ bySkip, byPage, ofOne, numbered }))
      assert.equal(new Set(found.map(({ id }) => id)).size, POSTS, what);
    assert.deepEqual([bySkip.length, byPage.length, ofOne.length, numbered.length], Array(4).fill(POSTS));

    let before = '';
    const said = await all<Entry>(async () => {
      const page = await get<Entry>(`${messages}${before}`);
      before = `?before=${page[0]?.id}`;
      return page;
    });
    assert.equal(new Set(said.map(({ id }) => id)).size, 150);
    assert.equal((await all<Entry>((index) => get(`/api/chats/${chat}/messages/${index}`))).length, 150);
    const after = (sofar: readonly Entry[], name: string) => (sofar.length === 0 ? '' : `?${name}=${sofar.at(-1)?.id}`);
    const friends = await all<Entry>((_, sofar) => get(`/api/users/friends/all${after(sofar, 'after')}`));
    // Of 300, without those that Ann has blocked.
    assert.equal(friends.length, 149);
    const chats = await all<Entry>((_, sofar) => get(`/api/users/${uid}/chats${after(sofar, 'before')}`));
    assert.equal(new Set(chats.map(({ id }) => id)).size, 30);

    const [post] = await server.sql<[{ uid: string }]>`select uid from posts limit 1`;
    for (const [path, count] of [
      ['/v1/posts', POSTS],
      ['/v1/people/@ann/posts', POSTS],
      ['/v1/bookmarks', POSTS],
      [`/v1/posts/${post.uid}/comments`, 50],
      [`/v1/posts/${post.uid}/likes`, 100],
      ['/v1/notifications', POSTS],
    ] as const) {
      const ids = new Set<unknown>();
      for (let next: string | null = ''; next !== null; ) {
        const query: string = `limit=100${next && `&cursor=${next}`}`;
        const { json } = await read<{ items: Entry[]; next: string | null }>(server, token, `${path}?${query}`);
        for (const { id } of json.items) ids.add(id);
        next = json.next;
      }
      assert.equal(ids.size, count, path);
    }
  });

  await t.test('every list of every dialect has a bound in bytes', async () => {
    const social = `/api/chats/${chat}/messages`;
    const inRoom = `/v1/rooms/${chat}`;
    const [post] = await server.sql<[{ uid: string }]>`select uid from posts order by id desc limit 1`;
    const ofPost = `/v1/posts/${post.uid}`;
    await server.sql`update accounts set role = 'owner' where username = 'ann'`;
    await indexPending(server.sql, { signal: t.signal, onProgress: () => {} });
    const [report] = await server.sql<[{ id: number }]>`
    insert into reports (kind, reporter_id, account_id, reason, body)
    select 'account', 1, id, 'spam', repeat('🙂', 1000) from accounts where id > 1 returning id`;
    await server.sql`
    insert into applications (username, username_key, skeleton, password_hash, body)
    select 'new' || n, 'new' || n, 'new' || n, '-', repeat('🙂', 1000) from generate_series(1, 120) n`;
    /** The test of each list; null: the operation returns what was just written, and another one lists it. */
    const where: Record<string, string | null> = {
      'board get /users/': '/users/',
      'board get /users/{username}/messages': '/users/ann/messages',
      'board get /messages/': '/messages/',
      'board post /messages/': null,
      'board put /messages/{message_id}': null,
      'messenger get /accounts/api/users/': '/accounts/api/users/',
      'messenger get /profiles/api/posts/': '/profiles/api/posts/',
      'messenger get /profiles/api/search-user/': '/profiles/api/search-user/?username=ann',
      'messenger get /profiles/api/profile/': '/profiles/api/profile/',
      'messenger patch /profiles/api/profile/': null,
      'messenger put /profiles/api/profile/': null,
      'messenger get /messenger/api/chatrooms/': '/messenger/api/chatrooms/',
      'messenger get /messenger/api/user/chatrooms/': '/messenger/api/user/chatrooms/',
      'messenger get /messenger/api/chatrooms/{room_name}/messages/': messages,
      'messenger post /messenger/api/chatrooms/': null,
      'social get /api/posts/all': '/api/posts/all',
      'social get /api/users/{user_id}/posts': `/api/users/${uid}/posts`,
      'social get /api/users/friends/all': '/api/users/friends/all',
      'social get /api/users/{user_id}/friends/all': `/api/users/${uid}/friends/all`,
      'social get /api/users/{user_id}/chats': `/api/users/${uid}/chats`,
      'social get /api/chats/{chat_id}/messages/{offset}': `${social}/0`,
      'social post /api/chats/create': null,
      'social post /api/posts/create': null,
      'social post /api/auth/create': null,
      'social patch /api/posts/{post_id}/like/{user_id}': null,
      'koine get /v1/sync': '/v1/sync?rooms=99',
      'koine get /v1/events': '/v1/events?wait=0',
      'koine get /v1/sessions': '/v1/sessions',
      'koine get /v1/people': '/v1/people?query=user&limit=100',
      'koine get /v1/friends': '/v1/friends?limit=100',
      'koine get /v1/blocks': '/v1/blocks?limit=100',
      'koine get /v1/staff': '/v1/staff?limit=100',
      'koine get /v1/invites': '/v1/invites?limit=100',
      'koine get /v1/applications': '/v1/applications?limit=100',
      'koine get /v1/notifications': '/v1/notifications?limit=100',
      'koine get /v1/rooms': '/v1/rooms?limit=100',
      'koine post /v1/rooms': null,
      'koine get /v1/rooms/{roomId}': inRoom,
      'koine patch /v1/rooms/{roomId}': null,
      'koine put /v1/rooms/{roomId}/avatar': null,
      'koine get /v1/rooms/{roomId}/members': `${inRoom}/members?limit=100`,
      'koine get /v1/rooms/{roomId}/invites': `${inRoom}/invites`,
      'koine post /v1/invites/{code}': null,
      'koine get /v1/rooms/{roomId}/messages': `${inRoom}/messages?limit=100`,
      'koine post /v1/rooms/{roomId}/messages': null,
      'koine get /v1/rooms/{roomId}/messages/{seq}': `${inRoom}/messages/1`,
      'koine patch /v1/rooms/{roomId}/messages/{seq}': null,
      'koine put /v1/rooms/{roomId}/messages/{seq}/reactions/{emoji}': null,
      'koine delete /v1/rooms/{roomId}/messages/{seq}/reactions/{emoji}': null,
      'koine get /v1/rooms/{roomId}/pins': `${inRoom}/pins`,
      'koine get /v1/rooms/{roomId}/reads': `${inRoom}/reads`,
      'koine get /v1/posts': '/v1/posts?limit=100',
      'koine post /v1/posts': null,
      'koine get /v1/posts/{postId}': ofPost,
      'koine patch /v1/posts/{postId}': null,
      'koine get /v1/people/{personId}/posts': '/v1/people/@ann/posts?limit=100',
      'koine get /v1/posts/{postId}/comments': `${ofPost}/comments?limit=100`,
      'koine get /v1/posts/{postId}/likes': `${ofPost}/likes?limit=100`,
      'koine get /v1/bookmarks': '/v1/bookmarks?limit=100',
      'koine get /v1/search': `/v1/search?author=${uid}&limit=100`,
      'koine get /v1/catch-up': '/v1/catch-up?since=2020-01-01',
      'koine get /v1/friend-requests': '/v1/friend-requests?limit=100',
      'koine get /v1/mutes': '/v1/mutes?limit=100',
      'koine get /v1/sign-in': '/v1/sign-in',
      'koine get /v1/identities': '/v1/identities',
      'koine get /v1/rooms/{roomId}/hooks': `${inRoom}/hooks`,
      'koine post /api/webhooks/{id}/{secret}': null,
      'koine get /api/webhooks/{id}/{secret}/messages/{message}': null,
      'koine patch /api/webhooks/{id}/{secret}/messages/{message}': null,
      'koine get /v1/hooks': '/v1/hooks',
      'koine post /v1/hooks': null,
      'koine patch /v1/hooks/{id}': null,
      'koine get /v1/hooks/{id}/deliveries': null,
      'koine get /v1/bots': '/v1/bots',
      'koine get /v1/bots/{id}/tokens': null,
      'koine post /v1/bots/{id}/tokens': null,
      'koine get /v1/tokens': '/v1/tokens',
      'koine post /v1/tokens': null,
      'koine get /v1/app-passwords': '/v1/app-passwords',
      'koine get /v1/passkeys': '/v1/passkeys',
      'koine put /v1/second-factor': null,
      'koine post /v1/second-factor/recovery-codes': null,
      'koine get /v1/reports': '/v1/reports?limit=100',
      'koine get /v1/reports/{reportId}': `/v1/reports/${report.id}`,
      'koine patch /v1/reports/{reportId}': null,
      'koine get /v1/people/{personId}/sanctions': '/v1/people/@ann/sanctions',
      'koine get /v1/me/sanctions': '/v1/me/sanctions',
      'koine get /v1/sign-up-bans': '/v1/sign-up-bans?limit=100',
      'koine get /v1/audit': '/v1/audit?limit=100',
      'koine get /v1/admin/metrics': '/v1/admin/metrics',
      'koine get /v1/admin/storage': '/v1/admin/storage?limit=100',
      'koine get /v1/admin/settings': '/v1/admin/settings',
      'koine get /v1/admin/accounts': '/v1/admin/accounts?limit=100',
    };
    const unknown = (await lists(server)).filter((list) => !(list in where));
    assert.deepEqual(unknown, [], 'a new list needs a bound in bytes, and a line here');
    for (const [list, path] of Object.entries(where)) {
      if (path === null) continue;
      const { bytes } = await read(server, token, path);
      assert.ok(bytes < MOST, `${list}: ${bytes} bytes`);
    }
  });
});

test('pages of posts of ordinary length have as many entries as before', async (t: TestContext) => {
  const server = await startTestServer(t);
  const token = await relayToken(server, 'ann');
  const { sql } = server;
  await sql`insert into posts (author_id, body) select 1, repeat('x', 300) from generate_series(1, 120)`;
  await sql`
    insert into comments (post_id, author_id, body)
    select p.id, 1, repeat('x', 100) from posts p cross join generate_series(1, 15) where p.id > 20`;
  const page = await read<{ comments: unknown[] }[]>(server, token, '/messages/');
  assert.deepEqual([page.json.length, new Set(page.json.map(({ comments }) => comments.length))], [100, new Set([15])]);
  const feed = await read<unknown[]>(server, token, '/api/posts/all?page=1');
  assert.equal(feed.json.length, 50);
  assert.equal((await read<unknown[]>(server, token, '/profiles/api/posts/')).json.length, 100);
});
