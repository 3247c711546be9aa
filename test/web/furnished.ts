/** Something on every screen. */
import assert from 'node:assert/strict';
import { postJson, type TestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';

export type Furnished = { readonly room: string; readonly post: string; readonly invite: string };

/** Gives a person something on every screen, in place of an afternoon, and the role of an administrator. */
export async function furnish(server: TestServer, as: string): Promise<Furnished> {
  const session = await postJson(`${server.url}/v1/session`, { login: as, password: PASSWORD });
  const { token } = (await session.json()) as { token: string };
  const made = await postJson(`${server.url}/v1/accounts`, { username: 'grace', password: PASSWORD });
  const grace = (await made.json()) as { token: string; me: { id: string } };
  await server.sql`update accounts set role = 'owner' where username = 'grace'`;
  const call = async <T>(who: string, method: 'POST' | 'PUT', path: string, body: unknown = {}): Promise<T> => {
    const headers = { authorization: `Bearer ${who}`, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/v1${path}`, { method, headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  };
  await call(grace.token, 'PUT', `/people/@${as}/role`, { role: 'admin' });
  const group = { kind: 'group', title: 'Garden', members: [grace.me.id] };
  const { id: room } = await call<{ id: string }>(token, 'POST', '/rooms', group);
  const say = (who: string, body: object) => call<{ seq: number }>(who, 'POST', `/rooms/${room}/messages`, body);
  const { seq } = await say(token, { body: 'Row *3*: `potatoes`' });
  await say(grace.token, { body: `Seconded, @${as}\n\n> always`, replyTo: seq });
  const last = await say(token, { body: 'Then on Saturday.' });
  await call(token, 'PUT', `/rooms/${room}/pins/${seq}`);
  await call(grace.token, 'PUT', `/rooms/${room}/read`, { seq: last.seq });
  const { id: post } = await call<{ id: string }>(grace.token, 'POST', '/posts', {
    body: 'The mural is **finished**.',
  });
  await call(token, 'POST', `/posts/${post}/comments`, { body: 'Wonderful!' });
  await call(token, 'PUT', `/posts/${post}/like`);
  const { id: other } = await call<{ id: string }>(grace.token, 'POST', '/rooms', {
    ...group,
    title: 'Shed',
    members: [],
  });
  const { code: invite } = await call<{ code: string }>(grace.token, 'POST', `/rooms/${other}/invites`);
  const bot = await call<{ id: string }>(token, 'POST', '/bots', { username: 'helper' });
  await call(token, 'POST', `/bots/${bot.id}/tokens`, { name: 'helper', scopes: ['read'] });
  await call(token, 'POST', `/rooms/${room}/hooks`, { name: 'Builds' });
  const hook = { room, url: 'https://127.0.0.1.invalid/hook', events: ['message.edited'] };
  const { id } = await call<{ id: string }>(token, 'POST', '/hooks', hook);
  await server.sql`
    insert into hook_deliveries (hook_id, seq, kind, attempt, status, error, duration)
    values (${id}, 1, 'message.edited', 1, 204, null, 41), (${id}, 2, 'message.edited', 1, null, 'no answer in time', 10000)`;
  return { room, post, invite };
}
