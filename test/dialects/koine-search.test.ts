/** koine's search, over the wire. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { type Member, member, type Page, type Problem } from '../support/koine-people.ts';
import { somebodyWaits } from '../support/locks.ts';
import { halves } from '../support/pictures.ts';

type Message = { seq: number; body: string; author: { username: string } };
type Hit = {
  kind: string;
  roomId?: string;
  message?: Message;
  post?: { id: string; body: string };
  person?: { username: string };
  room?: { id: string; title: string | null };
  excerpt?: string;
  highlights?: [number, number][];
};
type Room = { id: string };

test('koine: search', async (t) => {
  const server = await startTestServer(t);
  const [ann, bob, cat] = [await member(server, 'ann'), await member(server, 'bob'), await member(server, 'cat')];
  const group = await ann.do<Room>('POST', '/rooms', { kind: 'group', title: 'Tea club', members: [bob.id] });
  const secret = await bob.do<Room>('POST', '/rooms', { kind: 'group', title: 'Coffee club', members: [cat.id] });
  const say = (who: Member, room: Room, body: string, more: object = {}) =>
    who.do<Message>('POST', `/rooms/${room.id}/messages`, { body, ...more });
  const search = async (who: Member, query: Record<string, string>) =>
    (await who.get<Page<Hit>>(`/search?${new URLSearchParams(query)}`)).items;
  const bodies = async (who: Member, q: string, more: Record<string, string> = {}) =>
    (await search(who, { q, ...more })).map(({ message, post }) => (message ?? post)?.body);
  const findable = (who: Member, q: string, more: Record<string, string> = {}) =>
    eventually(`${q} to be indexed`, async () => (await bodies(who, q, more)).length > 0);

  await t.test('messages are found by words in any form, in English and in Russian, newest first', async () => {
    await say(ann, group, 'The universities are closing');
    await say(bob, group, 'A university in the Café on the corner');
    await say(ann, group, 'Мы говорили о книгах, и ещё о чае');
    await say(bob, group, 'see https://koine.example/docs/search_it');
    await findable(ann, 'koine');
    for (const [q, count] of [
      ['university', 2],
      ['UNIVERSITIES', 2],
      ['universi*', 2],
      ['closing*', 1],
      ['clos* univ*', 1],
      ['univ* -clos*', 1],
      ['university -closing', 1],
      ['"in the cafe"', 1],
      ['"cafe in the"', 0],
      ['книга', 1],
      ['еще', 1],
      ['search', 1],
      ['example.com', 0],
      ['koine.example', 1],
      ['nowhere', 0],
    ] as const)
      assert.equal((await bodies(ann, q)).length, count, q);
    assert.deepEqual(await bodies(ann, 'university'), [
      'A university in the Café on the corner',
      'The universities are closing',
    ]);
    const [hit] = await search(ann, { q: 'cafe' });
    assert.deepEqual(
      [hit?.kind, hit?.roomId, hit?.message?.author.username, hit?.excerpt],
      ['message', group.id, 'bob', 'A university in the Café on the corner'],
    );
    assert.deepEqual(hit?.highlights, [[20, 24]]);
  });

  await t.test('nobody finds what is said in a room of others, or by people they have blocked', async () => {
    await say(bob, secret, 'espresso');
    const lobby = (await ann.all<{ id: string; kind: string }>('/rooms')).find(({ kind }) => kind === 'lobby') as Room;
    await say(cat, lobby, 'espresso for everybody');
    await findable(cat, 'espresso');
    await findable(ann, 'espresso');
    assert.deepEqual(await bodies(ann, 'espresso'), ['espresso for everybody']);
    assert.equal((await ann.call<Problem>('GET', `/search?q=espresso&room=${secret.id}`)).status, 404);
    await ann.do('PUT', `/blocks/${cat.id}`);
    assert.deepEqual(await bodies(ann, 'espresso'), []);
    await ann.do('DELETE', `/blocks/${cat.id}`);
    await bob.do('DELETE', `/rooms/${secret.id}/members/${cat.id}`);
    assert.deepEqual(await bodies(cat, 'espresso'), ['espresso for everybody']);
  });

  await t.test('edits and deletions are followed', async () => {
    const { seq } = await say(ann, group, 'a mistake');
    await findable(bob, 'mistake');
    await ann.do('PATCH', `/rooms/${group.id}/messages/${seq}`, { body: 'a correction' });
    await findable(bob, 'correction');
    assert.deepEqual(await bodies(bob, 'mistake'), []);
    await ann.do('DELETE', `/rooms/${group.id}/messages/${seq}`);
    assert.deepEqual(await bodies(bob, 'correction'), []);
    const [row] = await server.sql`
      select count(*)::int as count from message_search s join messages m on m.id = s.message_id where m.deleted_at is not null`;
    assert.equal(row?.count, 0);
  });

  await t.test('filters: room, author, time and files, also without words', async () => {
    const file = await ann.call<{ id: string }>('POST', '/files', {
      body: new Uint8Array(await halves(8, 8).png().toBuffer()),
      headers: { 'content-type': 'image/png' },
    });
    await say(ann, group, '', { files: [file.json.id] });
    await eventually('the picture to be indexed', async () => (await search(bob, { has: 'file' })).length > 0);
    assert.equal((await search(bob, { has: 'file', author: '@bob' })).length, 0);
    const mine = await bodies(ann, '', { author: '@ann', room: group.id });
    assert.deepEqual(mine, ['', 'Мы говорили о книгах, и ещё о чае', 'The universities are closing']);
    assert.equal((await bodies(ann, 'university', { author: bob.id })).length, 1);
    assert.equal((await bodies(ann, 'university', { before: '2020-01-01' })).length, 0);
    assert.equal((await bodies(ann, 'university', { after: '2020-01-01', before: '2999-12-31T00:00:00Z' })).length, 2);
  });

  await t.test('pages go on without gap or repetition, by the newest and by the index', async () => {
    for (let number = 0; number < 25; number += 1) await say(bob, group, `number ${number} of many`);
    await eventually('all', async () => (await bodies(ann, 'many', { limit: '50' })).length === 25);
    await say(bob, secret, 'many that ann does not see');
    await findable(bob, 'many', { room: secret.id });
    const all = await ann.all<Hit>('/search?q=many', 7);
    assert.deepEqual(
      all.map(({ message }) => message?.body),
      Array.from({ length: 25 }, (_, index) => `number ${24 - index} of many`),
    );
    // More messages than are looked through, so that the index has to find what is older.
    await server.sql`
      insert into message_search (message_id, room_id, author_id, created_at, words)
      select 1000000 + n, m.room_id, m.author_id, now() + n * interval '1 ms', to_tsvector('koine', 'filler')
        from generate_series(1, 6000) as n, (select * from message_search limit 1) as m
       where m.room_id = (select id from rooms where uid = ${group.id})`;
    for (const q of ['many', 'man*', 'numb* man*', '-filler number'])
      assert.equal((await ann.all<Hit>(`/search?q=${q}`, 7)).length, 25, q);
    await server.sql`delete from message_search where message_id > 1000000`;
  });

  await t.test('posts are found with their titles', async () => {
    const post = await ann.do<{ id: string }>('POST', '/posts', { title: 'A recipe', body: 'Boil the water first' });
    await findable(cat, 'recipe water', { in: 'posts' });
    await ann.do('PATCH', `/posts/${post.id}`, { body: 'Heat the milk' });
    await findable(cat, 'milk', { in: 'posts' });
    const [hit] = await search(cat, { q: 'recipes', in: 'posts', author: '@ann' });
    assert.deepEqual([hit?.kind, hit?.post?.id, hit?.excerpt], ['post', post.id, 'A recipe\nHeat the milk']);
    assert.deepEqual(await bodies(cat, 'water', { in: 'posts' }), []);
    await cat.do('PUT', `/blocks/${ann.id}`);
    assert.deepEqual(await bodies(cat, 'milk', { in: 'posts' }), []);
    await cat.do('DELETE', `/blocks/${ann.id}`);
    await ann.do('DELETE', `/posts/${post.id}`);
    assert.deepEqual(await bodies(cat, 'milk', { in: 'posts' }), []);
  });

  await t.test('people and rooms are found by name', async () => {
    const people = await search(ann, { q: 'BO', in: 'people' });
    assert.deepEqual(
      people.map(({ person }) => person?.username),
      ['bob'],
    );
    await ann.do('POST', '/rooms', { kind: 'direct', members: [bob.id] });
    const titles = async (who: Member, q: string) =>
      (await search(who, { q, in: 'rooms' })).map(({ room }) => room?.title);
    assert.deepEqual(await titles(ann, 'tea'), ['Tea club']);
    assert.deepEqual(await titles(ann, 'coffee'), []);
    assert.equal((await titles(ann, 'bo')).length, 1);
    assert.equal((await ann.all<Hit>('/search?in=rooms&q=', 1)).length, 3);
  });

  await t.test(
    'catching up: what was said to somebody, what was liked, and which rooms were busy since then',
    async () => {
      const since = new Date(Date.now() - 1).toISOString();
      const eve = await member(server, 'eve');
      const quiet = await eve.do<Room>('POST', '/rooms', { kind: 'group', title: 'Quiet', members: [bob.id] });
      await bob.do('PUT', `/rooms/${quiet.id}/notify`, { notify: 'nothing' });
      await say(eve, quiet, 'nobody hears this');
      await say(ann, group, 'this one is for @bob');
      await say(ann, group, 'and this one for all');
      const [liked] = [
        await ann.do<Room>('POST', '/posts', { body: 'liked' }),
        await ann.do('POST', '/posts', { body: 'not liked' }),
      ];
      await bob.do('PUT', `/posts/${liked.id}/like`);
      const {
        said,
        liked: posts,
        rooms,
      } = await bob.get<{
        said: { kind: string; subject: { excerpt: string } }[];
        liked: { id: string; likesCount: number }[];
        rooms: { room: Room; count: number; first: number }[];
      }>(`/catch-up?since=${since}`);
      assert.deepEqual([said.map(({ kind }) => kind), said[0]?.subject.excerpt], [['mention'], 'this one is for @bob']);
      assert.deepEqual(
        posts.map(({ id, likesCount }) => [id, likesCount]),
        [[liked.id, 1]],
      );
      assert.deepEqual(
        rooms.map(({ room, count }) => [room.id, count]),
        [[group.id, 2]],
      );
      const later = new Date(Date.now() + 60_000).toISOString();
      const { since: asked, ...nothing } = await bob.get<{ since: string }>(`/catch-up?since=${later}`);
      assert.deepEqual([asked, nothing], [later, { said: [], liked: [], rooms: [] }]);
      const long = await bob.get<{ since: string }>('/catch-up?since=2001-01-01');
      assert.ok(Date.parse(long.since) > Date.parse('2020-01-01'));
      assert.equal((await bob.call<Problem>('GET', '/catch-up')).json.code, 'invalid');
    },
  );

  await t.test('an account searches twice at once, and no more, however many sockets it has', async () => {
    const held = await server.sql.begin(async (tx) => {
      await tx`lock table message_search in access exclusive mode`;
      const searches = [ann.call('GET', '/search?q=tea'), ann.call('GET', '/search?q=university')];
      await somebodyWaits(server.sql, searches.length);
      const refused = await ann.call<Problem>('GET', '/search?q=book');
      assert.deepEqual(
        [refused.status, refused.json.code, refused.headers.get('retry-after')],
        [429, 'rate_limited', '1'],
      );
      return { searches };
    });
    const answers = await Promise.all(held.searches);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    assert.equal((await ann.call('GET', '/search?q=book')).status, 200);
  });

  await t.test('a bad query is refused with a reason', async () => {
    for (const query of [
      '',
      'q=',
      'q=%20%2A',
      `q=${'a'.repeat(201)}`,
      'q=a&before=yesterday',
      'q=a&cursor=bm9uZQ',
      'q=a&in=files',
    ])
      assert.equal((await ann.call<Problem>('GET', `/search?${query}`)).json.code, 'invalid', query);
    assert.equal((await ann.call<Problem>('GET', '/search?q=a&author=@nobody')).status, 404);
    for (const q of ["'", '\\', "a' | 'b", '!!', ':*', '<->', '()', '\u0000', '\ud800', '"', '-', "'':*"])
      assert.ok((await ann.call('GET', `/search?q=${encodeURIComponent(q.toWellFormed())}x`)).status < 500, q);
  });
});
