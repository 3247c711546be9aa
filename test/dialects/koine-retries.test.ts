/** koine: a creation that is sent again with its `Idempotency-Key` makes nothing twice, whatever it creates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from '../support/harness.ts';
import { isProblem, member } from '../support/koine-people.ts';
import { halves } from '../support/pictures.ts';

type Operation = { responses: Record<string, object>; parameters?: { in: string; name: string }[] };
type ApiDocument = { paths: Record<string, { post?: Operation }> };
type Body = object | Uint8Array;
/** How it is called, with one content and with another. */
type Creation = { readonly path: string; readonly bodies: readonly [Body, Body]; readonly type?: string };

/** Creations that take no key, and why. */
const WITHOUT_KEY: Record<string, string> = {
  '/v1/accounts': 'a username is taken once',
  '/v1/app-passwords': 'its secret is told once, and stored nowhere',
  '/v1/appeals': 'the same text is the same answer',
  '/v1/applications/{applicationId}': 'an application is approved once',
  '/v1/bots': 'a username is taken once',
  '/v1/bots/{id}/tokens': 'its secret is told once, and stored nowhere',
  '/v1/hooks': 'its secret is told once',
  '/v1/invites/{code}': 'a member stays a member',
  '/v1/passkeys': 'a credential is registered once',
  '/v1/reports': 'one reporter has one open report about a thing',
  '/v1/rooms/{roomId}/hooks': 'its secret is told once, and stored nowhere',
  '/v1/sanctions/{sanctionId}/appeal': 'the same text is the same answer',
  '/v1/setup': 'an installation begins once',
  '/v1/tokens': 'its secret is told once, and stored nowhere',
  '/v1/uploads': 'an upload that nobody goes on with expires',
};

async function creationsOf({
  room,
  post,
  person,
}: Record<'room' | 'post' | 'person', string>): Promise<Record<string, Creation>> {
  const texts = [{ body: 'one' }, { body: 'two' }] as const;
  const pictures = [await halves(20, 10).png().toBuffer(), await halves(10, 20).png().toBuffer()] as const;
  const invites = [{ maxUses: 1 }, { maxUses: 2 }] as const;
  return {
    '/v1/rooms': {
      path: '/rooms',
      bodies: [
        { kind: 'group', title: 'A', members: [] },
        { kind: 'group', members: [] },
      ],
    },
    '/v1/rooms/{roomId}/messages': { path: `/rooms/${room}/messages`, bodies: texts },
    '/v1/rooms/{roomId}/invites': { path: `/rooms/${room}/invites`, bodies: invites },
    '/v1/posts': { path: '/posts', bodies: texts },
    '/v1/posts/{postId}/comments': { path: `/posts/${post}/comments`, bodies: texts },
    '/v1/files': { path: '/files', bodies: pictures, type: 'image/png' },
    '/v1/invites': { path: '/invites', bodies: invites },
    '/v1/people/{personId}/sanctions': {
      path: `/people/${person}/sanctions`,
      bodies: [{ kind: 'silence' }, { kind: 'silence', reason: 'spam' }],
    },
    '/v1/sign-up-bans': { path: '/sign-up-bans', bodies: [{ namePattern: 'spam*' }, { namePattern: 'scam*' }] },
  };
}

test('koine: every creation may be sent again', async (t) => {
  const server = await startTestServer(t);
  const me = await member(server, 'ann');
  await server.sql`update accounts set role = 'admin' where uid = ${me.id}`;
  const { id: room } = await me.do<{ id: string }>('POST', '/rooms', { kind: 'group', title: 'Tea', members: [] });
  const { id: post } = await me.do<{ id: string }>('POST', '/posts', { body: 'a post' });
  const { id: person } = await member(server, 'bob');
  const creations = await creationsOf({ room, post, person });
  const { paths } = (await (await fetch(`${server.url}/docs/koine/openapi.json`)).json()) as ApiDocument;
  const creating = Object.entries(paths).filter(([, { post }]) => post && '201' in post.responses);
  const isKeyed = ({ parameters = [] }: Operation) =>
    parameters.some(({ name }) => name.toLowerCase() === 'idempotency-key');
  const keyed = creating.filter(([, { post }]) => post && isKeyed(post)).map(([path]) => path);
  assert.deepEqual(
    creating
      .map(([path]) => path)
      .filter((path) => !keyed.includes(path))
      .toSorted(),
    Object.keys(WITHOUT_KEY),
  );
  for (const path of keyed)
    await t.test(path, async () => {
      const creation = creations[path];
      assert.ok(creation, `a case of ${path}`);
      const [one, other] = creation.bodies;
      const send = (body: Body) =>
        me.call<{ id?: string; seq?: number; code?: string }>('POST', creation.path, {
          body,
          headers: { 'idempotency-key': 'once', ...(creation.type && { 'content-type': creation.type }) },
        });
      const [first, again] = [await send(one), await send(one)];
      assert.deepEqual([first.status, again.status], [201, 201]);
      assert.deepEqual(again.json, first.json);
      assert.ok(isProblem(await send(other), 422, 'idempotency_key_reused'));
    });
});
