/** Permissions of social. */
import { PASSWORD } from '../support/people.ts';
import { halves } from '../support/pictures.ts';
import { form } from '../support/social-people.ts';
import type { Person } from './cast.ts';
import { type Asking, KEPT_OUT, table } from './table.ts';

const PICTURE = await halves(8, 8).png().toBuffer();

/** A route of the owner's own resource, requested by each role. */
const ownersOwn =
  (suffix: string, body?: () => unknown): Asking =>
  ({ cast }) => ({ path: `/api/users/${cast.owner.uid}${suffix}`, ...(body && { body: body() }) });

function avatarForm(): FormData {
  const data = new FormData();
  data.append('avatar', new File([PICTURE], 'me.png'));
  return data;
}

const newPost =
  (path: string, author: (me: Person, owner: Person) => Person): Asking =>
  ({ cast, me }) => ({ path, body: form(author(me, cast.owner).uid, 'new', [PICTURE]) });
const oneself = (me: Person) => me;
const theOwner = (_me: Person, owner: Person) => owner;

const befriend =
  (actor: (me: Person, owner: Person) => Person): Asking =>
  async ({ cast, me }) => ({
    path: `/api/users/${actor(me, cast.owner).uid}/friends/add/${(await cast.newcomer()).uid}`,
  });

/** Befriends the actor first. */
const part =
  (actor: (me: Person, owner: Person) => Person): Asking =>
  async ({ cast, me }) => {
    const one = actor(me, cast.owner);
    const friend = await cast.newcomer();
    await friend.call('POST', '/profiles/api/add-friend/', { username: one.username });
    return { path: `/api/users/${one.uid}/friends/remove/${friend.uid}` };
  };

