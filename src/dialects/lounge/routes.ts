/** lounge: `/createUser`, `/login`, `/join`, `/status`. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Core } from '../../core/core.ts';
import type { Dialect } from '../dialect.ts';
import { takeAnyJson } from '../json-body.ts';
import { presentError } from './errors.ts';
import { CreateUserBody, LoginBody } from './schema.ts';
import { joinSocket } from './socket.ts';

export function createLounge(core: Pick<Core, 'accounts' | 'sessions' | 'lobby'>): Dialect {
  return {
    name: 'lounge',
    presentError,
    sockets: [joinSocket(core)],
    routes: (instance) => {
      const app = instance.withTypeProvider<TypeBoxTypeProvider>();
      takeAnyJson(instance);

      app.post('/createUser', { schema: { body: CreateUserBody } }, async (request) => {
        const { id, username, email } = await core.accounts.signUp(request.body);
        return { id: String(id), username, email };
      });

      app.post('/login', { schema: { body: LoginBody } }, async (request) => {
        const account = await core.accounts.checkEmailAndPassword(request.body.email, request.body.password);
        const { token } = await core.sessions.start(account);
        return { id: String(account.id), username: account.username, token };
      });

      app.get('/status', async () => ({ status: 'ok' }));
    },
  };
}
