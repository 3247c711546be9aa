/** Permissions of koine. */
import { PASSWORD } from '../support/people.ts';
import { table } from './table.ts';

export const KOINE = table(
  'koine',
  'bearer',
  `
                                     anonymous  stranger  member  owner  admin  signed-out  disabled
  POST /v1/accounts                     201       201       201    201    201      201         201
  POST /v1/session                      401       200       200    200    200      200         401
  DELETE /v1/session                    204       204       204    204    204      204         204
  GET /v1/me                            401       200       200    200    200      401         401
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
      const other = who !== null && role !== 'disabled' && { token: await cast.token(who) };
      return { path: '/v1/session', ...other };
    },
    'GET /v1/me': () => ({ path: '/v1/me' }),
    'WS GET /v1/live': () => ({ path: '/v1/live' }),
  },
);
