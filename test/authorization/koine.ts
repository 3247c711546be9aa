/** Permissions of koine. */

import { createECDH } from 'node:crypto';
import { eventually } from '../support/conditions.ts';
import { call } from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';
import { halves } from '../support/pictures.ts';
import { bearer, type Cast } from './cast.ts';
import { type Asking, KEPT_OUT, OUTSIDERS, table } from './table.ts';

const PICTURE = await halves(8, 8).png().toBuffer();

function pictureForm(): FormData {
  const data = new FormData();
  data.append('file', new File([PICTURE], 'me.png'));
  return data;
}

/** A call of a new account, so that the cast keep their sessions. */
const ofNewcomer =
  (path: string, body?: object): Asking =>
  async ({ cast, role }) => {
    const { token, email } = await cast.newcomer();
    return { path, ...(body && { body }), ...(!OUTSIDERS.includes(role) && { token, email }) };
  };

const THUMB = encodeURIComponent('👍');

/** The path of a new message of the owner. `room`: a name. */
async function ownersMessage(cast: Cast, room = cast.chat.name): Promise<string> {
  await cast.say(room, 'of the owner');
  const [at] = await cast.server.sql<[{ uid: string; seq: number }]>`
    select r.uid, m.seq from messages m join rooms r on r.id = m.room_id where r.name = ${room} order by m.seq desc limit 1`;
  return `/v1/rooms/${at.uid}/messages/${at.seq}`;
}

/** A new group of the owner, who made it, and the member. @returns its path */
async function ownersGroup(cast: Cast): Promise<string> {
  const body = { kind: 'group', title: 'a group', members: [cast.people.member.uid] };
  const headers = bearer(cast.owner.token);
  const { status, json } = await call<{ id: string }>(cast.server, 'POST', '/rooms', { headers, body });
  if (status !== 201) throw new Error(`no group: ${status}`);
  return `/v1/rooms/${json.id}`;
}

/** A new picture that the owner uploaded. @returns its id */
async function ownersFile(cast: Cast): Promise<string> {
  const headers = bearer(cast.owner.token);
  const made = await fetch(`${cast.server.url}/v1/files`, { method: 'POST', headers, body: pictureForm() });
  return ((await made.json()) as { id: string }).id;
}

/** A new upload of the owner. @returns its path */
async function ownersUpload(cast: Cast): Promise<string> {
  // The number per account is bounded.
  await cast.server.sql`delete from uploads where account_id = ${cast.owner.id}`;
  const headers = { ...bearer(cast.owner.token), 'upload-length': '2' };
  const { headers: made } = await call(cast.server, 'POST', '/uploads', { headers });
  return made.get('location') as string;
}

/** A new picture in the chat of owner and member. */
async function roomFile(cast: Cast): Promise<string> {
  const id = await ownersFile(cast);
  const headers = bearer(cast.owner.token);
  const path = `/rooms/${cast.chat.uid}/messages`;
  const { status } = await call(cast.server, 'POST', path, { headers, body: { body: '', files: [id] } });
  if (status !== 201) throw new Error(`no message: ${status}`);
  return id;
}

/** The code of a new invitation of the owner. */
async function ownersInvite(cast: Cast, group: string): Promise<string> {
  const headers = bearer(cast.owner.token);
  const path = `${group.replace('/v1', '')}/invites`;
  return (await call<{ code: string }>(cast.server, 'POST', path, { headers, body: {} })).json.code;
}

/** Something that the owner makes by a POST. `path`: with `/v1`. */
async function byOwner<T>(cast: Cast, path: string, body: object): Promise<T> {
  const headers = bearer(cast.owner.token);
  return (await call<T>(cast.server, 'POST', path.replace('/v1', ''), { headers, body })).json;
}

/** Nothing happens in the rooms that these hooks are of, so nothing is sent. */
const OUTGOING = { url: 'https://127.0.0.1.invalid/', events: ['message.created'] };
const idIn = (path: string) => path.split('/').at(-1) as string;

async function ownersOutgoing(cast: Cast, group?: string): Promise<string> {
  const body = { ...OUTGOING, room: idIn(group ?? (await ownersGroup(cast))) };
  return `/v1/hooks/${(await byOwner<{ id: string }>(cast, '/v1/hooks', body)).id}`;
}

async function ownersHook(cast: Cast, group: string): Promise<string> {
  return `${group}/hooks/${(await byOwner<{ id: string }>(cast, `${group}/hooks`, { name: 'Builds' })).id}`;
}

/** A new bot of the owner, who has no more than a few. */
async function ownersBot(cast: Cast): Promise<string> {
  const { sql } = cast.server;
  await sql`delete from accounts where owner_id = ${cast.owner.id} and leaving_at is null`;
  const rest = () => sql`select from accounts where owner_id = ${cast.owner.id}`;
  await eventually('the bots before to be deleted', async () => (await rest()).length === 0);
  return `/v1/bots/${(await byOwner<{ id: string }>(cast, '/v1/bots', { username: cast.freshName() })).id}`;
}

/** Removing what a newcomer made. */
const othersSecret =
  (list: string, body: object): Asking =>
  async ({ cast }) => {
    const headers = bearer((await cast.newcomer()).token);
    const { id } = (await call<{ id: string }>(cast.server, 'POST', `/${list}`, { headers, body })).json;
    return { path: `/v1/${list}/${id}` };
  };

const NO_ATTESTATION = {
  ticket: 'none',
  credential: { id: 'none', response: { clientDataJSON: 'none', attestationObject: 'none' } },
};
const NO_ASSERTION = {
  ticket: 'none',
  credential: { id: 'none', response: { clientDataJSON: 'none', authenticatorData: 'none', signature: 'none' } },
};

/** A subscription of a browser. */
const browser = (name: string) => ({
  endpoint: `https://push.example/${name}`,
  keys: {
    p256dh: createECDH('prime256v1').generateKeys('base64url'),
    auth: Buffer.alloc(16).toString('base64url'),
  },
});

