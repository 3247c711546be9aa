/** Events are published only after their commit, and not at all if it fails. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createAccountRemoval } from '../../src/core/accounts/account-removal.ts';
import { createChanges } from '../../src/core/events/changes.ts';
import type { Actor, Message, Post } from '../../src/core/model.ts';
import { startCore, type TestNode } from '../support/core-harness.ts';
import { Recorder } from '../support/hub.ts';
import { PASSWORD } from '../support/people.ts';
import { openUnpublishedSocket } from '../support/socket.ts';

const CORE = 'src/core';
const HOME = '127.0.0.1';
const DEAD_NODE = '00000000-0000-4000-8000-00000000dead';
const UNSEEN = { event: () => null };

/** While `failing` has a row, commits with events are refused at the commit. */
const REFUSE_COMMITS = `
  create table failing (reason text);
  create function refuse_commit() returns trigger language plpgsql as $$
  begin
    if exists (select from failing) then raise exception 'refused at commit'; end if;
    return null;
  end $$;
  create constraint trigger refuse_commit after insert on events
    deferrable initially deferred for each row execute function refuse_commit();
  create constraint trigger refuse_commit after insert on messages
    deferrable initially deferred for each row execute function refuse_commit()`;

type Scene = {
  readonly node: TestNode;
  readonly ann: Actor;
  readonly bob: Actor;
  readonly cem: Actor;
  readonly room: { id: number };
  readonly said: Message;
  readonly post: Post;
  readonly commentId: number;
  /** A socket in the lobby. */
  readonly visitor: ReturnType<Recorder['connection']>;
};

/** Everything that publishes; each keeps what the later ones need. */
const ACTS: Record<string, (scene: Scene) => Promise<unknown>> = {
  'a message to the lobby': ({ node, ann }) => node.core.lobby.send(ann, 'x'),
  'a message to a room': ({ node, ann, room }) => node.core.rooms.sendMessage(ann, room, 'x'),
  'an edited message': ({ node, ann, room, said }) => node.core.messages.edit(ann, room, said.seq, { body: 'y' }),
  'a post': ({ node, ann }) => node.core.posts.create(ann, { body: 'x' }),
  'an edited post': ({ node, ann, post }) => node.core.posts.editText(ann, post.id, 'y'),
  'a like': ({ node, bob, post }) => node.core.likes.setLike(bob, post, (liked) => !liked),
  'a comment': ({ node, bob, post }) => node.core.comments.add(bob, post, { body: 'x' }),
  'a deleted comment': ({ node, ann, commentId }) => node.core.comments.remove(ann, commentId),
  'a deleted post': ({ node, ann, post }) => node.core.posts.remove(ann, post),
  'somebody who comes': ({ node, bob }) =>
    node.core.lobby.approach(bob).join(new Recorder().connection(), UNSEEN, () => {}),
  'somebody who goes': async ({ node, visitor }) => {
    visitor.closed();
    await node.core.flush();
  },
  'the end of a dead node': async ({ node, cem }) => {
    await node.sql`insert into nodes values (${DEAD_NODE}, clock_timestamp()) on conflict do nothing`;
    await node.sql`
      insert into places values (${cem.id}, 'lobby', ${DEAD_NODE}, ${cem.username}) on conflict do nothing`;
    await node.core.expireNodes([DEAD_NODE]);
  },
  'a sign-out': ({ node, bob }) => node.core.sessions.end(bob),
  'a sign-out everywhere': ({ node, bob }) => node.core.sessions.endAll(bob.id),
  'a new password': ({ node, ann }) =>
    node.core.access.changePassword(ann, { current: PASSWORD, next: `${PASSWORD} 2` }, HOME),
  'a password by an operator': ({ node, bob }) => node.core.access.resetPassword(bob.id, `${PASSWORD} 2`),
  'a disabled account': ({ node, bob }) => node.core.access.disable(bob.id),
  'a deleted account': ({ node: { sql, hub, core }, cem }) =>
    createAccountRemoval(sql, {
      changes: createChanges(sql, hub),
      access: core.access,
      blobs: { remove: async () => {} },
    }).remove(cem.id, {
      signal: new AbortController().signal,
      onProgress: () => {},
    }),
};

