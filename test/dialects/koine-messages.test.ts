/** Messages of koine: sending, editing, deleting, answers, mentions, files, reactions, pins; and how the other dialects show them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { isProblem, type Member, member, type Problem, type Reply } from '../support/koine-people.ts';
import { halves } from '../support/pictures.ts';
import { miscounted } from '../support/stored-bytes.ts';

type File = { id: string; kind: string; url: string; previewUrl: string; alt?: string };
type Message = {
  seq: number;
  author: { id: string; username: string };
  body: string;
  createdAt: string;
  editedAt?: string;
  deletedAt?: string;
  replyTo?: { seq: number; author: { username: string }; excerpt: string };
  mentions: string[];
  files: File[];
  reactions?: { emoji: string; count: number; mine: boolean }[];
  pinned?: boolean;
};
type MessagePage = { items: Message[]; next: string | null; seq: number };

const THUMB = encodeURIComponent('👍');

test('koine: messages', async (t) => {
  const server = await startTestServer(t);
  const second = await startServerWith(t, { ...server.settings, PORT: '0' });
  const [ann, bob, cat, eve] = (await Promise.all(
    ['ann', 'bob', 'cat', 'eve'].map((name) => member(server, name)),
  )) as [Member, Member, Member, Member];
  const room = await roomOf(ann, [bob, cat]);
  const messages = `/rooms/${room}/messages`;
  const lobby = `/rooms/${await lobbyOf(server)}/messages`;
  const at = (seq: number, ...rest: string[]) => [messages, seq, ...rest].join('/');
  const say = (who: Member, body: string, more: object = {}) => who.do<Message>('POST', messages, { body, ...more });
  const read = async (who: Member, seq: number) => who.get<Message>(at(seq));
  /** The same account, at the other node. */
  const elsewhere = ({ me, token }: Member) => ann.at(second, { me, token });

  await t.test('a message has its place, and is answered as it is listed', async () => {
    const sent = await ann.call<Message>('POST', messages, { body: { body: 'hello' } });
    assert.equal(sent.status, 201);
    const { seq, createdAt, author, ...rest } = sent.json;
    assert.equal(sent.headers.get('location'), `/v1${at(seq)}`);
    assert.deepEqual([author.id, rest], [ann.id, { body: 'hello', mentions: [], files: [] }]);
    const page = await bob.get<MessagePage>(messages);
    assert.deepEqual(page.items.at(-1), { ...sent.json, reactions: [], pinned: false });
    assert.equal(page.seq, seq);
    for (const body of ['', ' ', 'x'.repeat(4_001), '\0'])
      assert.ok(isProblem(await ann.call('POST', messages, { body: { body } }), 400, 'invalid'));
    assert.ok(isProblem(await eve.call('POST', messages, { body: { body: 'x' } }), 404, 'not_found'));
  });
});

/** A group of these accounts. @returns its id */
async function roomOf(owner: Member, others: readonly Member[]): Promise<string> {
  const answer = await fetch(`${owner.server.url}/api/chats/create`, {
    method: 'POST',
    headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: `of ${owner.me.username} ${randomUUID()}`, users: others.map(({ id }) => id) }),
  });
  return ((await answer.json()) as { id: string }).id;
}

async function lobbyOf({ sql }: TestServer): Promise<string> {
  const [lobby] = await sql<[{ uid: string }]>`select uid from rooms where kind = 'lobby'`;
  return lobby.uid;
}
