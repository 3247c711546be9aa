/** Reports, sanctions and the answers to them, read-only rooms, mutes and the audit log, over the wire and in all dialects. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/conditions.ts';
import { postJson, startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { eventWith, live } from '../support/koine-live.ts';
import { call, isProblem, type Me, Member, member, type Page, type Person, signIn } from '../support/koine-people.ts';
import * as messenger from '../support/messenger-people.ts';
import { join, PASSWORD, say } from '../support/people.ts';

type Text = { author: Person; body: string; isSubject: boolean };
type Report = {
  id: string;
  kind: string;
  reporter?: Person;
  account?: Person;
  subject: { sanction?: string };
  body: string;
  texts: Text[];
  state: string;
  outcome?: string;
};
type Sanction = { id: string; kind: string; until?: string; liftedAt?: string; appeal?: string };
type Notification = { kind: string; actor?: Person; subject: { report?: string; sanction?: string; act?: string } };
type Entry = { action: string; actor?: Person; account?: Person; byOperator: boolean; reason: string; after?: object };

const HOUR = 3_600_000;
/** Between two attempts on a socket, in ms: their frames stay below its rate. */
const PACE = 200;
const inAnHour = () => new Date(Date.now() + HOUR).toISOString();

async function lobbyOf(someone: Member): Promise<string> {
  const { items } = await someone.get<Page<{ id: string; kind: string }>>('/rooms');
  return items.find(({ kind }) => kind === 'lobby')?.id as string;
}

async function appoint({ sql }: TestServer, { id }: Member, role: string): Promise<void> {
  await sql`update accounts set role = ${role} where uid = ${id}`;
}

/** Mod is a moderator, ada an admin; eve misbehaves, ann reports. `number`: in their names, those of each test being its own. */
async function scene(server: TestServer, number: number) {
  const [mod, ada, eve, ann] = (await Promise.all(
    ['mod', 'ada', 'eve', 'ann'].map((name) => member(server, `${name}${number}`)),
  )) as [Member, Member, Member, Member];
  await appoint(server, mod, 'moderator');
  await appoint(server, ada, 'admin');
  return { mod, ada, eve, ann, lobby: await lobbyOf(ann) };
}

/** A bot of that account, with a token of its own. */
async function botOf(owner: Member, username: string): Promise<Member> {
  const me = await owner.do<Me>('POST', '/bots', { username });
  const wish = { name: 'robot', scopes: ['read', 'write'] };
  const { token } = await owner.do<{ token: string }>('POST', `/bots/${me.id}/tokens`, wish);
  return new Member(owner.server, { me, token, expiresAt: '' });
}

const queue = async (mod: Member, state = 'open') => (await mod.get<Page<Report>>(`/reports?state=${state}`)).items;
const told = async (one: Member) =>
  (await one.get<Page<Notification>>('/notifications')).items.filter(({ kind }) => kind === 'moderation');

/** A write of each dialect, in the words of that dialect. */
async function writes(server: TestServer, someone: Member, lobby: string): Promise<Record<string, number>> {
  const { access } = await messenger.signIn(server, someone.me.username);
  const bearer = { authorization: `Bearer ${someone.token}` };
  const [row] = await server.sql<[{ id: number }]>`select id from accounts where uid = ${someone.id}`;
  const form = new FormData();
  form.append('author', someone.id);
  form.append('description', 'hello');
  const post = async (path: string, body: object, token = someone.token) =>
    (await postJson(server.url + path, body, { authorization: `Bearer ${token}` })).status;
  return {
    koine: (await someone.call('POST', `/rooms/${lobby}/messages`, { body: { body: 'hello' } })).status,
    board: await post(`/messages/?owner_id=${row.id}`, { text: 'hello' }),
    messenger: await post('/messenger/api/chatrooms/lobby/messages/', { content: 'hello' }, access),
    social: (await fetch(`${server.url}/api/posts/create`, { method: 'POST', headers: bearer, body: form })).status,
  };
}

/** Signing in by each dialect. */
async function signIns({ url }: TestServer, username: string): Promise<number[]> {
  const email = `${username}@example.org`;
  const answers = await Promise.all([
    postJson(`${url}/v1/session`, { login: username, password: PASSWORD }),
    postJson(`${url}/token`, { username, password: PASSWORD }),
    postJson(`${url}/accounts/api/token/`, { username, password: PASSWORD }),
    postJson(`${url}/api/auth/login`, { email, password: PASSWORD }),
    postJson(`${url}/login`, { email, password: PASSWORD }),
    postJson(`${url}/signin`, { username, password: PASSWORD }),
  ]);
  return answers.map(({ status }) => status);
}