/** These do not wait for the commit, and retry. */
const NEVER_FAIL = ['somebody who goes'];

async function scene(t: TestContext): Promise<Scene> {
  const node = await startCore(t);
  const [ann, bob, cem, visitor] = (await node.crowd(['ann', 'bob', 'cem', 'eve'])) as [Actor, Actor, Actor, Actor];
  const { core } = node;
  const room = (await core.rooms.createRoom(ann, { title: 'room', memberUids: [bob.uid] })).room;
  const said = await core.rooms.sendMessage(ann, room, 'said');
  const post = await core.posts.create(ann, { body: 'post' });
  const { id: commentId } = await core.comments.add(ann, post, { body: 'comment' });
  await core.posts.create(cem, { body: 'of cem' });
  await core.lobby.send(cem, 'of cem');
  const connection = new Recorder().connection();
  await core.lobby.approach(visitor).join(connection, UNSEEN, () => {});
  await node.sql.unsafe(REFUSE_COMMITS);
  return { node, ann, bob, cem, room, said, post, commentId, visitor: connection };
}

/** Every line of core that publishes, as `file:line`. */
async function publishingLines(): Promise<string[]> {
  const files = (await readdir(CORE, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const found = await Promise.all(
    files.map(async (file) => {
      const lines = (await readFile(join(CORE, file), 'utf8')).split('\n');
      return lines.flatMap((line, index) => (line.includes('hub.publish(') ? [`${file}:${index + 1}`] : []));
    }),
  );
  return found.flat().sort();
}

test('a change that fails to commit publishes nothing and disconnects nobody; a committed one is published', async (t) => {
  const story = await scene(t);
  const { sql, hub } = story.node;
  const published: string[] = [];
  const lines = new Set<string>();
  const publish = hub.publish.bind(hub);
  hub.publish = (streamId, events) => {
    published.push(...events.map(({ kind }) => kind));
    const [, line] = /src\/core\/([\w/-]+\.ts:\d+)/.exec(new Error().stack ?? '') ?? [];
    if (line) lines.add(line);
    publish(streamId, events);
  };
  const token = await story.node.token(story.ann);
  const socket = await openUnpublishedSocket(t, `${story.node.wsUrl}/chat/room?token=${token}`);
  await socket.frameCount(1);
  const written = () => sql`
    select (select count(*)::int from messages where author_id = ${story.cem.id}) as messages,
           (select count(*)::int from posts where author_id = ${story.cem.id}) as posts`;

  await sql`insert into failing values ('')`;
  for (const [name, act] of Object.entries(ACTS)) {
    const failing = act(story);
    if (NEVER_FAIL.includes(name)) await failing;
    else await assert.rejects(failing, /refused at commit/, name);
    assert.deepEqual(published, [], name);
  }
  assert.equal(socket.closed, null);
  // The removal could not disable the account, so it deletes nothing.
  assert.deepEqual([...(await written())], [{ messages: 1, posts: 1 }]);

  await sql`delete from failing`;
  for (const [name, act] of Object.entries(ACTS)) {
    published.length = 0;
    await act(story);
    if (!NEVER_FAIL.includes(name)) assert.notDeepEqual(published, [], name);
  }
  assert.deepEqual([...lines].sort(), await publishingLines());
});

test('a failure to publish is reported to the sender, stores nothing twice, and does not stop the next one', async (t) => {
  const { core, sql, hub, person } = await startCore(t);
  const ann = await person('ann');
  const publish = hub.publish.bind(hub);
  hub.publish = () => {
    throw new Error('no way out');
  };
  const sent = await Promise.allSettled(['a', 'b', 'c'].map((text) => core.lobby.send(ann, text)));
  assert.deepEqual(
    sent.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  await assert.rejects(core.posts.create(ann, { body: 'x' }), /no way out/);
  hub.publish = publish;
  await core.lobby.send(ann, 'd');
  await core.posts.create(ann, { body: 'y' });
  const [stored] = await sql`
    select array(select body from messages order by seq) as messages, array(select body from posts order by id) as posts`;
  assert.deepEqual(stored, { messages: ['a', 'b', 'c', 'd'], posts: ['x', 'y'] });
});
