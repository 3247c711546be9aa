/** relay: `/signup`, `/signin`, `/connect`. One lobby, text frames. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import type { Core } from '../../core/core.ts';
import { AppError, invalid } from '../../errors.ts';
import type { Dialect } from '../dialect.ts';
import { takeAnyJson } from '../json-body.ts';
import { presentError } from './errors.ts';
import { PASSWORD_MAX_BYTES, SignInBody, SignUpBody } from './schema.ts';
import { connectSocket, type RelaySocketOptions, VIA_RELAY } from './socket.ts';

export function createRelay(core: Pick<Core, 'accounts' | 'sessions' | 'lobby'>, options: RelaySocketOptions): Dialect {
  return {
    name: 'relay',
    presentError,
    sockets: [connectSocket(core, options)],
    routes: (instance) => {
      const app = instance.withTypeProvider<TypeBoxTypeProvider>();
      takeAnyJson(instance);

      app.post('/signup', { schema: { body: SignUpBody } }, async (request, reply) => {
        const { username, password } = request.body;
        if (Buffer.byteLength(password) > PASSWORD_MAX_BYTES) throw invalid('password', 'long', 'password is too long');
        await core.accounts.signUp({ username, password, passwordMinLength: 1 });
        return word(reply, 'Success');
      });

      app.post('/signin', { schema: { body: SignInBody } }, async (request, reply) => {
        const account = await core.accounts.checkUsernameAndPassword(request.body.username, request.body.password);
        if (core.lobby.isIn(account, VIA_RELAY)) throw new AppError('already_in');
        const { token } = await core.sessions.start(account);
        return word(reply, token);
      });
    },
  };
}

function word(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send(text);
}