export const SOCIAL = table(
  'social',
  'cookie',
  `
                                                              anonymous  stranger  member  owner  admin  signed-out  disabled
  GET /api/auth/current_user                                     401       200       200    200    200      401         401
  POST /api/auth/register                                        201       201       201    201    201      201         201
  POST /api/auth/login                                           404       200       200    200    200      200         404
  DELETE /api/auth/logout                                        200       200       200    200    200      200         200
  POST /api/posts/create, as oneself                             401       201       201    201    201      401         401
  POST /api/posts/create, as the owner                           401       403       403    201    403      401         401
  POST /api/auth/create, as oneself                              401       201       201    201    201      401         401
  POST /api/auth/create, as the owner                            401       403       403    201    403      401         401
  GET /api/posts/all                                             401       200       200    200    200      401         401
  GET /api/users/:user_id/posts                                  401       200       200    200    200      401         401
  PATCH /api/posts/:post_id/like/:user_id, as oneself            401       200       200    200    200      401         401
  PATCH /api/posts/:post_id/like/:user_id, as the owner          401       403       403    200    403      401         401
  POST /api/chats/create                                         401       201       201    201    201      401         401
  GET /api/chats/:chat_id/messages/:offset                       401       404       200    200    404      401         401
  GET /api/users/:user_id/chats                                  401       403       403    200    403      401         401
  GET /api/users/:user_id/chats, after the private one           401       404       200    200    404      401         401
  PATCH /api/users/:user_id                                      401       403       403    200    403      401         401
  PUT /api/users/:user_id/avatar                                 401       403       403    200    403      401         401
  GET /api/users/friends/all                                     401       200       200    200    200      401         401
  GET /api/users/:user_id/friends/all                            401       200       200    200    200      401         401
  GET /api/users/:user_id/friends/:friend_id                     401       200       200    200    200      401         401
  POST /api/users/:user_id/friends/add/:friend_id, as oneself    401       200       200    200    200      401         401
  POST /api/users/:user_id/friends/add/:friend_id, as the owner  401       403       403    200    403      401         401
  POST /api/users/:user_id/friends/remove/:friend_id, as oneself   401     200       200    200    200      401         401
  POST /api/users/:user_id/friends/remove/:friend_id, as the owner   401   403       403    200    403      401         401
  DELETE /api/users/:user_id/friends/remove/:friend_id, as oneself   401   200       200    200    200      401         401
  DELETE /api/users/:user_id/friends/remove/:friend_id, as the owner  401  403       403    200    403      401         401
  WS GET /api/chats/ws/:chat_id/:client_id, as oneself           401       404       101    101    404      401         401
  WS GET /api/chats/ws/:chat_id/:client_id, as the owner         401       403       403    101    403      401         401
`,
  {
    'GET /api/auth/current_user': () => ({ path: '/api/auth/current_user' }),
    'POST /api/auth/register': ({ cast }) => ({ path: '/api/auth/register', body: cast.freshAccount() }),
    'POST /api/auth/login': ({ cast, role, me }) => ({
      path: '/api/auth/login',
      body: role === 'anonymous' ? cast.freshAccount() : { email: me.email, password: PASSWORD },
    }),
    'DELETE /api/auth/logout': async ({ cast, role }) => {
      const who = cast.who(role);
      const other = who !== null && !KEPT_OUT.includes(role) && { token: await cast.token(who) };
      return { path: '/api/auth/logout', ...other };
    },
    'POST /api/posts/create, as oneself': newPost('/api/posts/create', oneself),
    'POST /api/posts/create, as the owner': newPost('/api/posts/create', theOwner),
    'POST /api/auth/create, as oneself': newPost('/api/auth/create', oneself),
    'POST /api/auth/create, as the owner': newPost('/api/auth/create', theOwner),
    'GET /api/posts/all': () => ({ path: '/api/posts/all' }),
    'GET /api/users/:user_id/posts': ownersOwn('/posts'),
    'PATCH /api/posts/:post_id/like/:user_id, as oneself': async ({ cast, me }) => ({
      path: `/api/posts/${(await cast.ownersPost()).uid}/like/${me.uid}`,
    }),
    'PATCH /api/posts/:post_id/like/:user_id, as the owner': async ({ cast }) => ({
      path: `/api/posts/${(await cast.ownersPost()).uid}/like/${cast.owner.uid}`,
    }),
    'POST /api/chats/create': async ({ cast }) => ({
      path: '/api/chats/create',
      body: { users: [(await cast.newcomer()).uid] },
    }),
    'GET /api/chats/:chat_id/messages/:offset': ({ cast }) => ({ path: `/api/chats/${cast.chat.uid}/messages/0` }),
    'GET /api/users/:user_id/chats': ownersOwn('/chats'),
    'GET /api/users/:user_id/chats, after the private one': ({ cast, me }) => ({
      path: `/api/users/${me.uid}/chats?before=${cast.chat.uid}`,
    }),
    'PATCH /api/users/:user_id': ({ cast }) => ({
      path: `/api/users/${cast.owner.uid}`,
      body: { email: cast.owner.email },
    }),
    'PUT /api/users/:user_id/avatar': ownersOwn('/avatar', avatarForm),
    'GET /api/users/friends/all': () => ({ path: '/api/users/friends/all' }),
    'GET /api/users/:user_id/friends/all': ownersOwn('/friends/all'),
    'GET /api/users/:user_id/friends/:friend_id': ({ cast }) => ({
      path: `/api/users/${cast.owner.uid}/friends/${cast.people.member.uid}`,
    }),
    'POST /api/users/:user_id/friends/add/:friend_id, as oneself': befriend(oneself),
    'POST /api/users/:user_id/friends/add/:friend_id, as the owner': befriend(theOwner),
    'POST /api/users/:user_id/friends/remove/:friend_id, as oneself': part(oneself),
    'POST /api/users/:user_id/friends/remove/:friend_id, as the owner': part(theOwner),
    'DELETE /api/users/:user_id/friends/remove/:friend_id, as oneself': part(oneself),
    'DELETE /api/users/:user_id/friends/remove/:friend_id, as the owner': part(theOwner),
    'WS GET /api/chats/ws/:chat_id/:client_id, as oneself': ({ cast, me }) => ({
      path: `/api/chats/ws/${cast.chat.uid}/${me.uid}`,
      trigger: (text) => cast.say(cast.chat.name, text),
    }),
    'WS GET /api/chats/ws/:chat_id/:client_id, as the owner': ({ cast }) => ({
      path: `/api/chats/ws/${cast.chat.uid}/${cast.owner.uid}`,
      trigger: (text) => cast.say(cast.chat.name, text),
    }),
  },
);
