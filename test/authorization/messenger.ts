/** Permissions of messenger. */

import { call } from '../support/board-people.ts';
import { PASSWORD } from '../support/people.ts';
import type { Cast } from './cast.ts';
import { type Asking, table } from './table.ts';

const PROFILE = '/profiles/api/profile/';

const messagesOf = ({ chat }: Cast) => `/messenger/api/chatrooms/${encodeURIComponent(chat.name)}/messages/`;

/** Adds a new friend, or removes an existing one. */
const toNewcomer =
  (path: string, field: 'username' | 'recipient', before?: string): Asking =>
  async ({ cast, me }) => {
    const newcomer = await cast.newcomer();
    if (before !== undefined) await newcomer.call('POST', before, { username: me.username });
    return { path, body: { [field]: newcomer.username } };
  };

export const MESSENGER = table(
  'messenger',
  'bearer',
  `
                                                          anonymous  stranger  member  owner  admin  signed-out  disabled
  GET /accounts/api/users/                                   401       200       200    200    200      401         401
  POST /accounts/api/users/                                  201       201       201    201    201      201         201
  POST /accounts/api/token/                                  401       200       200    200    200      200         401
  POST /accounts/api/token/refresh/                          401       200       200    200    200      200         401
  GET /profiles/api/profile/                                 401       200       200    200    200      401         401
  PATCH /profiles/api/profile/                               401       200       200    200    200      401         401
  GET /profiles/api/posts/                                   401       200       200    200    200      401         401
  POST /profiles/api/posts/                                  401       201       201    201    201      401         401
  GET /profiles/api/search-user/                             401       200       200    200    200      401         401
  POST /profiles/api/add-friend/                             401       200       200    200    200      401         401
  POST /profiles/api/remove-friend/                          401       200       200    200    200      401         401
  GET /messenger/api/chatrooms/                              401       200       200    200    200      401         401
  POST /messenger/api/chatrooms/                             401       201       201    201    201      401         401
  GET /messenger/api/user/chatrooms/                         401       200       200    200    200      401         401
  GET /messenger/api/chatrooms/:room_name/messages/          401       404       200    200    404      401         401
  POST /messenger/api/chatrooms/:room_name/messages/         401       404       201    201    404      401         401
  WS GET /messenger/ws/ws/chat/:room_name/                   401       404       101    101    404      401         401
  WS GET /messenger/ws/ws/chat/:room_name/, the lobby        401       101       101    101    101      401         401
`,
  {
    'GET /accounts/api/users/': () => ({ path: '/accounts/api/users/' }),
    'POST /accounts/api/users/': ({ cast }) => ({ path: '/accounts/api/users/', body: cast.freshAccount() }),
    'POST /accounts/api/token/': ({ cast, role, me }) => ({
      path: '/accounts/api/token/',
      body: { username: role === 'anonymous' ? cast.freshName() : me.username, password: PASSWORD },
    }),
    'POST /accounts/api/token/refresh/': async ({ cast, role, me }) => {
      const body = { username: me.username, password: PASSWORD };
      const { json } = await call<{ refresh?: string }>(cast.server, 'POST', '/accounts/api/token/', { body });
      const refresh = role === 'anonymous' ? undefined : json.refresh;
      return { path: '/accounts/api/token/refresh/', body: { refresh: refresh ?? me.token } };
    },
    'GET /profiles/api/profile/': () => ({ path: PROFILE }),
    'PATCH /profiles/api/profile/': () => ({ path: PROFILE, body: { bio: 'changed' } }),
    'GET /profiles/api/posts/': () => ({ path: '/profiles/api/posts/' }),
    'POST /profiles/api/posts/': () => ({ path: '/profiles/api/posts/', body: { title: 'new', content: 'new' } }),
    'GET /profiles/api/search-user/': ({ cast }) => ({
      path: `/profiles/api/search-user/?username=${cast.owner.username}`,
    }),
    'POST /profiles/api/add-friend/': toNewcomer('/profiles/api/add-friend/', 'username'),
    'POST /profiles/api/remove-friend/': toNewcomer(
      '/profiles/api/remove-friend/',
      'username',
      '/profiles/api/add-friend/',
    ),
    'GET /messenger/api/chatrooms/': () => ({ path: '/messenger/api/chatrooms/' }),
    'POST /messenger/api/chatrooms/': toNewcomer('/messenger/api/chatrooms/', 'recipient'),
    'GET /messenger/api/user/chatrooms/': () => ({ path: '/messenger/api/user/chatrooms/' }),
    'GET /messenger/api/chatrooms/:room_name/messages/': ({ cast }) => ({ path: messagesOf(cast) }),
    'POST /messenger/api/chatrooms/:room_name/messages/': ({ cast }) => ({
      path: messagesOf(cast),
      body: { content: 'new' },
    }),
    'WS GET /messenger/ws/ws/chat/:room_name/': ({ cast }) => ({
      path: `/messenger/ws/ws/chat/${encodeURIComponent(cast.chat.name)}/`,
      trigger: (text) => cast.say(cast.chat.name, text),
    }),
    'WS GET /messenger/ws/ws/chat/:room_name/, the lobby': ({ cast }) => ({
      path: '/messenger/ws/ws/chat/lobby/',
      trigger: (text) => cast.say('lobby', text),
    }),
  },
);
