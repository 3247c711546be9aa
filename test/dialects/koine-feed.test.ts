/** koine's feed over the wire: posts with pictures, edits, likes, bookmarks and comments. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as board from '../support/board-people.ts';
import { startTestServer } from '../support/harness.ts';
import { type Member, member, type Page, type Person, type Problem } from '../support/koine-people.ts';
import { halves } from '../support/pictures.ts';

type File = { id: string; url: string; alt?: string };
type Post = {
  id: string;
  author: Person;
  title?: string;
  body: string;
  images: File[];
  editedAt?: string;
  likesCount: number;
  commentsCount: number;
  viewsCount: number;
  liked: boolean;
  bookmarked: boolean;
};
type Comment = { id: string; postId: string; author: Person; body: string; editedAt?: string };
type Posts = Page<Post> & { seq: number };

const bodiesOf = (items: readonly { body: string }[]) => items.map(({ body }) => body);

async function upload(who: Member): Promise<File> {
  const { json } = await who.call<File>('POST', '/files?alt=halves', { body: await halves(8, 8).png().toBuffer() });
  return json;
}

test('koine: the feed', async (t) => {
  const server = await startTestServer(t);
  const [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
  const carla = await board.member(server, 'carla');
  const write = (who: Member, body: string) => who.do<Post>('POST', '/posts', { body });

  await t.test('a post is written once with its pictures, however often it is sent', async () => {
    const [one, two] = [await upload(ann), await upload(ann)];
    const body = { title: 'On tea', body: 'Hot', images: [two.id, one.id] };
    const headers = { 'idempotency-key': 'on-tea' };
    const send = () => ann.call<Post>('POST', '/posts', { body, headers });
    const { status, json: post, headers: sent } = await send();
    assert.deepEqual([status, sent.get('location')], [201, `/v1/posts/${post.id}`]);
    assert.deepEqual([post.title, post.body, post.images], ['On tea', 'Hot', [two, one]]);
    assert.deepEqual([post.liked, post.likesCount, post.commentsCount, post.bookmarked], [false, 0, 0, false]);
    assert.deepEqual((await send()).json, post);
    const reused = await ann.call<Problem>('POST', '/posts', { body: { ...body, body: 'Cold' }, headers });
    assert.deepEqual([reused.status, reused.json.code], [422, 'idempotency_key_reused']);
    const used = await ann.call<Problem>('POST', '/posts', { body: { body: 'Hot', images: [one.id] } });
    assert.deepEqual([used.status, used.json.errors?.[0]?.pointer], [400, '/images']);
    assert.deepEqual(bodiesOf((await ann.get<Posts>('/posts')).items), ['Hot']);
  });

  await t.test('posts of all APIs are in one feed: of all, of friends, of one', async () => {
    await carla.post('from board');
    for (const text of ['one', 'two', 'three']) await write(bob, text);
    assert.deepEqual(bodiesOf(await ann.all<Post>('/posts', 2)), ['three', 'two', 'one', 'from board', 'Hot']);
    await ann.do('PUT', '/friends/@bob');
    assert.deepEqual(bodiesOf(await ann.all<Post>('/posts?from=friends', 2)), ['three', 'two', 'one']);
    for (const path of ['/posts?from=@carla', '/people/@carla/posts'])
      assert.deepEqual(bodiesOf(await ann.all<Post>(path, 1)), ['from board'], path);
    const { json } = await board.call<board.Message[]>(server, 'GET', '/messages/', { token: carla.token });
    assert.deepEqual([json[0]?.text, json.at(-1)?.text], ['three', 'On tea\n\nHot']);
    assert.equal((await ann.call<Problem>('GET', '/posts?from=nobody')).json.errors?.[0]?.parameter, 'from');
    assert.equal((await ann.call('GET', '/posts?from=@nobody')).status, 404);
    const { seq } = await ann.get<Posts>('/posts');
    const [head] = await server.sql<[{ head: number }]>`select head::int from streams where id = 3`;
    assert.equal(seq, head.head);
  });

  await t.test('a list that has not changed for its reader is not sent again', async () => {
    for (const path of ['/posts', '/people/@bob/posts?limit=2']) {
      const tagOf = async (reader: Member) => (await reader.call('GET', path)).headers.get('etag') ?? '';
      const ask = async (tag: string) => ann.call('GET', path, { headers: { 'if-none-match': tag } });
      const tag = await tagOf(ann);
      assert.deepEqual([(await ask(tag)).status, (await ask(await tagOf(bob))).status], [304, 200]);
      const [post] = (await ann.get<Posts>('/people/@bob/posts')).items;
      await ann.do('PUT', `/posts/${post?.id}/bookmark`);
      const changed = await ask(tag);
      assert.deepEqual([changed.status, (await ask(changed.headers.get('etag') ?? '')).status], [200, 304]);
      await ann.do('DELETE', `/posts/${post?.id}/bookmark`);
    }
  });

  await t.test('an edit of what somebody else has edited meanwhile is refused', async () => {
    const { id } = await write(ann, 'as it was');
    const path = `/posts/${id}`;
    const read = await ann.call<Post>('GET', path);
    const headers = { 'if-match': read.headers.get('etag') as string };
    const edited = await ann.call<Post>('PATCH', path, { body: { title: 'Titled' }, headers });
    assert.deepEqual([edited.status, edited.json.title, edited.json.body], [200, 'Titled', 'as it was']);
    assert.ok(edited.json.editedAt);
    for (const method of ['PATCH', 'DELETE']) {
      const late = await ann.call<Problem>(method, path, {
        ...(method === 'PATCH' && { body: { body: 'late' } }),
        headers,
      });
      assert.deepEqual([late.status, late.json.code], [412, 'precondition_failed'], method);
    }
    assert.equal(
      (await ann.call('PATCH', path, { body: { body: 'x' }, headers: { 'if-match': 'W/"1", "2"' } })).status,
      412,
    );
    const current = { 'if-match': edited.headers.get('etag') as string };
    const untitled = await ann.call<Post>('PATCH', path, { body: { title: null, body: 'new' }, headers: current });
    assert.deepEqual([untitled.status, untitled.json.title, untitled.json.body], [200, undefined, 'new']);
    assert.equal((await ann.call('PATCH', path, { body: {} })).status, 400);
    const stranger = await bob.call<Problem>('PATCH', path, { body: { body: 'mine' } });
    assert.deepEqual([stranger.status, stranger.json.detail], [403, 'You may not edit this post']);
    assert.equal((await ann.call('DELETE', path)).status, 204);
    for (const gone of [path, '/posts/1', '/posts/x']) {
      const { status, json } = await ann.call<Problem>('GET', gone);
      assert.deepEqual([status, json.detail], [404, 'There is no such post, or you may not see it'], gone);
    }
  });

  await t.test('likes and bookmarks are set and taken back, each as often as one likes', async () => {
    const { id } = await write(ann, 'likeable');
    for (const [method, answer] of [
      ['PUT', { liked: true, likesCount: 1 }],
      ['DELETE', { liked: false, likesCount: 0 }],
      ['PUT', { liked: true, likesCount: 1 }],
    ] as const)
      for (let times = 0; times < 2; times += 1) assert.deepEqual(await bob.do(method, `/posts/${id}/like`), answer);
    await ann.do('PUT', `/posts/${id}/like`);
    assert.deepEqual(
      (await ann.all<Person>(`/posts/${id}/likes`, 1)).map(({ username }) => username),
      ['ann', 'bob'],
    );
    for (let times = 0; times < 2; times += 1)
      assert.equal((await bob.call('PUT', `/posts/${id}/bookmark`)).status, 204);
    const other = await write(ann, 'kept too');
    await bob.do('PUT', `/posts/${other.id}/bookmark`);
    const kept = await bob.all<Post>('/bookmarks', 1);
    assert.deepEqual(bodiesOf(kept), ['kept too', 'likeable']);
    assert.deepEqual(
      kept.map(({ liked, bookmarked }) => [liked, bookmarked]),
      [
        [false, true],
        [true, true],
      ],
    );
    for (let times = 0; times < 2; times += 1)
      assert.equal((await bob.call('DELETE', `/posts/${id}/bookmark`)).status, 204);
    assert.deepEqual(bodiesOf(await bob.all<Post>('/bookmarks')), ['kept too']);
    assert.deepEqual(await ann.all<Post>('/bookmarks'), []);
  });

  await t.test('comments are written, listed oldest first, edited and deleted', async () => {
    const post = await write(ann, 'to be commented');
    const path = `/posts/${post.id}/comments`;
    const headers = { 'idempotency-key': 'first' };
    const send = () => bob.call<Comment>('POST', path, { body: { body: 'first' }, headers });
    const { status, json: first } = await send();
    assert.deepEqual([status, first.postId, first.author.id], [201, post.id, bob.id]);
    assert.deepEqual((await send()).json, first);
    const second = await ann.do<Comment>('POST', path, { body: 'second' });
    assert.deepEqual(bodiesOf(await ann.all<Comment>(path, 1)), ['first', 'second']);
    assert.equal((await ann.get<Post>(`/posts/${post.id}`)).commentsCount, 2);
    const edited = await bob.call<Comment>('PATCH', `/comments/${first.id}`, { body: { body: 'edited' } });
    assert.deepEqual([edited.status, edited.json.body], [200, 'edited']);
    const current = { 'if-match': edited.headers.get('etag') as string };
    assert.equal(
      (await bob.call('PATCH', `/comments/${first.id}`, { body: { body: 'again' }, headers: { 'if-match': '"1"' } }))
        .status,
      412,
    );
    assert.equal((await bob.call('PATCH', `/comments/${second.id}`, { body: { body: 'mine' } })).status, 403);
    assert.equal((await bob.call('DELETE', `/comments/${first.id}`, { headers: current })).status, 204);
    for (const id of [first.id, '0', 'x', '9'.repeat(40)])
      assert.equal((await bob.call('DELETE', `/comments/${id}`)).status, 404, id);
    assert.deepEqual(bodiesOf(await bob.all<Comment>(path)), ['second']);
  });

  await t.test('what a blocked account writes is left out', async () => {
    const { id } = await write(ann, 'for all');
    await bob.do('POST', `/posts/${id}/comments`, { body: 'of bob' });
    await bob.do('PUT', `/posts/${id}/like`);
    await write(bob, 'of bob');
    await ann.do('PUT', '/blocks/@bob');
    const seen = await ann.all<Post>('/posts', 3);
    assert.ok(seen.every(({ author }) => author.id !== bob.id));
    assert.deepEqual(await ann.all(`/posts/${id}/comments`), []);
    assert.deepEqual(await ann.all(`/posts/${id}/likes`), []);
  });
});