async function othersBrowser(cast: Cast): Promise<string> {
  const headers = bearer((await cast.newcomer()).token);
  const body = browser(cast.freshName());
  const { id } = (await call<{ id: string }>(cast.server, 'PUT', '/me/push', { headers, body })).json;
  return `/v1/me/push/${id}`;
}

async function othersPasskey(cast: Cast): Promise<string> {
  const { id } = await cast.newcomer();
  const [row] = await cast.server.sql<[{ id: string }]>`
    insert into passkeys (account_id, credential_id, rp_id, public_key, counter, name)
    values (${id}, sha256(${cast.freshName()}::bytea), 'koine.example', 'key', 0, 'phone') returning id`;
  return `/v1/passkeys/${row.id}`;
}

/** @returns the id of a new session of the account */
async function newSession(cast: Cast, who: { readonly username: string; readonly id: number }): Promise<string> {
  await call(cast.server, 'POST', '/session', { body: { login: who.username, password: PASSWORD } });
  const [newest] = await cast.server.sql<[{ id: string }]>`
    select id from sessions where account_id = ${who.id} order by created_at desc limit 1`;
  return newest.id;
}

/** A call to a new post of the owner. */
const ownersPost =
  (suffix = '', body?: object): Asking =>
  async ({ cast }) => ({ path: `/v1/posts/${(await cast.ownersPost()).uid}${suffix}`, ...(body && { body }) });

/** A DELETE of what the account has just put there, if it may. */
const undoing =
  (asking: Asking): Asking =>
  async (trial) => {
    const ask = await asking(trial);
    const headers = bearer(trial.me.token);
    await call(trial.cast.server, 'PUT', ask.path.replace('/v1', ''), { headers });
    return ask;
  };

/** The code of a new invitation of the admin to the community. */
async function adminsInvite(cast: Cast): Promise<string> {
  const headers = bearer(cast.people.admin.token);
  return (await call<{ code: string }>(cast.server, 'POST', '/invites', { headers, body: {} })).json.code;
}

/** The ids of a new report, sanction and cleanup, about newcomers. */
async function reportTo(cast: Cast): Promise<number> {
  const { id } = await cast.newcomer();
  const [row] = await cast.server.sql<[{ id: number }]>`
    insert into reports (kind, reporter_id, account_id, reason, body) values ('account', ${cast.owner.id}, ${id}, 'spam', '')
    returning id`;
  return row.id;
}

async function sanctionIn(cast: Cast): Promise<number> {
  const { id } = await cast.newcomer();
  const [row] = await cast.server.sql<[{ id: number }]>`
    insert into sanctions (kind, account_id) values ('silence', ${id}) returning id`;
  return row.id;
}

async function cleanupIn(cast: Cast): Promise<number> {
  const { id } = await cast.newcomer();
  const [row] = await cast.server.sql<[{ id: number }]>`
    insert into cleanups (account_id, since, purges, phase) values (${id}, now(), true, 'done') returning id`;
  return row.id;
}

/** The id of a new application. */
async function applicationTo(cast: Cast): Promise<number> {
  const name = cast.freshName();
  const [row] = await cast.server.sql<[{ id: number }]>`
    insert into applications (username, username_key, skeleton, password_hash, body, email, email_key)
    values (${name}, ${name}, ${name}, '$argon2id$', 'hello', ${`mail-of-${name}@example.org`}, ${name}) returning id`;
  return row.id;
}

