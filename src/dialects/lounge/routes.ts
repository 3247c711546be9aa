/** lounge: `/createUser`, `/login`, `/join`, `/status`. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Core } from '../../core/core.ts';
import type { Dialect } from '../dialect.ts';
import { takeAnyJson } from '../shared/bodies.ts';
import { BEARER_SCHEME } from '../shared/credentials.ts';
import { deviceOf } from '../shared/devices.ts';
import { JOINING } from '../shared/new-accounts.ts';
import { presentError } from './errors.ts';
import { CreatedUser, CreateUserBody, ErrorBody, LoggedIn, LoginBody, Status } from './schema.ts';
import { joinSocket } from './socket.ts';

export function createLounge(core: Pick<Core, 'accounts' | 'sessions' | 'lobby' | 'media'>): Dialect {
  return {
    name: 'lounge',
    prefixes: ['/createUser', '/login', '/join', '/status'],
    title: 'Koine lounge',
    description: 'One lobby with presence over a WebSocket of JSON frames, behind `/createUser` and `/login`.',
    tokens: { bearer: BEARER_SCHEME },
    example: `curl "$KOINE/createUser" -d '{"email":"ann@example.org","username":"Ann","password":"ann likes tea"}'
curl "$KOINE/login" -d '{"email":"ann@example.org","password":"ann likes tea"}'   # answers a token`,
    errorBodies: { common: ErrorBody },
    presentError,
    sockets: [joinSocket(core)],
    routes: (instance) => {
      const app = instance.withTypeProvider<TypeBoxTypeProvider>();
      takeAnyJson(instance);

      const createUser = {
        operationId: 'createUser',
        summary: 'Create an account',
        errors: ['username_taken', 'email_taken', ...JOINING, 'accounts_elsewhere', 'overloaded'],
        body: CreateUserBody,
        response: { 200: CreatedUser },
      } as const;
      app.post('/createUser', { schema: createUser }, async (request) => {
        const { username, email, password } = request.body;
        const account = await core.accounts.signUp({ username, email, password }, request.ip);
        return { id: String(account.id), username: account.username, email: account.email as string };
      });

      const login = {
        operationId: 'logIn',
        summary: 'Log in',
        errors: ['bad_credentials', 'awaiting_approval', 'accounts_elsewhere', 'overloaded'],
        body: LoginBody,
        response: { 200: LoggedIn },
      } as const;
      app.post('/login', { schema: login }, async (request) => {
        const { email, password } = request.body;
        const account = await core.accounts.prove({ email }, { password, address: request.ip });
        const { token } = await core.sessions.start(account, deviceOf(request));
        return { id: String(account.id), username: account.username, token };
      });

      const status = {
        operationId: 'getStatus',
        summary: 'Get the status of the server',
        response: { 200: Status },
      } as const;
      app.get('/status', { schema: status }, async () => ({ status: 'ok' }) as const);
    },
  };
}
