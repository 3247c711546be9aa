/** Permissions of board. */
import { PASSWORD } from '../support/people.ts';
import { table } from './table.ts';

export const BOARD = table(
  'board',
  'bearer',
  `
                                                         anonymous  stranger  member  owner  admin  signed-out  disabled
  POST /users/                                              201       201       201    201    201      201         201
  POST /token                                               401       200       200    200    200      200         401
  GET /users/                                               401       200       200    200    200      401         401
  GET /users/me                                             401       200       200    200    200      401         401
  GET /users/:user_id                                       401       200       200    200    200      401         401
  GET /users/:username/messages                             200       200       200    200    200      200         200
  GET /messages/                                            200       200       200    200    200      200         200
  POST /messages/, as oneself                               401       201       201    201    201      401         401
  POST /messages/, as the owner                             401       403       403    201    403      401         401
  POST /messages/, as the owner by the body                 401       403       403    201    403      401         401
  PUT /messages/:message_id                                 401       403       403    200    200      401         401
  PUT /messages/:message_id, as the owner                   401       403       403    200    403      401         401
  DELETE /messages/:message_id                              401       403       403    204    204      401         401
  POST /messages/:message_id/like                           401       200       200    200    200      401         401
  POST /messages/:message_id/comments/, as oneself          401       201       201    201    201      401         401
  POST /messages/:message_id/comments/, as the owner        401       403       403    201    403      401         401
  DELETE /comments/:comment_id, by the owner                401       403       403    204    204      401         401
  DELETE /comments/:comment_id, by the member               401       403       204    204    204      401         401
  WS GET /ws                                                101       101       101    101    101      101         101
`,
  {
    'POST /users/': ({ cast }) => ({ path: '/users/', body: cast.freshAccount() }),
    'POST /token': ({ role, me, cast }) => ({
      path: '/token',
      body: { username: role === 'anonymous' ? cast.freshName() : me.username, password: PASSWORD },
    }),
    'GET /users/': () => ({ path: '/users/' }),
    'GET /users/me': () => ({ path: '/users/me' }),
    'GET /users/:user_id': ({ cast }) => ({ path: `/users/${cast.owner.id}` }),
    'GET /users/:username/messages': ({ cast }) => ({ path: `/users/${cast.owner.username}/messages` }),
    'GET /messages/': () => ({ path: '/messages/' }),
    'POST /messages/, as oneself': ({ me }) => ({ path: `/messages/?owner_id=${me.id}`, body: { text: 'new' } }),
    'POST /messages/, as the owner': ({ cast }) => ({
      path: `/messages/?owner_id=${cast.owner.id}`,
      body: { text: 'new' },
    }),
    'POST /messages/, as the owner by the body': ({ cast }) => ({
      path: '/messages/',
      body: { text: 'new', owner_id: cast.owner.id },
    }),
    'PUT /messages/:message_id': async ({ cast }) => ({
      path: `/messages/${(await cast.ownersPost()).id}`,
      body: { text: 'changed' },
    }),
    'PUT /messages/:message_id, as the owner': async ({ cast }) => ({
      path: `/messages/${(await cast.ownersPost()).id}?owner_id=${cast.owner.id}`,
      body: { text: 'changed' },
    }),
    'DELETE /messages/:message_id': async ({ cast }) => ({ path: `/messages/${(await cast.ownersPost()).id}` }),
    'POST /messages/:message_id/like': async ({ cast }) => ({
      path: `/messages/${(await cast.ownersPost()).id}/like`,
    }),
    'POST /messages/:message_id/comments/, as oneself': async ({ cast, me }) => ({
      path: `/messages/${(await cast.ownersPost()).id}/comments/?owner_id=${me.id}`,
      body: { text: 'said' },
    }),
    'POST /messages/:message_id/comments/, as the owner': async ({ cast }) => ({
      path: `/messages/${(await cast.ownersPost()).id}/comments/?owner_id=${cast.owner.id}`,
      body: { text: 'said' },
    }),
    'DELETE /comments/:comment_id, by the owner': async ({ cast }) => ({
      path: `/comments/${await cast.commentOnOwnersPost(cast.owner)}`,
    }),
    'DELETE /comments/:comment_id, by the member': async ({ cast }) => ({
      path: `/comments/${await cast.commentOnOwnersPost(cast.people.member)}`,
    }),
    'WS GET /ws': ({ cast }) => ({ path: '/ws', trigger: (text) => cast.owner.post(text) }),
  },
);
