/** Messages of koine: sending, editing, deleting, answers, mentions, files, reactions, pins; and how the other dialects show them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '../support/conditions.ts';
import { startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { isProblem, Member, member, type Person, type Reply } from '../support/koine-people.ts';
import { connect, relayToken } from '../support/people.ts';
import { halves } from '../support/pictures.ts';
import { miscounted } from '../support/stored-bytes.ts';

type File = { id: string; kind: string; url: string; previewUrl: string; alt?: string };
type Reaction = { emoji: string; count: number; mine: boolean };
type Message = {
  seq: number;
  author: Person;
  body: string;
  createdAt: string;
  editedAt?: string;
  deletedAt?: string;
  replyTo?: { seq: number; author: Person; excerpt: string };
  mentions: string[];
  files: File[];
  reactions?: Reaction[];
  pinned?: boolean;
};
type MessagePage = { items: Message[]; next: string | null; seq: number };
type Notification = { kind: string; actor: Person; subject: { seq?: number } };

const segment = encodeURIComponent;
const bodies = ({ items }: MessagePage) => items.map(({ body }) => body);
const statuses = (replies: readonly Reply<unknown>[]) => replies.map(({ status }) => status).sort();
const answer = (replyTo: number) => ({ replyTo });

/** A room of one account, in which everybody else is a member. */
class Room {
  readonly path: string;
  constructor(id: string) {
    this.path = `/rooms/${id}/messages`;
  }
  at(seq: number, ...rest: string[]): string {
    return [this.path, seq, ...rest].join('/');
  }
  pin(seq: number): string {
    return this.at(seq).replace('/messages/', '/pins/');
  }
  say(who: Member, body: string, more: object = {}): Promise<Message> {
    return who.do<Message>('POST', this.path, { body, ...more });
  }
  sendWith(who: Member, key: string, body: string, more: object = {}): Promise<Reply<Message>> {
    return who.call<Message>('POST', this.path, { body: { body, ...more }, headers: { 'idempotency-key': key } });
  }
  read(who: Member, seq: number): Promise<Message> {
    return who.get<Message>(this.at(seq));
  }
  page(who: Member, query = ''): Promise<MessagePage> {
    return who.get<MessagePage>(`${this.path}${query}`);
  }
}

async function roomOf(owner: Member, others: readonly Member[]): Promise<Room> {
  const made = await fetch(`${owner.server.url}/api/chats/create`, {
    method: 'POST',
    headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: randomUUID(), users: others.map(({ id }) => id) }),
  });
  return new Room(((await made.json()) as { id: string }).id);
}

async function lobbyOf({ sql }: TestServer): Promise<Room> {
  const [lobby] = await sql<[{ uid: string }]>`select uid from rooms where kind = 'lobby'`;
  return new Room(lobby.uid);
}

/** A new picture of the account. */
async function upload(who: Member): Promise<File> {
  const body = await halves(40, 30).png().toBuffer();
  const made = await who.call<File>('POST', '/files?alt=halves', { body, headers: { 'content-type': 'image/png' } });
  assert.equal(made.status, 201);
  return made.json;
}

/** The room in social's document. */
async function socialTexts({ server, token }: Member, room: Room): Promise<string[]> {
  const id = room.path.split('/')[2];
  const headers = { authorization: `Bearer ${token}` };
  const page = await fetch(`${server.url}/api/chats/${id}/messages/0`, { headers });
  return ((await page.json()) as { message: string }[]).map(({ message }) => message);
}

