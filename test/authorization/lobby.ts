/** Permissions of relay and lounge. 1008: the socket opens and is closed for its token. */
import { PASSWORD } from '../support/people.ts';
import { table } from './table.ts';

export const RELAY = table(
  'relay',
  'bearer',
  `
                     anonymous  stranger  member  owner  admin  signed-out  disabled
  POST /signup          200       200       200    200    200      200         200
  POST /signin          401       200       200    200    200      200         401
  WS GET /connect       1008      101       101    101    101      1008        1008
`,
  {
    'POST /signup': ({ cast }) => ({ path: '/signup', body: { username: cast.freshName(), password: PASSWORD } }),
    'POST /signin': ({ cast, role, me }) => ({
      path: '/signin',
      body: { username: role === 'anonymous' ? cast.freshName() : me.username, password: PASSWORD },
    }),
    'WS GET /connect': ({ cast }) => ({
      path: '/connect',
      sendsToken: true,
      trigger: (text) => cast.say('lobby', text),
    }),
  },
);

export const LOUNGE = table(
  'lounge',
  'bearer',
  `
                     anonymous  stranger  member  owner  admin  signed-out  disabled
  POST /createUser      200       200       200    200    200      200         200
  POST /login           401       200       200    200    200      200         401
  GET /status           200       200       200    200    200      200         200
  WS GET /join          401       101       101    101    101      401         401
  WS POST /join         401       101       101    101    101      401         401
`,
  {
    'POST /createUser': ({ cast }) => ({ path: '/createUser', body: cast.freshAccount() }),
    'POST /login': ({ cast, role, me }) => ({
      path: '/login',
      body: role === 'anonymous' ? cast.freshAccount() : { email: me.email, password: PASSWORD },
    }),
    'GET /status': () => ({ path: '/status' }),
    'WS GET /join': ({ cast }) => ({ path: '/join', trigger: (text) => cast.say('lobby', text) }),
    'WS POST /join': ({ cast }) => ({ path: '/join', trigger: (text) => cast.say('lobby', text) }),
  },
);