test('moderation', async (t) => {
  const server = await startTestServer(t, { DELETION_GRACE: '0s', TRUST_PROXY: 'on' });
  const other = await startServerWith(t, server.settings);

  await t.test(
    'a report keeps what was said, reaches the moderators live, and its author learns of the outcome but not by whom',
    async (t) => {
      const { mod, ada, eve, ann, lobby } = await scene(server, 1);
      const socket = await live(t, server, mod, { have: { me: 0 } });
      await ann.do('POST', `/rooms/${lobby}/messages`, { body: 'good morning' });
      const { seq } = await eve.do<{ seq: number }>('POST', `/rooms/${lobby}/messages`, { body: 'buy my pills' });
      const body = { subject: { kind: 'message', room: lobby, seq }, reason: 'spam', body: 'again and again' };
      const made = await ann.call<{ id: string }>('POST', '/reports', { body });
      assert.equal(made.status, 201);
      const again = await ann.call<{ id: string }>('POST', '/reports', { body });
      assert.deepEqual([again.status, again.json], [200, made.json], 'one open report of a reporter about a thing');
      assert.ok(isProblem(await eve.call('POST', '/reports', { body }), 400, 'invalid'), 'nobody reports themselves');
      await eventWith(socket, 'notification.created', { kind: 'moderation' });

      // The evidence stays when its author deletes it.
      await eve.do('DELETE', `/rooms/${lobby}/messages/${seq}`);
      const [report, ...more] = await queue(mod);
      assert.equal(more.length, 0);
      assert.deepEqual(
        report?.texts.map(({ author, body, isSubject }) => [author.username, body, isSubject]),
        [
          ['ann1', 'good morning', false],
          ['eve1', 'buy my pills', true],
        ],
      );
      assert.deepEqual([report?.reporter?.username, report?.account?.username], ['ann1', 'eve1']);
      assert.ok(isProblem(await ann.call('GET', '/reports'), 403, 'forbidden'));

      await mod.do('PATCH', `/reports/${made.json.id}`, { assignee: mod.id });
      const change = { state: 'resolved', outcome: 'removed', note: 'no advertising' };
      assert.equal((await mod.do<Report>('PATCH', `/reports/${made.json.id}`, change)).outcome, 'removed');
      assert.ok(isProblem(await ada.call('PATCH', `/reports/${made.json.id}`, { body: change }), 404, 'not_found'));
      assert.deepEqual(await queue(mod), []);
      assert.equal((await queue(mod, 'resolved')).length, 1);
      const [notice] = await told(eve);
      assert.deepEqual([notice?.actor, notice?.subject.act], [undefined, 'removal']);

      // She answers once; the answer is in the queue, where it can be granted.
      const sanction = notice?.subject.sanction as string;
      const answer = await eve.call<{ id: string }>('POST', `/sanctions/${sanction}/appeal`, {
        body: { body: 'I did not' },
      });
      assert.equal(answer.status, 201);
      assert.ok(
        isProblem(await eve.call('POST', `/sanctions/${sanction}/appeal`, { body: { body: 'hey' } }), 404, 'not_found'),
      );
      const [appeal] = await queue(mod);
      assert.deepEqual([appeal?.kind, appeal?.body, appeal?.subject.sanction], ['appeal', 'I did not', sanction]);
      await mod.do('PATCH', `/reports/${answer.json.id}`, { state: 'resolved', outcome: 'lifted' });
      const [own] = (await eve.get<Page<Sanction>>('/me/sanctions')).items;
      assert.ok(own?.liftedAt !== undefined && own.appeal === 'resolved');

      // Of a deleted account, reports keep neither texts nor words.
      await eve.do('DELETE', '/me', { password: PASSWORD });
      await eventually(
        'the account to be gone',
        async () => (await server.sql`select from accounts where uid = ${eve.id}`).length === 0,
      );
      const [left] = await queue(mod, 'resolved').then((all) => all.filter(({ kind }) => kind === 'message'));
      assert.deepEqual(
        [left?.account, left?.body, left?.texts.map(({ body }) => body)],
        [undefined, '', ['good morning']],
      );
    },
  );

  await t.test(
    'a silence holds in every dialect and open socket, on all nodes, until it is lifted or over',
    async (t) => {
      const { mod, ada, eve, lobby } = await scene(server, 2);
      const lounge = await join(t, other, eve.token);
      const native = await live(t, other, eve, { have: { me: 0 } });
      // However long this takes, she is there.
      native.ws.on('message', (data) => {
        if (data.toString() === '{"type":"beat"}') native.send({ type: 'beat' });
      });
      const before = await writes(server, eve, lobby);
      const robot = await botOf(eve, 'robot2');
      const robotSays = () => robot.call('POST', `/rooms/${lobby}/messages`, { body: { body: 'hi' } });
      const robotic = await live(t, other, robot);
      assert.deepEqual(before, { koine: 201, board: 201, messenger: 201, social: 201 });

      assert.ok(
        isProblem(
          await eve.call('POST', `/people/${mod.id}/sanctions`, { body: { kind: 'silence' } }),
          403,
          'forbidden',
        ),
      );
      assert.ok(
        isProblem(
          await mod.call('POST', `/people/${ada.id}/sanctions`, { body: { kind: 'silence' } }),
          403,
          'forbidden',
        ),
      );
      const body = { kind: 'silence', until: inAnHour(), reason: 'cool down' };
      const silence = await mod.do<Sanction>('POST', `/people/${eve.id}/sanctions`, body);
      assert.deepEqual(await writes(server, eve, lobby), { koine: 403, board: 403, messenger: 403, social: 403 });
      const refusal = await eve.call<{ code: string; until?: string }>('POST', `/rooms/${lobby}/messages`, {
        body: { body: 'hi' },
      });
      assert.deepEqual([refusal.json.code, refusal.json.until], ['silenced', body.until]);
      assert.equal((await eve.call('GET', `/rooms/${lobby}/messages`)).status, 200, 'she reads on');
      assert.ok(isProblem(await robotSays(), 403, 'silenced'), 'her bot says nothing in her place');
      assert.equal((await eve.get<{ silence?: { reason: string } }>('/me')).silence?.reason, 'cool down');

      // The socket stays open on the other node, which has heard of it.
      await eventWith(native, 'notification.created', { kind: 'moderation' });
      await eventually(
        'the socket to be refused',
        async () => {
          say(lounge, 'hello');
          return lounge.json.some(({ type }) => type === 'error');
        },
        PACE,
      );
      for (const socket of [native, robotic]) {
        socket.send({ type: 'send', ref: 1, room: lobby, body: 'hello', key: 'a' });
        await socket.frameWith({ type: 'problem', ref: 1 });
      }

      await mod.do('DELETE', `/sanctions/${silence.id}`);
      assert.deepEqual(await writes(server, eve, lobby), before);
      assert.equal((await robotSays()).status, 201);
      // Every attempt waits for its own answer: the server answers no pings of whom it slows down.
      let ref = 1;
      await eventually(
        'the socket to be heard again',
        async () => {
          ref += 1;
          native.send({ type: 'send', ref, room: lobby, body: 'hello', key: 'b' });
          const { type } = await native.until(`an answer to ${ref}`, ({ json }) =>
            json.find((frame) => frame.ref === ref),
          );
          return type === 'result';
        },
        PACE,
      );

      // It ends by itself.
      await mod.do('POST', `/people/${eve.id}/sanctions`, { kind: 'silence' });
      assert.equal((await writes(server, eve, lobby)).koine, 403);
      await server.sql`
      update sanctions set created_at = now() - interval '2 hours', until = now() - interval '1 hour'
       where lifted_at is null and account_id = (select id from accounts where uid = ${eve.id})`;
      assert.equal((await writes(server, eve, lobby)).koine, 201);
    },
  );

  await t.test('whoever is suspended or banned is out at once, everywhere, and comes back when it ends', async (t) => {
    const { mod, eve } = await scene(server, 3);
    const { access, refresh } = await messenger.signIn(server, 'eve3');
    const robot = await botOf(eve, 'robot3');
    const sockets = [await join(t, other, eve.token), await live(t, other, eve), await live(t, other, robot)];
    const suspension = await mod.do<Sanction>('POST', `/people/${eve.id}/sanctions`, {
      kind: 'suspension',
      until: inAnHour(),
      reason: 'raid',
    });
    for (const socket of sockets) assert.equal((await socket.untilClosed()).code, 4001);
    for (const one of [eve, robot]) assert.equal((await one.call('GET', '/me')).status, 401);
    assert.equal((await postJson(`${server.url}/v1/rooms`, {}, { authorization: `Bearer ${access}` })).status, 401);
    assert.equal((await messenger.refresh(server, refresh)).status, 401);
    assert.deepEqual(await signIns(server, 'eve3'), [403, 403, 403, 403, 403, 403]);
    const wrong = await call(server, 'POST', '/session', { body: { login: 'eve3', password: 'not the password' } });
    assert.ok(isProblem(wrong, 401, 'bad_credentials'), 'only the owner learns of it');
    const refused = await call<{ reason: string }>(server, 'POST', '/session', {
      body: { login: 'eve3', password: PASSWORD },
    });
    assert.deepEqual([refused.status, refused.json.reason], [403, 'raid']);

    const appeal = { login: 'eve3', password: PASSWORD, body: 'it was my brother' };
    const answered = await call<{ id: string }>(server, 'POST', '/appeals', { body: appeal });
    assert.equal(answered.status, 201);
    assert.deepEqual((await call(server, 'POST', '/appeals', { body: appeal })).json, answered.json, 'sent again');
    const another = { ...appeal, body: 'it was my sister' };
    assert.ok(isProblem(await call(server, 'POST', '/appeals', { body: another }), 404, 'not_found'));
    assert.deepEqual(
      (await queue(mod))
        .filter(({ subject }) => subject.sanction === suspension.id)
        .map(({ kind, body }) => [kind, body]),
      [['appeal', appeal.body]],
    );

    await mod.do('DELETE', `/sanctions/${suspension.id}`);
    assert.deepEqual(await signIns(server, 'eve3'), [200, 200, 200, 200, 200, 200]);
    assert.equal((await eve.call('GET', '/me')).status, 200, 'the session of before is good again');
    await mod.do('POST', `/people/${eve.id}/sanctions`, { kind: 'ban' });
    const banned = await call(server, 'POST', '/session', { body: { login: 'eve3', password: PASSWORD } });
    assert.ok(isProblem(banned, 403, 'banned'));
  });

  await t.test('bans of sign-ups keep out names, e-mail domains and networks, and nobody else', async () => {
    const { mod, ann } = await scene(server, 4);
    const join = async (username: string, email: string, address = '198.51.100.7') => {
      const body = { username, email, password: PASSWORD };
      return (await call(server, 'POST', '/accounts', { body, headers: { 'x-forwarded-for': address } })).status;
    };
    const bans = [{ namePattern: 'Spam*bot' }, { emailDomain: 'mail.example' }, { network: '203.0.113.77/24' }];
    for (const body of bans) assert.equal((await mod.call('POST', '/sign-up-bans', { body })).status, 201);
    assert.ok(isProblem(await ann.call('POST', '/sign-up-bans', { body: bans[0] }), 403, 'forbidden'));
    for (const body of [
      {},
      { namePattern: '***a' },
      { network: '0.0.0.0/0' },
      { emailDomain: 'nowhere' },
      { ...bans[0], ...bans[1] },
    ])
      assert.ok(isProblem(await mod.call('POST', '/sign-up-bans', { body }), 400, 'invalid'), JSON.stringify(body));
    assert.deepEqual(
      [
        await join('SPAM-my-BOT', 'a@example.org'),
        await join('spammy', 'b@example.org'),
        await join('cleo', 'c@sub.MAIL.example'),
        await join('dora', 'd@gmail.example'),
        await join('emil', 'e@example.org', '203.0.113.5'),
        await join('finn', 'f@example.org', '203.0.114.5'),
      ],
      [403, 201, 403, 201, 403, 201],
    );
    const { items } = await mod.get<Page<{ id: string; network?: string }>>('/sign-up-bans');
    assert.equal(items[0]?.network, '203.0.113.0/24');
    await mod.do('DELETE', `/sanctions/${items[0]?.id}`);
    assert.equal(await join('emil', 'e@example.org', '203.0.113.5'), 201);
  });

  await t.test('whoever is muted does not notify, and does not learn of it', async (t) => {
    const { eve, ann, lobby } = await scene(server, 5);
    const socket = await live(t, server, ann, { have: { me: 0 } });
    await ann.do('PUT', `/mutes/${eve.id}`);
    await eventWith(socket, 'mute.added', { id: eve.id });
    await eve.do('POST', `/rooms/${lobby}/messages`, { body: 'hey @ann5' });
    const all = async () => (await ann.get<Page<Notification>>('/notifications')).items.map(({ kind }) => kind);
    assert.deepEqual(await all(), []);
    assert.deepEqual(
      (await ann.get<Page<Person>>('/mutes')).items.map(({ id }) => id),
      [eve.id],
    );
    await ann.do('DELETE', `/mutes/${eve.id}`);
    await eve.do('POST', `/rooms/${lobby}/messages`, { body: 'hey @ann5' });
    assert.deepEqual(await all(), ['mention']);
  });

  /** The last, because the lobby stays so. */
  await t.test(
    'where only moderators write, others read, react and are refused in the words of their dialect',
    async (t) => {
      const { mod, eve, ann, lobby } = await scene(server, 6);
      const { seq } = await ann.do<{ seq: number }>('POST', `/rooms/${lobby}/messages`, { body: 'before' });
      const lounge = await join(t, server, eve.token);
      assert.ok(
        isProblem(await eve.call('PATCH', `/rooms/${lobby}`, { body: { posting: 'moderators' } }), 403, 'forbidden'),
      );
      assert.ok(isProblem(await mod.call('PATCH', `/rooms/${lobby}`, { body: { title: 'ours' } }), 403, 'forbidden'));
      const watching = await live(t, server, ann, { have: { [`room:${lobby}`]: seq } });
      assert.equal(
        (await mod.do<{ posting: string }>('PATCH', `/rooms/${lobby}`, { posting: 'moderators' })).posting,
        'moderators',
      );
      await eventWith(watching, 'room.changed', { posting: 'moderators' });
      const refused = await eve.call('POST', `/rooms/${lobby}/messages`, { body: { body: 'me too' } });
      assert.ok(isProblem(refused, 403, 'read_only'));
      const edited = await ann.call('PATCH', `/rooms/${lobby}/messages/${seq}`, { body: { body: 'after' } });
      assert.ok(isProblem(edited, 403, 'read_only'), 'an edit is a way to write');
      say(lounge, 'me too');
      await lounge.frameWith({ type: 'error' });
      assert.equal(
        (await eve.call('PUT', `/rooms/${lobby}/messages/${seq}/reactions/${encodeURIComponent('👍')}`)).status,
        200,
      );
      assert.equal((await mod.call('POST', `/rooms/${lobby}/messages`, { body: { body: 'order' } })).status, 201);
      assert.equal((await ann.call('DELETE', `/rooms/${lobby}/messages/${seq}`)).status, 204);

      const group = await eve.do<{ id: string }>('POST', '/rooms', { kind: 'group', members: [ann.id] });
      await eve.do('PATCH', `/rooms/${group.id}`, { posting: 'moderators' });
      assert.ok(
        isProblem(await ann.call('POST', `/rooms/${group.id}/messages`, { body: { body: 'x' } }), 403, 'read_only'),
      );
      const said = await eve.do<{ seq: number }>('POST', `/rooms/${group.id}/messages`, { body: 'news' });
      assert.equal(
        (await mod.call('GET', `/rooms/${group.id}`)).status,
        404,
        'a moderator of the community reads no rooms of others',
      );
      assert.equal(
        (await mod.call('DELETE', `/rooms/${group.id}/messages/${said.seq}`)).status,
        204,
        'and deletes what is known',
      );
    },
  );

  await t.test(
    'a report keeps the five texts around its subject, in the order in which they were written',
    async () => {
      const { mod, eve, ann } = await scene(server, 90);
      const numbers = (first: number, last: number) =>
        Array.from({ length: last - first + 1 }, (_, index) => first + index);
      const reported = async (subject: object) => {
        const { id } = await ann.do<{ id: string }>('POST', '/reports', { subject, reason: 'spam' });
        const report = (await queue(mod)).find((one) => one.id === id);
        return report?.texts.map(({ body, isSubject }) => (isSubject ? `[${body}]` : body));
      };

      const room = (await eve.do<{ id: string }>('POST', '/rooms', { kind: 'group', members: [ann.id] })).id;
      const seqs: number[] = [];
      for (const number of numbers(1, 14))
        seqs.push(
          (await eve.do<{ seq: number }>('POST', `/rooms/${room}/messages`, { body: `message ${number}` })).seq,
        );
      for (const deleted of [3, 9]) await eve.do('DELETE', `/rooms/${room}/messages/${seqs[deleted - 1]}`);
      const around = [1, 2, 4, 5, 6, 7, 8, 10, 11, 12].map((number) => `message ${number}`);
      assert.deepEqual(
        await reported({ kind: 'message', room, seq: seqs[6] }),
        around
          .map((body) => (body === 'message 7' ? `[${body}]` : body))
          .concat('message 13')
          .slice(0, 11),
      );

      await eve.do('PATCH', '/me', { bio: 'her bio' });
      const posts: string[] = [];
      for (const number of numbers(1, 7))
        posts.push((await eve.do<{ id: string }>('POST', '/posts', { body: `post ${number}` })).id);
      assert.deepEqual(await reported({ kind: 'account', id: eve.id }), [
        '[her bio]',
        ...numbers(3, 7).map((number) => `post ${number}`),
      ]);
      const comments: string[] = [];
      for (const number of numbers(1, 9))
        comments.push(
          (await eve.do<{ id: string }>('POST', `/posts/${posts[0]}/comments`, { body: `comment ${number}` })).id,
        );
      assert.deepEqual(await reported({ kind: 'comment', id: comments[7] }), [
        'post 1',
        ...numbers(3, 7).map((number) => `comment ${number}`),
        '[comment 8]',
      ]);
    },
  );
});

