/** relay: `/signup`, `/signin`, `/connect`. One lobby, text frames. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import type { Core } from '../../core/core.ts';
import { AppError, invalid } from '../../errors.ts';
import type { Dialect } from '../dialect.ts';
import { takeAnyJson } from '../shared/bodies.ts';
import { BEARER_SCHEME } from '../shared/credentials.ts';
import { deviceOf } from '../shared/devices.ts';
import { JOINING } from '../shared/new-accounts.ts';
import { presentError } from './errors.ts';
import { PASSWORD_MAX_BYTES, SignedIn, SignedUp, SignInBody, SignUpBody } from './schema.ts';
import { connectSocket, type RelaySocketOptions, VIA_RELAY } from './socket.ts';

export function createRelay(
  core: Pick<Core, 'accounts' | 'sessions' | 'contents' | 'lobby' | 'media'>,
  options: RelaySocketOptions,
): Dialect {
  return {
    name: 'relay',
    prefixes: ['/signup', '/signin', '/connect'],
    title: 'Koine relay',
    description:
      'One lobby over a WebSocket of text frames, behind `/signup` and `/signin`. Every answer is `text/plain`, the token' +
      " too: a generated client must read it as text, not parse it as JSON (openapi-fetch: `parseAs: 'text'`).",
    tokens: { bearer: BEARER_SCHEME },
    example: `curl "$KOINE/signup" -d '{"username":"ann","password":"ann likes tea"}'
curl "$KOINE/signin" -d '{"username":"ann","password":"ann likes tea"}'   # answers a token`,
    presentError,
    sockets: [connectSocket(core, options)],
    routes: (instance) => {
      const app = instance.withTypeProvider<TypeBoxTypeProvider>();
      takeAnyJson(instance);

      const signUp = {
        operationId: 'signUp',
        summary: 'Create an account',
        errors: ['username_taken', ...JOINING, 'accounts_elsewhere', 'overloaded'],
        produces: ['text/plain'],
        body: SignUpBody,
        response: { 200: SignedUp },
      } as const;
      app.post('/signup', { schema: signUp }, async (request, reply) => {
        const { username, password } = request.body;
        if (Buffer.byteLength(password) > PASSWORD_MAX_BYTES) throw invalid('password', 'long', 'password is too long');
        await core.accounts.signUp({ username, password, passwordMinLength: 1 }, request.ip);
        return word(reply, 'Success');
      });

      const signIn = {
        operationId: 'signIn',
        summary: 'Sign in',
        description: 'Any account may sign in, whatever API created it.',
        errors: ['bad_credentials', 'already_in', 'awaiting_approval', 'accounts_elsewhere', 'overloaded'],
        produces: ['text/plain'],
        body: SignInBody,
        response: { 200: SignedIn },
      } as const;
      app.post('/signin', { schema: signIn }, async (request, reply) => {
        const { username, password } = request.body;
        const account = await core.accounts.prove({ username }, { password, address: request.ip });
        if (await core.lobby.isIn(account, VIA_RELAY)) throw new AppError('already_in');
        const { token } = await core.sessions.start(account, deviceOf(request));
        return word(reply, token);
      });
    },
  };
}

function word(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send(text);
}