test('koine: messages', async (t) => {
  const server = await startTestServer(t);
  const second = await startServerWith(t, { ...server.settings });
  const [ann, bob, cat, eve] = (await Promise.all(
    ['ann', 'bob', 'cat', 'eve'].map((name) => member(server, name)),
  )) as [Member, Member, Member, Member];
  const [annElsewhere, bobElsewhere] = [ann, bob].map(
    ({ me, token }) => new Member(second, { me, token, expiresAt: '' }),
  ) as [Member, Member];
  const lobby = await lobbyOf(server);
  /** New messages are counted about once a second. */
  const counted = () => eventually('all bytes to be counted', async () => (await miscounted(server.sql)).length === 0);
  const notificationsOf = async (who: Member) => (await who.get<{ items: Notification[] }>('/notifications')).items;

  await t.test('a message is answered as it is listed; a stranger sees none', async () => {
    const room = await roomOf(ann, [bob]);
    const sent = await ann.call<Message>('POST', room.path, { body: { body: 'hello' } });
    assert.equal(sent.status, 201);
    const { seq, createdAt, author, ...rest } = sent.json;
    assert.equal(sent.headers.get('location'), `/v1${room.at(seq)}`);
    assert.deepEqual([author.id, rest], [ann.id, { body: 'hello', mentions: [], files: [] }]);
    const page = await bob.call<MessagePage>('GET', room.path);
    assert.deepEqual(page.json.items, [{ ...sent.json, reactions: [], pinned: false }]);
    assert.equal(page.json.seq, seq);
    const headers = { 'if-none-match': page.headers.get('etag') ?? '' };
    assert.equal((await bob.call('GET', room.path, { headers })).status, 304);
    await room.say(bob, 'hi');
    assert.equal((await bob.call('GET', room.path, { headers })).status, 200);
    for (const body of ['', ' ', 'x'.repeat(4_001), '\0'])
      assert.ok(isProblem(await ann.call('POST', room.path, { body: { body } }), 400, 'invalid'), body.slice(0, 9));
    assert.ok(isProblem(await eve.call('POST', room.path, { body: { body: 'x' } }), 404, 'not_found'));
  });

  await t.test('a key makes one message, on whichever node and however often it is sent', async () => {
    const room = await roomOf(ann, [bob]);
    const first = await room.say(ann, 'first');
    for (const more of [{}, answer(first.seq)]) {
      const key = randomUUID();
      const senders = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? ann : annElsewhere));
      const replies = await Promise.all(senders.map((who) => room.sendWith(who, key, 'once', more)));
      assert.deepEqual(new Set(replies.map(({ status, json }) => `${status} ${json.seq}`)).size, 1);
      assert.ok(isProblem(await room.sendWith(ann, key, 'other', more), 422, 'idempotency_key_reused'));
      // Keys belong to accounts.
      assert.equal((await room.sendWith(bob, key, 'other', more)).status, 201);
    }
    const key = randomUUID();
    const mixed = await Promise.all(['a', 'b', 'a', 'b'].map((body) => room.sendWith(ann, key, body)));
    assert.deepEqual(statuses(mixed), [201, 201, 422, 422]);
    const elsewhere = await roomOf(ann, [bob]);
    assert.ok(isProblem(await elsewhere.sendWith(ann, key, 'a'), 422, 'idempotency_key_reused'));
    const crossed = randomUUID();
    const rooms = await Promise.all([room.sendWith(ann, crossed, 'x'), elsewhere.sendWith(annElsewhere, crossed, 'x')]);
    assert.deepEqual(statuses(rooms), [201, 422]);
    assert.deepEqual(
      bodies(await room.page(ann)).filter((body) => body === 'once'),
      ['once', 'once'],
    );
  });

  await t.test('what was sent with a key and deleted is not sent again', async () => {
    const room = await roomOf(ann, [bob]);
    const { json } = await room.sendWith(ann, 'k1', 'regretted');
    await counted();
    assert.equal((await ann.call('DELETE', room.at(json.seq))).status, 204);
    const again = await room.sendWith(annElsewhere, 'k1', 'regretted');
    assert.deepEqual([again.status, again.json.seq, again.json.body], [201, json.seq, '']);
    const digests =
      await server.sql`select from messages where key = 'k1' and key_digest <> decode(repeat('00', 32), 'hex')`;
    assert.equal(digests.length, 0);
  });

  await t.test('the messages of one socket stay in order, whatever they refer to', async () => {
    const socket = await connect(t, server, await relayToken(server, 'rob'));
    const texts = Array.from({ length: 30 }, (_, index) => `in order ${index}${index % 3 === 0 ? ' @bob' : ''}`);
    for (const text of texts) socket.send(text);
    await socket.frameWith({ body: texts.at(-1) as string });
    const stored = bodies(await lobby.page(ann, '?limit=100')).filter((body) => body.startsWith('in order'));
    assert.deepEqual(stored, texts);
  });

  await t.test(
    'an edit replaces the text and its mentions; of two at once that expect the same, one succeeds',
    async () => {
      const room = await roomOf(ann, [bob, cat]);
      const { seq } = await room.say(ann, 'for @bob');
      const path = room.at(seq);
      const edit = (who: Member, body: string, tag?: string) =>
        who.call<Message>('PATCH', path, { body: { body }, ...(tag && { headers: { 'if-match': tag } }) });
      const tag = (await ann.call('GET', path)).headers.get('etag') ?? '';
      const raced = await Promise.all([edit(ann, 'for @cat', tag), edit(annElsewhere, 'for @cat!', tag)]);
      assert.deepEqual(statuses(raced), [200, 412]);
      const won = raced.find(({ status }) => status === 200) as Reply<Message>;
      assert.deepEqual(won.json.mentions, [cat.id]);
      assert.ok(won.json.editedAt);
      const shown = await bob.call<Message>('GET', path);
      assert.deepEqual(shown.json, { ...won.json, reactions: [], pinned: false });
      assert.equal(shown.headers.get('etag'), won.headers.get('etag'));
      // Nothing is changed by the same text.
      const same = await edit(ann, won.json.body, won.headers.get('etag') ?? '');
      assert.deepEqual([same.status, same.headers.get('etag')], [200, won.headers.get('etag')]);
      assert.equal((await edit(ann, 'nobody')).json.mentions.length, 0);
      assert.ok(isProblem(await edit(bob, 'mine'), 403, 'forbidden'));
      assert.ok(isProblem(await edit(eve, 'mine'), 404, 'not_found'));
      assert.ok(isProblem(await edit(ann, ' '), 400, 'invalid'));
      assert.deepEqual(await socialTexts(bob, room), ['nobody']);
    },
  );

  await t.test('a deleted message is a tombstone here, and nowhere else; nothing of it is left', async () => {
    const room = await roomOf(ann, [bob, cat]);
    await room.say(bob, 'before');
    const file = await upload(ann);
    const { seq } = await room.say(ann, 'secret @bob', { files: [file.id] });
    const quoting = await room.say(bob, 'an answer', answer(seq));
    assert.equal(quoting.replyTo?.excerpt, 'secret @bob');
    await bob.do('PUT', room.at(seq, 'reactions', segment('👍')));
    await bob.do('PUT', room.pin(seq));
    assert.ok(isProblem(await bob.call('DELETE', room.at(seq)), 403, 'forbidden'));
    await counted();
    const deletions = await Promise.all([ann, annElsewhere].map((who) => who.call('DELETE', room.at(seq))));
    assert.deepEqual(statuses(deletions), [204, 204]);
    const { deletedAt, author, createdAt, ...rest } = await room.read(bob, seq);
    assert.ok(deletedAt);
    assert.deepEqual(rest, { seq, body: '', mentions: [], files: [], reactions: [], pinned: false });
    assert.equal((await room.read(bob, quoting.seq)).replyTo?.excerpt, '');
    assert.deepEqual(bodies(await room.page(cat)), ['before', '', 'an answer']);
    assert.deepEqual(await socialTexts(cat, room), ['before', 'an answer']);
    const [left] = await server.sql`
      select (select count(*)::int from messages where body like 'secret%') as messages,
             (select count(*)::int from events where payload::text like '%secret%') as events,
             (select count(*)::int from mentions where seq = ${seq} and room_id = m.room_id) as mentions,
             (select count(*)::int from reaction_counts where seq = ${seq} and room_id = m.room_id) as counts,
             (select count(*)::int from objects where uid = ${file.id} and loose_since is null) as files
        from messages m where m.body = 'an answer' and m.reply_to = ${seq}`;
    assert.deepEqual({ ...left }, { messages: 0, events: 0, mentions: 0, counts: 0, files: 0 });
    for (const [method, path, body] of [
      ['PATCH', room.at(seq), { body: 'x' }],
      ['PUT', room.at(seq, 'reactions', segment('👍'))],
      ['PUT', room.pin(seq)],
      ['POST', room.path, { body: 'x', replyTo: seq }],
    ] as const)
      assert.ok(isProblem(await ann.call(method, path, { body }), 404, 'not_found'), `${method} ${path}`);
    // The owner of the room and admins may delete what others wrote.
    assert.equal((await ann.call('DELETE', room.at(quoting.seq))).status, 204);
    await counted();
  });

  await t.test('of an edit, a reaction and a deletion at once, the deletion stays', async () => {
    const room = await roomOf(ann, [bob]);
    for (let round = 0; round < 5; round += 1) {
      const { seq } = await room.say(ann, 'draft');
      const [deleted] = await Promise.all([
        annElsewhere.call('DELETE', room.at(seq)),
        ann.call('PATCH', room.at(seq), { body: { body: 'edited' } }),
        bob.call('PUT', room.at(seq, 'reactions', segment('🎉'))),
        bobElsewhere.call('PUT', room.pin(seq)),
      ]);
      assert.equal(deleted.status, 204);
      const { body, reactions, pinned } = await room.read(bob, seq);
      assert.deepEqual([body, reactions, pinned], ['', [], false]);
    }
    const wrong = await server.sql`
      select from events e join messages m on m.room_id = e.stream_id and m.seq = (e.payload ->> 'seq')::bigint
       where m.deleted_at is not null and e.kind <> 'message.deleted'
         and e.seq > (select d.seq from events d where d.stream_id = e.stream_id and d.kind = 'message.deleted'
                         and d.payload ->> 'seq' = e.payload ->> 'seq')`;
    assert.equal(wrong.length, 0);
  });

  await t.test('reactions are counted once for each account and shown in the order of their first use', async () => {
    const room = await roomOf(ann, [bob]);
    const { seq } = await room.say(ann, 'react');
    const react = (who: Member, emoji: string, method = 'PUT') =>
      who.call<{ reactions: Reaction[] }>(method, room.at(seq, 'reactions', segment(emoji)));
    await react(bob, '👍');
    // Typed without the variation selector.
    await Promise.all([react(ann, '❤'), react(annElsewhere, '❤️')]);
    await Promise.all(Array.from({ length: 4 }, () => react(ann, '👍')));
    const { reactions } = (await react(bob, '❤️')).json;
    assert.deepEqual(reactions, [
      { emoji: '👍', count: 2, mine: true },
      { emoji: '❤️', count: 2, mine: true },
    ]);
    await react(bob, '👍', 'DELETE');
    assert.deepEqual((await react(bob, '👍', 'DELETE')).json.reactions[0], { emoji: '👍', count: 1, mine: false });
    assert.deepEqual((await react(ann, '👍', 'DELETE')).json.reactions.length, 1);
    for (const wrong of ['x', '👍👍', ' ', '1', 'x'.repeat(60)])
      assert.ok(isProblem(await react(ann, wrong), 400, 'invalid'), wrong);
    assert.equal((await react(ann, '👩🏻‍❤️‍💋‍👩🏿')).status, 200);
    const many = [...'😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑'];
    for (const emoji of many) assert.equal((await react(ann, emoji)).status, 200, emoji);
    assert.ok(isProblem(await react(ann, '🙂'), 400, 'invalid'));
    assert.equal((await react(bob, '😀')).status, 200);
    const [{ events }] = await server.sql<[{ events: number }]>`
      select count(*)::int as events from events where kind = 'reaction.added' and payload ->> 'seq' = ${String(seq)}
         and payload ->> 'emoji' = '👍'`;
    assert.equal(events, 2);
  });

  await t.test('a room has at most 50 pins; in the lobby only admins pin', async () => {
    const room = await roomOf(ann, [bob]);
    const said = await Promise.all(Array.from({ length: 51 }, (_, index) => room.say(ann, `pin ${index}`)));
    const seqs = said.map(({ seq }) => seq);
    const pinned = await Promise.all(seqs.slice(0, 49).map((seq) => bob.call('PUT', room.pin(seq))));
    assert.deepEqual(new Set(statuses(pinned)), new Set([204]));
    const last = seqs.slice(49).map((seq, index) => (index === 0 ? ann : bobElsewhere).call('PUT', room.pin(seq)));
    assert.deepEqual(statuses(await Promise.all(last)), [204, 400]);
    assert.equal((await ann.call('DELETE', room.pin(seqs[0] as number))).status, 204);
    assert.equal((await ann.call('DELETE', room.pin(seqs[0] as number))).status, 204);
    const pins = await bob.get<{ items: Message[] }>(room.path.replace('messages', 'pins'));
    assert.equal(pins.items.length, 49);
    assert.ok(pins.items.every(({ pinned }) => pinned));
    const { seq } = await lobby.say(ann, 'pin me');
    assert.ok(isProblem(await ann.call('PUT', lobby.pin(seq)), 403, 'forbidden'));
  });

  await t.test('mentions are of members, and tell them; an answer tells its author', async () => {
    const room = await roomOf(ann, [bob]);
    const { seq, mentions } = await room.say(ann, 'hey @BOB, @bob. and (@eve) @nobody mail@bob @ann');
    assert.deepEqual(mentions, [bob.id]);
    const told = await notificationsOf(bob);
    assert.deepEqual([told[0]?.kind, told[0]?.subject.seq], ['mention', seq]);
    assert.deepEqual(new Set((await lobby.say(ann, '@eve: @cat')).mentions), new Set([eve.id, cat.id]));
    const reply = await room.say(bob, '@ann yes', answer(seq));
    assert.deepEqual([reply.replyTo?.seq, reply.replyTo?.author.id], [seq, ann.id]);
    const answers = (await notificationsOf(ann)).filter(({ actor }) => actor.id === bob.id);
    assert.deepEqual(
      answers
        .filter(({ subject }) => subject.seq === reply.seq)
        .map(({ kind }) => kind)
        .slice(0, 1),
      ['reply'],
    );
    const many = await room.say(ann, `${'@x '.repeat(50)}@bob`);
    assert.deepEqual(many.mentions, []);
    assert.ok(isProblem(await ann.call('POST', room.path, { body: { body: 'x', replyTo: 9_999 } }), 404, 'not_found'));
  });

  await t.test('pages begin before, after and around a position, and say which position they show', async () => {
    const room = await roomOf(ann, [bob]);
    const seqs: number[] = [];
    for (let index = 0; index < 20; index += 1) seqs.push((await room.say(ann, String(index))).seq);
    const [tenth, last] = [seqs[10] as number, seqs[19] as number];
    const newest = await room.page(bob, '?limit=5');
    assert.deepEqual([bodies(newest), newest.seq], [['15', '16', '17', '18', '19'], last]);
    const before = await room.page(bob, `?limit=3&before=${newest.next}`);
    assert.deepEqual(bodies(before), ['12', '13', '14']);
    assert.deepEqual(bodies(await room.page(bob, `?limit=3&after=${tenth}`)), ['11', '12', '13']);
    assert.deepEqual(bodies(await room.page(bob, `?limit=4&around=${tenth}`)), ['8', '9', '10', '11']);
    const end = await room.page(bob, `?limit=2&after=${seqs[17]}`);
    assert.deepEqual([bodies(end), end.next], [['18', '19'], null]);
    const walked: string[] = [];
    for (let next: string | null = String(last + 1); next !== null; ) {
      const page: MessagePage = await room.page(bob, `?limit=7&before=${next}`);
      walked.unshift(...bodies(page));
      next = page.next;
    }
    assert.deepEqual(
      walked,
      seqs.map((_, index) => String(index)),
    );
    const linked = await bob.call<MessagePage>('GET', `${room.path}?limit=5`);
    assert.match(linked.headers.get('link') ?? '', new RegExp(`before=${newest.next}>; rel="next"`));
    for (const query of ['?before=1&after=1', '?before=0', '?limit=101', '?around=x'])
      assert.ok(isProblem(await bob.call('GET', `${room.path}${query}`), 400, 'invalid'), query);
  });

  await t.test('a page begins at a time', async () => {
    const room = await roomOf(ann, [bob]);
    const said: Message[] = [];
    for (const body of ['one', 'two', 'three', 'four', 'five']) said.push(await room.say(ann, body));
    await room.say(bob, 'six');
    // Seconds apart, as nobody can wait for.
    for (const [index, { seq }] of said.entries())
      await server.sql`update messages set created_at = to_timestamp(${index * 10}) where seq = ${seq}
                         and room_id = (select id from rooms where uid = ${room.path.split('/')[2] as string})`;
    const from = async (seconds: number, limit: number) =>
      bodies(await room.page(ann, `?at=${segment(new Date(seconds * 1_000).toISOString())}&limit=${limit}`));
    assert.deepEqual(await from(20, 2), ['two', 'three']);
    assert.deepEqual(await from(15, 2), ['two', 'three']);
    assert.deepEqual(await from(-5, 4), ['one', 'two']);
    assert.deepEqual(await from(4e9, 2), ['six']);
    assert.deepEqual(await from(45, 4), ['four', 'five', 'six']);
    for (const query of ['?at=yesterday', '?at=2026-01-01T00:00:00Z&before=3'])
      assert.ok(isProblem(await ann.call('GET', `${room.path}${query}`), 400, 'invalid'), query);
  });

  await t.test('messages of a blocked account are left out, and do not stop the pages', async () => {
    const room = await roomOf(ann, [bob, cat]);
    await room.say(bob, 'seen');
    const { seq } = await room.say(cat, 'unseen');
    await server.sql`
      insert into blocks (account_id, blocked_id)
      select a.id, b.id from accounts a, accounts b where a.username = 'bob' and b.username = 'cat'`;
    await room.say(cat, 'unseen too');
    assert.deepEqual(bodies(await room.page(bob)), ['seen']);
    assert.deepEqual(bodies(await room.page(ann)), ['seen', 'unseen', 'unseen too']);
    assert.ok(isProblem(await bob.call('GET', room.at(seq)), 404, 'not_found'));
    const page = await room.page(bob, '?limit=1');
    assert.deepEqual([bodies(page), page.next === null], [[], false]);
    await server.sql`delete from blocks`;
  });

  await t.test('whoever is blocked in a direct room changes nothing there, but may delete', async () => {
    const { id } = await ann.do<{ id: string }>('POST', '/rooms', { kind: 'direct', members: [eve.id] });
    const room = new Room(id);
    const { seq } = await room.say(ann, 'kind words');
    await eve.do('PUT', `/blocks/${ann.id}`);
    for (const [method, path, body] of [
      ['POST', room.path, { body: 'x' }],
      ['POST', room.path, { body: '@eve', replyTo: seq }],
      ['PATCH', room.at(seq), { body: 'rude words' }],
      ['PUT', room.at(seq, 'reactions', segment('👍')), undefined],
      ['PUT', room.pin(seq), undefined],
    ] as const)
      assert.ok(isProblem(await ann.call(method, path, { body }), 404, 'not_found'), `${method} ${path}`);
    assert.equal((await ann.call('DELETE', room.at(seq))).status, 204);
    await eve.do('DELETE', `/blocks/${ann.id}`);
    await room.say(ann, 'again');
  });

  await t.test('files are attached once, and the other dialects show their links', async () => {
    const room = await roomOf(ann, [bob]);
    const [file, other] = [await upload(ann), await upload(ann)];
    const sent = await room.sendWith(ann, 'with-files', '', { files: [file.id, other.id] });
    assert.deepEqual([sent.status, sent.json.files.map(({ id }) => id)], [201, [file.id, other.id]]);
    const headers = { authorization: `Bearer ${bob.token}` };
    assert.equal((await fetch(sent.json.files[0]?.url as string, { headers })).status, 200);
    const again = await room.sendWith(annElsewhere, 'with-files', '', { files: [file.id, other.id] });
    assert.equal(again.json.seq, sent.json.seq);
    const taken = await ann.call('POST', room.path, { body: { body: 'x', files: [file.id] } });
    assert.ok(isProblem(taken, 400, 'invalid'));
    const notMine = await bob.call('POST', room.path, { body: { body: 'x', files: [(await upload(ann)).id] } });
    assert.ok(isProblem(notMine, 400, 'invalid'));
    const captioned = await room.say(ann, 'look', { files: [(await upload(ann)).id] });
    assert.deepEqual(await socialTexts(bob, room), [`${file.url}\n${other.url}`, `look\n${captioned.files[0]?.url}`]);
    assert.equal((await ann.call('PATCH', room.at(captioned.seq), { body: { body: '' } })).status, 200);
    await counted();
  });

  await t.test('what a node keeps of the lobby in memory follows edits and deletions', async () => {
    const edited = await lobby.say(ann, 'to be edited');
    const deleted = await lobby.say(ann, 'to be deleted');
    await lobby.say(ann, 'the last one');
    const watching = await connect(t, server, await relayToken(server, 'zoe'));
    await watching.frameWith({ body: 'the last one' });
    await ann.do('PATCH', lobby.at(edited.seq), { body: 'was edited' });
    await ann.do('DELETE', lobby.at(deleted.seq));
    await lobby.say(ann, 'after the changes');
    await watching.frameWith({ body: 'after the changes' });
    const newcomer = await connect(t, server, await relayToken(server, 'max'));
    await newcomer.frameWith({ body: 'after the changes' });
    const texts = newcomer.frames.map((frame) => (JSON.parse(String(frame)) as { body: string }).body);
    assert.deepEqual(texts.slice(-3), ['was edited', 'the last one', 'after the changes']);
    assert.ok(!texts.includes('to be deleted') && !texts.includes(''));
    assert.ok(!watching.frames.some((frame) => String(frame).includes('was edited')));
  });

  await t.test('of a deleted account nothing is left, neither its reactions nor what is quoted', async () => {
    const room = await roomOf(ann, [bob, cat]);
    const { seq } = await room.say(cat, 'of cat');
    const quoting = await room.say(ann, 'an answer @cat', answer(seq));
    await cat.do('PUT', room.at(quoting.seq, 'reactions', segment('👍')));
    await bob.do('PUT', room.at(quoting.seq, 'reactions', segment('👍')));
    await server.sql`delete from accounts where username = 'cat'`;
    const shown = await room.read(bob, quoting.seq);
    assert.deepEqual(
      [shown.replyTo, shown.mentions, shown.reactions],
      [undefined, [], [{ emoji: '👍', count: 1, mine: true }]],
    );
  });
});