test('every act is in the audit log, which admins read and export and nobody changes', async (t) => {
  const server = await startTestServer(t, { DELETION_GRACE: '0s' });
  const { mod, ada, eve, ann, lobby } = await scene(server, 1);
  const post = await eve.do<{ id: string }>('POST', '/posts', { body: 'rude' });
  const { seq } = await eve.do<{ seq: number }>('POST', `/rooms/${lobby}/messages`, { body: 'rude' });
  await mod.do('DELETE', `/posts/${post.id}`);
  await mod.do('DELETE', `/rooms/${lobby}/messages/${seq}`);
  const warning = await mod.do<Sanction>('POST', `/people/${eve.id}/sanctions`, { kind: 'warning', reason: 'be kind' });
  await mod.do('PATCH', `/rooms/${lobby}`, { posting: 'moderators' });
  await ada.do('PUT', `/people/${ann.id}/role`, { role: 'moderator' });
  const community = { name: 'Readers', color: '#336699', registration: 'open' };
  await ada.do('PATCH', '/community', { ...community, rules: 'be kind' });
  const invite = await mod.do<{ code: string }>('POST', '/invites', {});
  await mod.do('DELETE', `/invites/${invite.code}`);
  const entries = (await ada.get<Page<Entry>>('/audit')).items;
  assert.deepEqual(
    entries.map(({ action, actor, account }) => [action, actor?.username, account?.username]),
    [
      ['invite.revoke', 'mod1', undefined],
      ['invite.create', 'mod1', undefined],
      ['community.change', 'ada1', undefined],
      ['role.set', 'ada1', 'ann1'],
      ['lobby.posting', 'mod1', undefined],
      ['sanction.warning', 'mod1', 'eve1'],
      ['text.remove', 'mod1', 'eve1'],
      ['text.remove', 'mod1', 'eve1'],
    ],
  );
  assert.deepEqual(entries.find(({ action }) => action === 'community.change')?.after, {
    ...community,
    rules: '7 characters',
  });
  assert.ok(!JSON.stringify(entries).includes(invite.code), 'the code of an invitation is a secret');
  assert.ok(warning.id !== '');
  const about = (await ada.get<Page<Entry>>(`/audit?about=${eve.id}&limit=2`)).items;
  assert.deepEqual(
    about.map(({ reason }) => reason),
    ['be kind', ''],
  );
  assert.ok(isProblem(await mod.call('GET', '/audit'), 403, 'forbidden'));

  const headers = { authorization: `Bearer ${ada.token}` };
  const exported = await fetch(`${server.url}/v1/audit/export`, { headers });
  const lines = (await exported.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
  assert.deepEqual(lines.toReversed(), entries);
  assert.equal(
    (await fetch(`${server.url}/v1/audit/export`, { headers: { authorization: `Bearer ${mod.token}` } })).status,
    403,
  );

  await assert.rejects(server.sql`update audit set action = 'role.other'`, /not changed/);
  await assert.rejects(server.sql`delete from audit`, /not deleted/);
  await eve.do('DELETE', '/me', { password: PASSWORD });
  await eventually(
    'the account to be gone',
    async () => (await server.sql`select from accounts where username = 'eve1'`).length === 0,
  );
  const kept = (await ada.get<Page<Entry>>('/audit')).items.filter(({ action }) => action === 'sanction.warning');
  assert.deepEqual(
    kept.map(({ account, reason }) => [account, reason]),
    [[undefined, '']],
  );
  assert.ok(await signIn(server, 'mod1'));
});