export const KOINE = table(
  'koine',
  'bearer',
  `
                                     anonymous  stranger  member  owner  admin  signed-out  disabled
  POST /v1/accounts                     201       201       201    201    201      201         201
  POST /v1/session                      401       200       200    200    200      200         401
  DELETE /v1/session                    204       204       204    204    204      204         204
  GET /v1/me                            401       200       200    200    200      401         401
  PATCH /v1/me                          401       200       200    200    200      401         401
  DELETE /v1/me, with a wrong password  401       401       401    401    401      401         401
  DELETE /v1/me/avatar                  401       204       204    204    204      401         401
  GET /v1/me/email                      401       200       200    200    200      401         401
  PUT /v1/me/email, with a wrong password  401    401       401    401    401      401         401
  POST /v1/verifications                401       404       404    404    404      401         401
  PUT /v1/verifications                 404       404       404    404    404      404         404
  POST /v1/resets                       403       403       403    403    403      403         403
  PUT /v1/resets                        404       404       404    404    404      404         404
  GET /v1/admin/metrics                 401       403       403    403    200      401         401
  GET /v1/admin/storage                 401       403       403    403    200      401         401
  GET /v1/admin/settings                 401       403       403    403    200      401         401
  GET /v1/admin/accounts                 401       403       403    403    200      401         401
  GET /v1/server                        200       200       200    200    200      200         200
  GET /v1/sessions                      401       200       200    200    200      401         401
  GET /v1/search                        401       200       200    200    200      401         401
  GET /v1/catch-up                      401       200       200    200    200      401         401
  GET /v1/tokens                        401       200       200    200    200      401         401
  POST /v1/tokens                       401       201       201    201    201      401         401
  DELETE /v1/tokens/:id                 401       404       404    404    404      401         401
  GET /v1/app-passwords                 401       200       200    200    200      401         401
  POST /v1/app-passwords                401       201       201    201    201      401         401
  DELETE /v1/app-passwords/:id          401       404       404    404    404      401         401
  GET /v1/second-factor                 401       200       200    200    200      401         401
  POST /v1/second-factor                401       200       200    200    200      401         401
  PUT /v1/second-factor                 401       401       401    401    401      401         401
  DELETE /v1/second-factor              401       204       204    204    204      401         401
  POST /v1/second-factor/recovery-codes  401      404       404    404    404      401         401
  GET /v1/passkeys                      401       200       200    200    200      401         401
  POST /v1/passkeys/challenge           401       200       200    200    200      401         401
  POST /v1/passkeys                     401       401       401    401    401      401         401
  PATCH /v1/passkeys/:id                401       404       404    404    404      401         401
  DELETE /v1/passkeys/:id               401       404       404    404    404      401         401
  POST /v1/session/passkey/challenge    200       200       200    200    200      200         200
  POST /v1/session/passkey              401       401       401    401    401      401         401
  PUT /v1/session/confirmation/passkey  401       401       401    401    401      401         401
  GET /v1/sign-in                       200       200       200    200    200      200         200
  GET /v1/sign-in/:provider             404       404       404    404    404      404         404
  GET /v1/sign-in/:provider/callback    302       302       302    302    302      302         302
  POST /v1/sign-in/:provider/logout     404       404       404    404    404      404         404
  GET /v1/identities                    401       200       200    200    200      401         401
  PUT /v1/identities/:provider          401       404       404    404    404      401         401
  DELETE /v1/identities/:provider       401       404       404    404    404      401         401
  PUT /v1/session/confirmation          401       204       204    204    204      401         401
  DELETE /v1/sessions                   401       200       200    200    200      401         401
  DELETE /v1/sessions/:id        401       204       204    204    204      401         401
  DELETE /v1/sessions/:id, of another  401  404  404    404    404      401         401
  GET /v1/people                        401       200       200    200    200      401         401
  PUT /v1/me/password                   401       200       200    200    200      401         401
  GET /v1/me/export                     401       200       200    200    200      401         401
  PUT /v1/me/avatar                     401       200       200    200    200      401         401
  POST /v1/files                        401       201       201    201    201      401         401
  GET /v1/me/usage                      401       200       200    200    200      401         401
  OPTIONS /v1/uploads                   204       204       204    204    204      204         204
  POST /v1/uploads                      401       201       201    201    201      401         401
  GET /v1/uploads/:uploadId             401       404       404    200    404      401         401
  PATCH /v1/uploads/:uploadId           401       404       404    204    404      401         401
  DELETE /v1/uploads/:uploadId          401       404       404    204    404      401         401
  PATCH /v1/files/:fileId               401       404       404    200    404      401         401
  GET /v1/files/:fileId                 401       404       200    200    404      401         401
  GET /v1/files/:fileId/content         404       404       200    200    404      404         404
  GET /v1/files/:fileId/preview         404       404       200    200    404      404         404
  GET /v1/people/:personId              401       200       200    200    200      401         401
  GET /v1/friends                       401       200       200    200    200      401         401
  PUT /v1/friends/:personId             401       200       200    200    200      401         401
  DELETE /v1/friends/:personId          401       204       204    204    204      401         401
  GET /v1/friend-requests               401       200       200    200    200      401         401
  DELETE /v1/friend-requests/:personId  401       404       404    404    404      401         401
  GET /v1/blocks                        401       200       200    200    200      401         401
  PUT /v1/blocks/:personId              401       200       200    200    200      401         401
  DELETE /v1/blocks/:personId           401       204       204    204    204      401         401
  GET /v1/posts                         401       200       200    200    200      401         401
  GET /v1/people/:personId/posts        401       200       200    200    200      401         401
  POST /v1/posts                        401       201       201    201    201      401         401
  GET /v1/posts/:postId                 401       200       200    200    200      401         401
  PATCH /v1/posts/:postId               401       403       403    200    200      401         401
  DELETE /v1/posts/:postId              401       403       403    204    204      401         401
  PUT /v1/posts/:postId/like            401       200       200    200    200      401         401
  DELETE /v1/posts/:postId/like         401       200       200    200    200      401         401
  GET /v1/posts/:postId/likes           401       200       200    200    200      401         401
  PUT /v1/posts/:postId/bookmark        401       204       204    204    204      401         401
  DELETE /v1/posts/:postId/bookmark     401       204       204    204    204      401         401
  GET /v1/bookmarks                     401       200       200    200    200      401         401
  GET /v1/posts/:postId/comments        401       200       200    200    200      401         401
  POST /v1/posts/:postId/comments       401       201       201    201    201      401         401
  PATCH /v1/comments/:commentId, the owner's    401  403    403    200    200      401         401
  DELETE /v1/comments/:commentId, the owner's   401  403    403    204    204      401         401
  DELETE /v1/comments/:commentId, the member's  401  403    204    204    204      401         401
  GET /v1/notifications                 401       200       200    200    200      401         401
  PUT /v1/notifications/read            401       200       200    200    200      401         401
  GET /v1/push/key                      401       200       200    200    200      401         401
  PUT /v1/me/push                       401       200       200    200    200      401         401
  DELETE /v1/me/push/:id                401       404       404    404    404      401         401
  GET /v1/rooms/:roomId/messages        401       404       200    200    404      401         401
  POST /v1/rooms/:roomId/messages       401       404       201    201    404      401         401
  GET /v1/rooms/:roomId/messages/:seq   401       404       200    200    404      401         401
  PATCH /v1/rooms/:roomId/messages/:seq  401      404       403    200    404      401         401
  DELETE /v1/rooms/:roomId/messages/:seq  401     404       403    204    204      401         401
  PUT /v1/rooms/:roomId/messages/:seq/reactions/:emoji  401  404  200  200  404  401  401
  DELETE /v1/rooms/:roomId/messages/:seq/reactions/:emoji  401  404  200  200  404  401  401
  GET /v1/rooms/:roomId/pins            401       404       200    200    404      401         401
  PUT /v1/rooms/:roomId/pins/:seq       401       404       204    204    404      401         401
  DELETE /v1/rooms/:roomId/pins/:seq    401       404       204    204    404      401         401
  PUT /v1/rooms/:roomId/pins/:seq, lobby  401     403       403    403    204      401         401
  GET /v1/rooms/:roomId/reads           401       404       200    200    404      401         401
  GET /v1/events                        401       200       200    200    200      401         401
  GET /v1/sync                          401       200       200    200    200      401         401
  GET /v1/rooms                         401       200       200    200    200      401         401
  POST /v1/rooms                        401       201       201    201    201      401         401
  GET /v1/rooms/:roomId                 401       404       200    200    404      401         401
  PATCH /v1/rooms/:roomId               401       404       403    200    404      401         401
  DELETE /v1/rooms/:roomId              401       404       403    204    404      401         401
  PUT /v1/rooms/:roomId/avatar          401       404       403    200    404      401         401
  DELETE /v1/rooms/:roomId/avatar       401       404       403    204    404      401         401
  PUT /v1/rooms/:roomId/read            401       404       200    200    404      401         401
  PUT /v1/rooms/:roomId/notify          401       404       200    200    404      401         401
  GET /v1/rooms/:roomId/members         401       404       200    200    404      401         401
  PUT /v1/rooms/:roomId/members/:personId  401    404       403    200    404      401         401
  DELETE /v1/rooms/:roomId/members/:personId  401  404      204    204    404      401         401
  DELETE /v1/rooms/:roomId/members/:personId, the owner  401  404  403  204  404  401  401
  GET /v1/rooms/:roomId/invites         401       404       403    200    404      401         401
  POST /v1/rooms/:roomId/invites        401       404       403    201    404      401         401
  DELETE /v1/rooms/:roomId/invites/:code  401     404       403    204    404      401         401
  GET /v1/rooms/:roomId/hooks           401       404       403    200    404      401         401
  POST /v1/rooms/:roomId/hooks          401       404       403    201    404      401         401
  PATCH /v1/rooms/:roomId/hooks/:id     401       404       403    200    404      401         401
  POST /v1/rooms/:roomId/hooks/:id/secret  401    404       403    200    404      401         401
  DELETE /v1/rooms/:roomId/hooks/:id    401       404       403    204    404      401         401
  GET /v1/hooks                         401       403       403    403    200      401         401
  GET /v1/hooks, of a room              401       404       403    200    404      401         401
  POST /v1/hooks                        401       404       403    201    404      401         401
  POST /v1/hooks, of the board          401       403       403    403    201      401         401
  PATCH /v1/hooks/:id                   401       404       404    200    404      401         401
  DELETE /v1/hooks/:id                  401       404       404    204    404      401         401
  GET /v1/hooks/:id/deliveries          401       404       404    200    404      401         401
  POST /v1/hooks/:id/deliveries/:deliveryId  401  404       404    200    404      401         401
  GET /v1/bots                          401       200       200    200    200      401         401
  POST /v1/bots                         401       201       201    201    201      401         401
  PATCH /v1/bots/:id                    401       404       404    200    404      401         401
  DELETE /v1/bots/:id                   401       404       404    204    404      401         401
  GET /v1/bots/:id/tokens               401       404       404    200    404      401         401
  POST /v1/bots/:id/tokens              401       404       404    201    404      401         401
  DELETE /v1/bots/:id/tokens/:tokenId   401       404       404    204    404      401         401
  GET /v1/invites/:code                 401       200       200    200    200      401         401
  POST /v1/invites/:code                401       201       200    200    201      401         401
  GET /v1/community                     200       200       200    200    200      200         200
  PATCH /v1/community                   401       403       403    403    200      401         401
  PUT /v1/community/avatar              401       403       403    403    200      401         401
  DELETE /v1/community/avatar           401       403       403    403    204      401         401
  POST /v1/setup                        404       404       404    404    404      404         404
  GET /v1/invites                       401       403       403    403    200      401         401
  POST /v1/invites                      401       403       403    403    201      401         401
  DELETE /v1/invites/:code              401       403       403    403    204      401         401
  GET /v1/applications                  401       403       403    403    200      401         401
  POST /v1/applications/:applicationId  401       403       403    403    201      401         401
  DELETE /v1/applications/:applicationId  401     403       403    403    204      401         401
  GET /v1/staff                         401       403       403    403    200      401         401
  PUT /v1/people/:personId/role         401       403       403    403    200      401         401
  GET /v1/mutes                         401       200       200    200    200      401         401
  PUT /v1/mutes/:personId               401       200       200    200    200      401         401
  DELETE /v1/mutes/:personId            401       204       204    204    204      401         401
  POST /v1/reports                      401       201       201    201    201      401         401
  GET /v1/reports                       401       403       403    403    200      401         401
  GET /v1/reports/:reportId             401       403       403    403    200      401         401
  PATCH /v1/reports/:reportId           401       403       403    403    200      401         401
  POST /v1/people/:personId/sanctions   401       403       403    403    201      401         401
  GET /v1/people/:personId/sanctions    401       403       403    403    200      401         401
  GET /v1/me/sanctions                  401       200       200    200    200      401         401
  DELETE /v1/sanctions/:sanctionId      401       403       403    403    204      401         401
  POST /v1/sanctions/:sanctionId/appeal  401      404       404    404    404      401         401
  POST /v1/appeals                      401       404       404    404    404      404         401
  POST /v1/sign-up-bans                 401       403       403    403    201      401         401
  GET /v1/sign-up-bans                  401       403       403    403    200      401         401
  POST /v1/people/:personId/purges      401       403       403    403    202      401         401
  POST /v1/invites/:code/raids          401       403       403    403    202      401         401
  GET /v1/cleanups/:cleanupId           401       403       403    403    200      401         401
  GET /v1/audit                         401       403       403    403    200      401         401
  GET /v1/audit/export                  401       403       403    403    200      401         401
  WS GET /v1/live                       401       101       101    101    101      401         401
`,
  {
    'POST /v1/accounts': ({ cast }) => ({ path: '/v1/accounts', body: cast.freshAccount() }),
    'POST /v1/session': ({ cast, role, me }) => ({
      path: '/v1/session',
      body: { login: role === 'anonymous' ? cast.freshName() : me.username, password: PASSWORD },
    }),
    'DELETE /v1/session': async ({ cast, role }) => {
      const who = cast.who(role);
      const other = who !== null && !KEPT_OUT.includes(role) && { token: await cast.token(who) };
      return { path: '/v1/session', ...other };
    },
    'GET /v1/me': () => ({ path: '/v1/me' }),
    'PATCH /v1/me': () => ({ path: '/v1/me', body: { bio: 'new' } }),
    'DELETE /v1/me, with a wrong password': () => ({ path: '/v1/me', body: { password: 'wrong' } }),
    'DELETE /v1/me/avatar': () => ({ path: '/v1/me/avatar' }),
    'GET /v1/sessions': () => ({ path: '/v1/sessions' }),
    'GET /v1/search': () => ({ path: '/v1/search?q=word' }),
    'GET /v1/catch-up': () => ({ path: '/v1/catch-up?since=2026-01-01' }),
    'GET /v1/tokens': () => ({ path: '/v1/tokens' }),
    'POST /v1/tokens': () => ({ path: '/v1/tokens', body: { name: 'robot', scopes: ['read'] } }),
    'DELETE /v1/tokens/:id': othersSecret('tokens', { name: 'robot', scopes: ['read'] }),
    'GET /v1/app-passwords': () => ({ path: '/v1/app-passwords' }),
    'POST /v1/app-passwords': () => ({ path: '/v1/app-passwords', body: { name: 'robot' } }),
    'DELETE /v1/app-passwords/:id': othersSecret('app-passwords', { name: 'robot' }),
    'GET /v1/second-factor': () => ({ path: '/v1/second-factor' }),
    'POST /v1/second-factor': () => ({ path: '/v1/second-factor' }),
    'PUT /v1/second-factor': () => ({ path: '/v1/second-factor', body: { code: '123456' } }),
    'DELETE /v1/second-factor': () => ({ path: '/v1/second-factor' }),
    'POST /v1/second-factor/recovery-codes': () => ({ path: '/v1/second-factor/recovery-codes' }),
    'GET /v1/passkeys': () => ({ path: '/v1/passkeys' }),
    'POST /v1/passkeys/challenge': () => ({ path: '/v1/passkeys/challenge' }),
    'POST /v1/passkeys': () => ({ path: '/v1/passkeys', body: { name: 'phone', ...NO_ATTESTATION } }),
    'PATCH /v1/passkeys/:id': async ({ cast }) => ({ path: await othersPasskey(cast), body: { name: 'mine' } }),
    'DELETE /v1/passkeys/:id': async ({ cast }) => ({ path: await othersPasskey(cast) }),
    'POST /v1/session/passkey/challenge': () => ({ path: '/v1/session/passkey/challenge' }),
    'POST /v1/session/passkey': () => ({ path: '/v1/session/passkey', body: NO_ASSERTION }),
    'PUT /v1/session/confirmation/passkey': () => ({ path: '/v1/session/confirmation/passkey', body: NO_ASSERTION }),
    'GET /v1/sign-in': () => ({ path: '/v1/sign-in' }),
    'GET /v1/sign-in/:provider': () => ({ path: '/v1/sign-in/none' }),
    'GET /v1/sign-in/:provider/callback': () => ({ path: '/v1/sign-in/none/callback' }),
    'POST /v1/sign-in/:provider/logout': () => ({ path: '/v1/sign-in/none/logout', body: { logout_token: 'x' } }),
    'GET /v1/identities': () => ({ path: '/v1/identities' }),
    'PUT /v1/identities/:provider': () => ({ path: '/v1/identities/none' }),
    'DELETE /v1/identities/:provider': () => ({ path: '/v1/identities/none' }),
    'GET /v1/push/key': () => ({ path: '/v1/push/key' }),
    'PUT /v1/me/push': ({ cast }) => ({ path: '/v1/me/push', body: browser(cast.freshName()) }),
    'DELETE /v1/me/push/:id': async ({ cast }) => ({ path: await othersBrowser(cast) }),
    'PUT /v1/session/confirmation': () => ({ path: '/v1/session/confirmation', body: { password: PASSWORD } }),
    'DELETE /v1/sessions': ofNewcomer('/v1/sessions'),
    'DELETE /v1/sessions/:id': async ({ cast, role, me }) => ({
      path: `/v1/sessions/${await newSession(cast, OUTSIDERS.includes(role) ? cast.owner : me)}`,
    }),
    'DELETE /v1/sessions/:id, of another': async ({ cast }) => ({
      path: `/v1/sessions/${await newSession(cast, await cast.newcomer())}`,
    }),
    'GET /v1/people': () => ({ path: '/v1/people?query=own' }),
    'PUT /v1/me/password': ofNewcomer('/v1/me/password', { current: PASSWORD, password: `${PASSWORD} battery` }),
    'GET /v1/me/export': () => ({ path: '/v1/me/export' }),
    'PUT /v1/me/avatar': () => ({ path: '/v1/me/avatar', body: pictureForm() }),
    'POST /v1/files': () => ({ path: '/v1/files', body: pictureForm() }),
    'PATCH /v1/files/:fileId': async ({ cast }) => {
      return { path: `/v1/files/${await ownersFile(cast)}`, body: { alt: 'halves' } };
    },
    'GET /v1/me/usage': () => ({ path: '/v1/me/usage' }),
    'OPTIONS /v1/uploads': () => ({ path: '/v1/uploads' }),
    'POST /v1/uploads': () => ({ path: '/v1/uploads', headers: { 'upload-length': '1' } }),
    'GET /v1/uploads/:uploadId': async ({ cast }) => ({ path: await ownersUpload(cast) }),
    'PATCH /v1/uploads/:uploadId': async ({ cast }) => ({
      path: await ownersUpload(cast),
      headers: { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      body: Buffer.from('x'),
    }),
    'DELETE /v1/uploads/:uploadId': async ({ cast }) => ({ path: await ownersUpload(cast) }),
    'GET /v1/files/:fileId': async ({ cast }) => ({ path: `/v1/files/${await roomFile(cast)}` }),
    'GET /v1/files/:fileId/content': async ({ cast }) => ({ path: `/v1/files/${await roomFile(cast)}/content` }),
    'GET /v1/files/:fileId/preview': async ({ cast }) => ({ path: `/v1/files/${await roomFile(cast)}/preview` }),
    'GET /v1/people/:personId': ({ cast }) => ({ path: `/v1/people/${cast.owner.uid}` }),
    'GET /v1/events': () => ({ path: '/v1/events' }),
    'GET /v1/sync': () => ({ path: '/v1/sync' }),
    'GET /v1/friends': () => ({ path: '/v1/friends' }),
    'PUT /v1/friends/:personId': async ({ cast }) => ({ path: `/v1/friends/${(await cast.newcomer()).uid}` }),
    'DELETE /v1/friends/:personId': async ({ cast, me }) => {
      const friend = await cast.newcomer();
      await friend.call('POST', '/profiles/api/add-friend/', { username: me.username });
      return { path: `/v1/friends/${friend.uid}` };
    },
    'GET /v1/blocks': () => ({ path: '/v1/blocks' }),
    'PUT /v1/blocks/:personId': async ({ cast }) => ({ path: `/v1/blocks/${(await cast.newcomer()).uid}` }),
    'DELETE /v1/blocks/:personId': undoing(async ({ cast }) => ({ path: `/v1/blocks/${(await cast.newcomer()).uid}` })),
    'GET /v1/posts': () => ({ path: '/v1/posts' }),
    'GET /v1/people/:personId/posts': ({ cast }) => ({ path: `/v1/people/${cast.owner.uid}/posts` }),
    'POST /v1/posts': () => ({ path: '/v1/posts', body: { body: 'new' } }),
    'GET /v1/posts/:postId': ownersPost(),
    'PATCH /v1/posts/:postId': ownersPost('', { body: 'changed' }),
    'DELETE /v1/posts/:postId': ownersPost(),
    'PUT /v1/posts/:postId/like': ownersPost('/like'),
    'DELETE /v1/posts/:postId/like': undoing(ownersPost('/like')),
    'GET /v1/posts/:postId/likes': ownersPost('/likes'),
    'PUT /v1/posts/:postId/bookmark': ownersPost('/bookmark'),
    'DELETE /v1/posts/:postId/bookmark': undoing(ownersPost('/bookmark')),
    'GET /v1/bookmarks': () => ({ path: '/v1/bookmarks' }),
    'GET /v1/posts/:postId/comments': ownersPost('/comments'),
    'POST /v1/posts/:postId/comments': ownersPost('/comments', { body: 'said' }),
    "PATCH /v1/comments/:commentId, the owner's": async ({ cast }) => ({
      path: `/v1/comments/${await cast.commentOnOwnersPost(cast.owner)}`,
      body: { body: 'changed' },
    }),
    "DELETE /v1/comments/:commentId, the owner's": async ({ cast }) => ({
      path: `/v1/comments/${await cast.commentOnOwnersPost(cast.owner)}`,
    }),
    "DELETE /v1/comments/:commentId, the member's": async ({ cast }) => ({
      path: `/v1/comments/${await cast.commentOnOwnersPost(cast.people.member)}`,
    }),
    'GET /v1/notifications': () => ({ path: '/v1/notifications' }),
    'PUT /v1/notifications/read': () => ({ path: '/v1/notifications/read', body: { upTo: '1000000' } }),
    'GET /v1/rooms/:roomId/messages': ({ cast }) => ({ path: `/v1/rooms/${cast.chat.uid}/messages` }),
    'POST /v1/rooms/:roomId/messages': ({ cast }) => ({
      path: `/v1/rooms/${cast.chat.uid}/messages`,
      body: { body: 'a message' },
    }),
    'GET /v1/rooms/:roomId/messages/:seq': async ({ cast }) => ({ path: await ownersMessage(cast) }),
    'PATCH /v1/rooms/:roomId/messages/:seq': async ({ cast }) => ({
      path: await ownersMessage(cast),
      body: { body: 'edited' },
    }),
    'DELETE /v1/rooms/:roomId/messages/:seq': async ({ cast }) => ({ path: await ownersMessage(cast) }),
    'PUT /v1/rooms/:roomId/messages/:seq/reactions/:emoji': async ({ cast }) => ({
      path: `${await ownersMessage(cast)}/reactions/${THUMB}`,
    }),
    'DELETE /v1/rooms/:roomId/messages/:seq/reactions/:emoji': undoing(async ({ cast }) => ({
      path: `${await ownersMessage(cast)}/reactions/${THUMB}`,
    })),
    'GET /v1/rooms/:roomId/pins': ({ cast }) => ({ path: `/v1/rooms/${cast.chat.uid}/pins` }),
    'PUT /v1/rooms/:roomId/pins/:seq': async ({ cast }) => ({
      path: (await ownersMessage(cast)).replace('messages', 'pins'),
    }),
    'DELETE /v1/rooms/:roomId/pins/:seq': undoing(async ({ cast }) => ({
      path: (await ownersMessage(cast)).replace('messages', 'pins'),
    })),
    'PUT /v1/rooms/:roomId/pins/:seq, lobby': async ({ cast }) => ({
      path: (await ownersMessage(cast, 'lobby')).replace('messages', 'pins'),
    }),
    'GET /v1/rooms/:roomId/reads': ({ cast }) => ({ path: `/v1/rooms/${cast.chat.uid}/reads` }),
    'GET /v1/rooms': () => ({ path: '/v1/rooms' }),
    'POST /v1/rooms': () => ({ path: '/v1/rooms', body: { kind: 'group', title: 'a group' } }),
    'GET /v1/rooms/:roomId': async ({ cast }) => ({ path: await ownersGroup(cast) }),
    'PATCH /v1/rooms/:roomId': async ({ cast }) => ({ path: await ownersGroup(cast), body: { title: 'renamed' } }),
    'DELETE /v1/rooms/:roomId': async ({ cast }) => ({ path: await ownersGroup(cast) }),
    'PUT /v1/rooms/:roomId/avatar': async ({ cast }) => ({
      path: `${await ownersGroup(cast)}/avatar`,
      body: pictureForm(),
    }),
    'DELETE /v1/rooms/:roomId/avatar': async ({ cast }) => ({ path: `${await ownersGroup(cast)}/avatar` }),
    'PUT /v1/rooms/:roomId/read': async ({ cast }) => {
      const group = await ownersGroup(cast);
      await byOwner(cast, `${group}/messages`, { body: 'to be read' });
      return { path: `${group}/read`, body: { seq: 1 } };
    },
    'PUT /v1/rooms/:roomId/notify': async ({ cast }) => ({
      path: `${await ownersGroup(cast)}/notify`,
      body: { notify: 'nothing' },
    }),
    'GET /v1/rooms/:roomId/members': async ({ cast }) => ({ path: `${await ownersGroup(cast)}/members` }),
    'PUT /v1/rooms/:roomId/members/:personId': async ({ cast }) => ({
      path: `${await ownersGroup(cast)}/members/${(await cast.newcomer()).uid}`,
      body: {},
    }),
    'DELETE /v1/rooms/:roomId/members/:personId': async ({ cast }) => ({
      path: `${await ownersGroup(cast)}/members/${cast.people.member.uid}`,
    }),
    'DELETE /v1/rooms/:roomId/members/:personId, the owner': async ({ cast }) => ({
      path: `${await ownersGroup(cast)}/members/${cast.owner.uid}`,
    }),
    'GET /v1/rooms/:roomId/invites': async ({ cast }) => ({ path: `${await ownersGroup(cast)}/invites` }),
    'POST /v1/rooms/:roomId/invites': async ({ cast }) => ({ path: `${await ownersGroup(cast)}/invites`, body: {} }),
    'DELETE /v1/rooms/:roomId/invites/:code': async ({ cast }) => {
      const group = await ownersGroup(cast);
      return { path: `${group}/invites/${await ownersInvite(cast, group)}` };
    },
    'GET /v1/rooms/:roomId/hooks': async ({ cast }) => ({ path: `${await ownersGroup(cast)}/hooks` }),
    'POST /v1/rooms/:roomId/hooks': async ({ cast }) => ({
      path: `${await ownersGroup(cast)}/hooks`,
      body: { name: 'Builds' },
    }),
    'PATCH /v1/rooms/:roomId/hooks/:id': async ({ cast }) => ({
      path: await ownersHook(cast, await ownersGroup(cast)),
      body: { name: 'Other' },
    }),
    'POST /v1/rooms/:roomId/hooks/:id/secret': async ({ cast }) => ({
      path: `${await ownersHook(cast, await ownersGroup(cast))}/secret`,
    }),
    'DELETE /v1/rooms/:roomId/hooks/:id': async ({ cast }) => ({
      path: await ownersHook(cast, await ownersGroup(cast)),
    }),
    'GET /v1/hooks': () => ({ path: '/v1/hooks' }),
    'GET /v1/hooks, of a room': async ({ cast }) => ({ path: `/v1/hooks?room=${idIn(await ownersGroup(cast))}` }),
    'POST /v1/hooks': async ({ cast }) => ({
      path: '/v1/hooks',
      body: { ...OUTGOING, room: idIn(await ownersGroup(cast)) },
    }),
    'POST /v1/hooks, of the board': async ({ cast }) => {
      await cast.server.sql`delete from outgoing_hooks where stream_id not in (select id from rooms)`;
      return { path: '/v1/hooks', body: { ...OUTGOING, events: ['post.created'] } };
    },
    'PATCH /v1/hooks/:id': async ({ cast }) => ({ path: await ownersOutgoing(cast), body: { enabled: false } }),
    'DELETE /v1/hooks/:id': async ({ cast }) => ({ path: await ownersOutgoing(cast) }),
    'GET /v1/hooks/:id/deliveries': async ({ cast }) => ({ path: `${await ownersOutgoing(cast)}/deliveries` }),
    'POST /v1/hooks/:id/deliveries/:deliveryId': async ({ cast }) => {
      const group = await ownersGroup(cast);
      await byOwner(cast, `${group}/messages`, { body: 'before the hook' });
      const hook = await ownersOutgoing(cast, group);
      const [delivery] = await cast.server.sql<[{ id: number }]>`
        insert into hook_deliveries (hook_id, seq, kind, attempt, duration)
        select id, seq, 'message.created', 1, 1 from outgoing_hooks where id = ${idIn(hook)} returning id`;
      return { path: `${hook}/deliveries/${delivery.id}` };
    },
    'GET /v1/bots': () => ({ path: '/v1/bots' }),
    'POST /v1/bots': ({ cast }) => ({ path: '/v1/bots', body: { username: cast.freshName() } }),
    'PATCH /v1/bots/:id': async ({ cast }) => ({ path: await ownersBot(cast), body: { name: 'Other' } }),
    'DELETE /v1/bots/:id': async ({ cast }) => ({ path: await ownersBot(cast) }),
    'GET /v1/bots/:id/tokens': async ({ cast }) => ({ path: `${await ownersBot(cast)}/tokens` }),
    'POST /v1/bots/:id/tokens': async ({ cast }) => ({
      path: `${await ownersBot(cast)}/tokens`,
      body: { name: 'robot', scopes: ['read'] },
    }),
    'DELETE /v1/bots/:id/tokens/:tokenId': async ({ cast }) => {
      const bot = await ownersBot(cast);
      const body = { name: 'robot', scopes: ['read'] };
      return { path: `${bot}/tokens/${(await byOwner<{ id: string }>(cast, `${bot}/tokens`, body)).id}` };
    },
    'GET /v1/invites/:code': async ({ cast }) => ({
      path: `/v1/invites/${await ownersInvite(cast, await ownersGroup(cast))}`,
    }),
    'POST /v1/invites/:code': async ({ cast }) => ({
      path: `/v1/invites/${await ownersInvite(cast, await ownersGroup(cast))}`,
    }),
    'GET /v1/me/email': () => ({ path: '/v1/me/email' }),
    'PUT /v1/me/email, with a wrong password': ({ cast }) => ({
      path: '/v1/me/email',
      body: { email: `${cast.freshName()}@example.org`, password: 'a guess' },
    }),
    'POST /v1/verifications': () => ({ path: '/v1/verifications' }),
    'PUT /v1/verifications': () => ({ path: '/v1/verifications', body: { secret: 'a guess' } }),
    'POST /v1/resets': ({ me }) => ({ path: '/v1/resets', body: { login: me.username } }),
    'PUT /v1/resets': () => ({ path: '/v1/resets', body: { secret: 'a guess', password: `${PASSWORD} battery` } }),
    'GET /v1/server': () => ({ path: '/v1/server' }),
    'GET /v1/friend-requests': () => ({ path: '/v1/friend-requests' }),
    'DELETE /v1/friend-requests/:personId': ({ cast }) => ({ path: `/v1/friend-requests/${cast.people.member.uid}` }),
    'GET /v1/admin/metrics': () => ({ path: '/v1/admin/metrics' }),
    'GET /v1/admin/storage': () => ({ path: '/v1/admin/storage' }),
    'GET /v1/admin/settings': () => ({ path: '/v1/admin/settings' }),
    'GET /v1/admin/accounts': () => ({ path: '/v1/admin/accounts' }),
    'GET /v1/community': () => ({ path: '/v1/community' }),
    'PUT /v1/community/avatar': () => ({ path: '/v1/community/avatar', body: pictureForm() }),
    'DELETE /v1/community/avatar': () => ({ path: '/v1/community/avatar' }),
    'PATCH /v1/community': ({ cast }) => ({ path: '/v1/community', body: { name: cast.freshName() } }),
    'POST /v1/setup': ({ cast }) => ({
      path: '/v1/setup',
      body: { ...cast.freshAccount(), code: 'a guess', community: { name: 'mine' } },
    }),
    'GET /v1/invites': () => ({ path: '/v1/invites' }),
    'POST /v1/invites': () => ({ path: '/v1/invites', body: {} }),
    'DELETE /v1/invites/:code': async ({ cast }) => ({ path: `/v1/invites/${await adminsInvite(cast)}` }),
    'GET /v1/applications': async ({ cast }) => {
      await applicationTo(cast);
      return { path: '/v1/applications' };
    },
    'POST /v1/applications/:applicationId': async ({ cast }) => ({
      path: `/v1/applications/${await applicationTo(cast)}`,
    }),
    'DELETE /v1/applications/:applicationId': async ({ cast }) => ({
      path: `/v1/applications/${await applicationTo(cast)}`,
    }),
    'GET /v1/staff': () => ({ path: '/v1/staff' }),
    'PUT /v1/people/:personId/role': async ({ cast }) => ({
      path: `/v1/people/${(await cast.newcomer()).uid}/role`,
      body: { role: 'moderator' },
    }),
    'GET /v1/mutes': () => ({ path: '/v1/mutes' }),
    'PUT /v1/mutes/:personId': async ({ cast }) => ({ path: `/v1/mutes/${(await cast.newcomer()).uid}` }),
    'DELETE /v1/mutes/:personId': undoing(async ({ cast }) => ({ path: `/v1/mutes/${(await cast.newcomer()).uid}` })),
    'POST /v1/reports': async ({ cast }) => ({
      path: '/v1/reports',
      body: { subject: { kind: 'account', id: (await cast.newcomer()).uid }, reason: 'spam' },
    }),
    'GET /v1/reports': () => ({ path: '/v1/reports?limit=1' }),
    'GET /v1/reports/:reportId': async ({ cast }) => ({ path: `/v1/reports/${await reportTo(cast)}` }),
    'PATCH /v1/reports/:reportId': async ({ cast }) => ({
      path: `/v1/reports/${await reportTo(cast)}`,
      body: { state: 'dismissed' },
    }),
    'POST /v1/people/:personId/sanctions': async ({ cast }) => ({
      path: `/v1/people/${(await cast.newcomer()).uid}/sanctions`,
      body: { kind: 'silence' },
    }),
    'GET /v1/people/:personId/sanctions': ({ cast }) => ({ path: `/v1/people/${cast.owner.uid}/sanctions` }),
    'GET /v1/me/sanctions': () => ({ path: '/v1/me/sanctions' }),
    'DELETE /v1/sanctions/:sanctionId': async ({ cast }) => ({ path: `/v1/sanctions/${await sanctionIn(cast)}` }),
    'POST /v1/sanctions/:sanctionId/appeal': async ({ cast }) => ({
      path: `/v1/sanctions/${await sanctionIn(cast)}/appeal`,
      body: { body: 'of another' },
    }),
    'POST /v1/appeals': ({ cast, role, me }) => ({
      path: '/v1/appeals',
      body: { login: role === 'anonymous' ? cast.freshName() : me.username, password: PASSWORD, body: 'let me in' },
    }),
    'POST /v1/sign-up-bans': ({ cast }) => ({
      path: '/v1/sign-up-bans',
      body: { namePattern: `nobody-${cast.freshName()}` },
    }),
    'GET /v1/sign-up-bans': () => ({ path: '/v1/sign-up-bans' }),
    'POST /v1/people/:personId/purges': async ({ cast }) => ({
      path: `/v1/people/${(await cast.newcomer()).uid}/purges`,
      body: { hours: 1 },
    }),
    'POST /v1/invites/:code/raids': async ({ cast }) => ({
      path: `/v1/invites/${await adminsInvite(cast)}/raids`,
      body: { sanction: 'suspension', purge: false },
    }),
    'GET /v1/cleanups/:cleanupId': async ({ cast }) => ({ path: `/v1/cleanups/${await cleanupIn(cast)}` }),
    'GET /v1/audit': () => ({ path: '/v1/audit?limit=1' }),
    'GET /v1/audit/export': () => ({ path: '/v1/audit/export' }),
    'WS GET /v1/live': () => ({ path: '/v1/live' }),
  },
);
