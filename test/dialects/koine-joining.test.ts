/** How a community begins and who may join it: set-up, registration, invitations, applications, roles. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { postJson, startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { koine } from '../support/koine.ts';
import {
  call,
  isProblem,
  Member,
  member,
  type Page,
  type Person,
  type Session,
  signIn,
} from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';
import { halves } from '../support/pictures.ts';

type Community = {
  name: string;
  color?: string;
  avatarUrl?: string;
  registration: string;
  registrationFixed: boolean;
  needsSetup: boolean;
  invitation?: { by?: Person };
};
type Invite = { code: string; uses: number; maxUses?: number; creator?: Person };
type Application = { id: string; username: string; body: string };
type Staff = { person: Person; role: string };

/** Signing up in each dialect: the path, and the body for a name. */
const SIGN_UPS: readonly [path: string, body: (username: string) => object][] = [
  ['/v1/accounts', withEmail],
  ['/users/', withEmail],
  ['/accounts/api/users/', withEmail],
  ['/api/auth/register', withEmail],
  ['/createUser', withEmail],
  ['/signup', (username) => ({ username, password: PASSWORD })],
];

function withEmail(username: string): object {
  return { username, email: `${username}@example.org`, password: PASSWORD };
}

function codeOf({ setupUrl }: Pick<TestServer, 'setupUrl'>): string {
  assert.match(setupUrl ?? '', /^http:\/\/127\.0\.0\.1:\d+\/app\/setup#[\w-]{32}$/);
  return new URL(setupUrl as string).hash.slice(1);
}

async function setUp(server: TestServer, code = codeOf(server), username = 'olga') {
  const body = { code, username, password: PASSWORD, community: { name: 'Readers', color: '#3F6AD8' } };
  return call<Session>(server, 'POST', '/setup', { body: { ...body, registration: 'open' } });
}

async function ownerOf(server: TestServer): Promise<Member> {
  return new Member(server, (await setUp(server)).json);
}

const seen = async (server: TestServer, query = '') =>
  (await call<Community>(server, 'GET', `/community${query}`)).json;

async function countAccounts({ sql }: TestServer): Promise<number> {
  return (await sql<[{ count: number }]>`select count(*) from accounts`)[0].count;
}

/** The statuses of signing up by each dialect, with other names each time. */
async function signUps(server: TestServer, prefix: string): Promise<{ statuses: number[]; texts: string[] }> {
  const statuses: number[] = [];
  const texts: string[] = [];
  for (const [index, [path, body]] of SIGN_UPS.entries()) {
    const answer = await postJson(server.url + path, body(`${prefix}${'abcdef'[index]}`));
    statuses.push(answer.status);
    texts.push(await answer.text());
  }
  return { statuses, texts };
}

test('the set-up link makes one owner, once; the newest link is the only good one, and with an owner there is none', async (t) => {
  const server = await startTestServer(t);
  const other = await startServerWith(t, server.settings);
  assert.equal((await seen(server)).needsSetup, true);
  assert.ok(isProblem(await setUp(server), 404, 'not_found'), 'the code of the start before');
  assert.ok(isProblem(await setUp(server, 'x'.repeat(32)), 404, 'not_found'));
  // Accounts that are made otherwise change nothing.
  await member(server, 'early');

  const tries = await Promise.all(['olga', 'oleg'].map((name) => setUp(server, codeOf(other), name)));
  assert.deepEqual(tries.map(({ status }) => status).sort(), [201, 404]);
  const made = tries.find(({ status }) => status === 201);
  assert.equal(made?.json.me.role, 'owner');
  assert.match(made?.headers.get('set-cookie') ?? '', /^koine=/);
  assert.equal(await countAccounts(server), 2, 'nothing of the other try is left');
  const { name, color, needsSetup, registration } = await seen(server);
  assert.deepEqual([name, color, needsSetup, registration], ['Readers', '#3f6ad8', false, 'open']);

  assert.equal((await startServerWith(t, server.settings)).setupUrl, null);
  assert.equal((await setUp(server, codeOf(other), 'late')).status, 404);
});

test('an installation that has accounts from the start has no set-up link', async (t) => {
  const server = await startTestServer(t);
  await server.sql`update community set setup_digest = null`;
  await member(server, 'ann');
  const again = await startServerWith(t, server.settings);
  assert.equal(again.setupUrl, null);
  assert.equal((await seen(again)).needsSetup, false);
  assert.equal((await koine(server.settings, 'user', 'role', 'ANN', 'owner')).out, 'ann is owner now\n');
  assert.equal((await signIn(server, 'ann')).me.role, 'owner');
});

test('a community with an owner', async (t) => {
  const server = await startTestServer(t);
  const owner = await ownerOf(server);
  const ann = await member(server, 'ann');
  const setRegistration = (registration: string) => owner.do('PATCH', '/community', { registration });
  const before = await countAccounts(server);

  await t.test('closed and by invitation: nobody joins without one', async () => {
    for (const registration of ['closed', 'invite']) {
      await setRegistration(registration);
      const { statuses, texts } = await signUps(server, registration);
      assert.deepEqual(
        statuses,
        SIGN_UPS.map(() => 403),
      );
      assert.equal(new Set(texts).size, texts.length - 1, `board and messenger say the same: ${texts}`);
    }
    assert.equal(await countAccounts(server), before);
  });

  await t.test('an invitation lets in as many as it is for, and tells who made it', async () => {
    const invite = await owner.do<Invite>('POST', '/invites', { maxUses: 1 });
    const join = (username: string) =>
      call<Session>(server, 'POST', '/accounts', { body: { ...withEmail(username), invite: invite.code } });
    assert.deepEqual((await seen(server, `?invite=${invite.code}`)).invitation?.by?.username, 'olga');
    const both = await Promise.all(['bob', 'bert'].map(join));
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 403]);
    const refused = both.find(({ status }) => status === 403);
    assert.ok(refused && isProblem(refused, 403, 'invite_required'));
    const [row] = await server.sql<[{ inviter: string }]>`
      select i.username as inviter from accounts a join accounts i on i.id = a.invited_by where a.username in ('bob', 'bert')`;
    assert.equal(row.inviter, 'olga');
    assert.equal((await seen(server, `?invite=${invite.code}`)).invitation, undefined, 'it is used up');

    const made = JSON.parse((await koine(server.settings, 'invite', '--uses', '3', '--days', '2', '--json')).out);
    assert.ok(made.url.endsWith(`/app/join/${made.code}`));
    const listed = await owner.get<Page<Invite>>('/invites');
    assert.deepEqual(
      listed.items.map(({ code, maxUses, creator }) => [code, maxUses, creator]),
      [[made.code, 3, undefined]],
    );
    await owner.do('DELETE', `/invites/${made.code}`);
    assert.equal((await owner.call('DELETE', `/invites/${made.code}`)).status, 404);
    assert.equal((await owner.get<Page<Invite>>('/invites')).items.length, 0);
    assert.ok(isProblem(await ann.call('POST', '/invites', { body: {} }), 403, 'forbidden'));
    const wrong = await koine(server.settings, 'invite', '--uses', 'many');
    assert.deepEqual(
      [wrong.code, wrong.err],
      [2, 'koine: --uses must be a whole number from 1 to 10000, not "many"\n'],
    );
  });

  await t.test('an invitation that has expired, or one while the community is closed, lets nobody in', async () => {
    const { code } = await owner.do<Invite>('POST', '/invites', {});
    const join = () => call(server, 'POST', '/accounts', { body: { ...withEmail('carl'), invite: code } });
    await setRegistration('closed');
    assert.ok(isProblem(await join(), 403, 'registration_closed'));
    await setRegistration('invite');
    await server.sql`
      update community_invites set created_at = now() - interval '2 days', expires_at = now() - interval '1 day' where code = ${code}`;
    assert.ok(isProblem(await join(), 403, 'invite_required'));
  });

  await t.test(
    'who waits for approval cannot sign in and is nowhere to be seen, until a moderator approves',
    async () => {
      await setRegistration('approval');
      const { statuses } = await signUps(server, 'new');
      assert.deepEqual(
        statuses,
        SIGN_UPS.map(() => 403),
      );
      const body = { ...withEmail('dora'), name: 'Dora Maar', application: 'I read a lot' };
      assert.ok(isProblem(await call(server, 'POST', '/accounts', { body }), 403, 'awaiting_approval'));
      assert.ok(isProblem(await call(server, 'POST', '/accounts', { body }), 409, 'username_taken'));
      const enter = (password = PASSWORD) => call(server, 'POST', '/session', { body: { login: 'DORA', password } });
      assert.ok(isProblem(await enter(), 403, 'awaiting_approval'));
      assert.ok(isProblem(await enter('something else'), 401, 'bad_credentials'));
      const lounge = await postJson(`${server.url}/login`, { email: 'dora@example.org', password: PASSWORD });
      assert.deepEqual(
        [lounge.status, await lounge.json()],
        [403, { error: 'A moderator has to approve this account first' }],
      );
      assert.equal((await ann.call('GET', '/people/@dora')).status, 404);

      assert.ok(isProblem(await ann.call('GET', '/applications'), 403, 'forbidden'));
      const waiting = await owner.all<Application>('/applications', 3);
      const dora = waiting.find(({ username }) => username === 'dora') as Application;
      assert.deepEqual([waiting.length, dora.body], [7, 'I read a lot']);
      assert.ok(!JSON.stringify(waiting).includes('argon2'));
      const approved = await owner.do<Person>('POST', `/applications/${dora.id}`);
      assert.deepEqual([approved.username, approved.name], ['dora', 'Dora Maar']);
      assert.equal((await owner.call('POST', `/applications/${dora.id}`)).status, 404);
      assert.equal((await signIn(server, 'dora')).me.id, approved.id);

      const [first] = waiting as [Application];
      await owner.do('DELETE', `/applications/${first.id}`);
      assert.ok(
        isProblem(
          await call(server, 'POST', '/session', { body: { login: first.username, password: PASSWORD } }),
          401,
          'bad_credentials',
        ),
      );
      const { code } = await owner.do<Invite>('POST', '/invites', {});
      const invited = { ...withEmail(first.username), invite: code };
      assert.equal((await call(server, 'POST', '/accounts', { body: invited })).status, 201, 'the name is free again');
    },
  );

  await t.test(
    'the picture of the community is set by admins, seen by anybody, and outlives who uploaded it',
    async () => {
      await setRegistration('open');
      const [pia, ben] = [await member(server, 'pia'), await member(server, 'ben')];
      await owner.do('PUT', `/people/${pia.id}/role`, { role: 'admin' });
      const body = await halves(1_200, 1_200).png().toBuffer();
      const headers = { 'content-type': 'image/png' };
      const set = (by: Member, picture: Buffer | string) =>
        by.call<Community>('PUT', '/community/avatar', { body: picture, headers });

      const changes = () => server.sql`select from audit where action = 'community.change'`;
      const before = (await changes()).length;
      assert.ok(isProblem(await set(ben, body), 403, 'forbidden'));
      assert.equal((await set(pia, 'no picture')).status, 415);
      assert.equal((await seen(server)).avatarUrl, undefined);
      const first = await set(pia, body);
      assert.deepEqual([first.status, first.json], [200, await seen(server)]);
      const picture = await fetch(first.json.avatarUrl ?? '');
      assert.deepEqual([picture.status, (await sharp(await picture.arrayBuffer()).metadata()).width], [200, 512]);

      const second = await set(pia, body);
      assert.notEqual(second.json.avatarUrl, first.json.avatarUrl);
      const loose = () => server.sql`select from objects where loose_since is not null`;
      assert.equal((await loose()).length, 1, 'the one before is swept');
      await server.sql`delete from accounts where id = (select id from accounts where username = 'pia')`;
      assert.equal((await seen(server)).avatarUrl, second.json.avatarUrl);
      assert.ok(isProblem(await ben.call('DELETE', '/community/avatar'), 403, 'forbidden'));
      assert.equal((await owner.call('DELETE', '/community/avatar')).status, 204);
      assert.equal((await seen(server)).avatarUrl, undefined);
      assert.equal((await changes()).length - before, 3);
    },
  );

  await t.test('the setting REGISTRATION decides in place of the community', async (t) => {
    const fixed = await startServerWith(t, { ...server.settings, REGISTRATION: 'invite' });
    const there = await signIn(fixed, 'olga');
    const { registration, registrationFixed } = await seen(fixed);
    assert.deepEqual([registration, registrationFixed], ['invite', true]);
    assert.ok(isProblem(await there.call('PATCH', '/community', { body: { registration: 'open' } }), 403, 'forbidden'));
    assert.equal((await there.do<Community>('PATCH', '/community', { name: 'Writers', color: null })).name, 'Writers');
    assert.ok(isProblem(await call(fixed, 'POST', '/accounts', { body: withEmail('ida') }), 403, 'invite_required'));
  });

  await t.test('owners appoint everybody, admins appoint moderators, and one owner remains always', async () => {
    await setRegistration('open');
    const [ada, rob, cat] = (await Promise.all(['ada', 'rob', 'cat'].map((name) => member(server, name)))) as [
      Member,
      Member,
      Member,
    ];
    const appoint = async (by: Member, whom: Member, role: string) =>
      (await by.call('PUT', `/people/${whom.id}/role`, { body: { role } })).status;

    assert.equal(await appoint(ada, ada, 'owner'), 403);
    assert.equal(await appoint(owner, ada, 'admin'), 200);
    assert.equal((await ada.get<{ role: string }>('/me')).role, 'admin', 'with the next request');
    assert.equal(await appoint(ada, rob, 'moderator'), 200);
    assert.equal(await appoint(ada, rob, 'admin'), 403);
    assert.equal(await appoint(ada, owner, 'member'), 403);
    assert.equal(await appoint(ada, ada, 'owner'), 403);
    assert.equal(await appoint(rob, cat, 'moderator'), 403);
    assert.equal((await rob.call('POST', '/invites', { body: {} })).status, 201, 'moderators invite');
    assert.equal((await rob.call('PATCH', '/community', { body: { name: 'mine' } })).status, 403);
    const staff = await rob.all<Staff>('/staff', 2);
    assert.deepEqual(staff.map(({ person, role }) => `${person.username}: ${role}`).sort(), [
      'ada: admin',
      'olga: owner',
      'rob: moderator',
    ]);
    assert.equal((await cat.call('GET', '/staff')).status, 403);

    assert.equal(await appoint(owner, owner, 'member'), 409, 'the last owner');
    assert.equal(await appoint(owner, ada, 'owner'), 200);
    // Each gives up at the same time: one of the two stays.
    const given = await Promise.all([appoint(owner, owner, 'member'), appoint(ada, ada, 'member')]);
    assert.deepEqual(given.sort(), [200, 409]);
    const [left] = await server.sql<[{ owners: number }]>`select count(*) as owners from accounts where role = 'owner'`;
    assert.equal(left.owners, 1);
  });
});
