/** messenger: `/accounts/api`, `/profiles/api`, `/messenger/api` and the sockets of rooms. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Dialect } from '../dialect.ts';
import { takeForms, takeJson, takeUrlEncoded } from '../shared/bodies.ts';
import { createCallers } from '../shared/callers.ts';
import { BEARER_SCHEME, headerToken } from '../shared/credentials.ts';
import { takeFileForms } from '../shared/multipart.ts';
import { validateTogether } from '../shared/validation.ts';
import { noCredentials, presentError } from './errors.ts';
import { readCharField, readParameter } from './fields.ts';
import type { MessengerCore, MessengerOptions, MessengerParts } from './parts.ts';
import { createMessagePresenter } from './present.ts';
import { serveAccounts } from './routes/accounts.ts';
import { serveChatrooms } from './routes/chatrooms.ts';
import { serveFriends } from './routes/friends.ts';
import { serveMessages } from './routes/messages.ts';
import { servePosts } from './routes/posts.ts';
import { serveProfile } from './routes/profile.ts';
import { serveTokens } from './routes/tokens.ts';
import * as schema from './schema.ts';
import { chatSocket } from './socket.ts';

export function createMessenger(core: MessengerCore, options: MessengerOptions): Dialect {
  const callers = createCallers({
    sessions: core.sessions,
    tokenOf: ({ headers }) => headerToken(headers.authorization),
    missing: noCredentials,
  });
  const messages = createMessagePresenter(core);
  const parts: MessengerParts = { core, options, messages, member: { onRequest: callers.member } };
  return {
    name: 'messenger',
    prefixes: ['/accounts', '/profiles', '/messenger'],
    title: 'Koine messenger',
    description:
      'Token pairs, profiles with posts and friends, and chatrooms over HTTP and a socket each. Bodies are JSON or forms' +
      ' without files. Texts are trimmed, as Django REST framework does it, except passwords.',
    tokens: { bearer: BEARER_SCHEME },
    errorBodies: schema.ERROR_BODIES,
    example: `curl "$KOINE/accounts/api/users/" -d username=ann -d email=ann@example.org -d 'password=ann likes tea'
curl "$KOINE/accounts/api/token/" -d username=ann -d 'password=ann likes tea'   # answers a pair of tokens`,
    presentError,
    sockets: [chatSocket(core, messages)],
    routes: (app) => {
      takeJson(app);
      app.addHook('preValidation', readNothingAsEmpty);
      validateTogether(app, { parameter: readParameter, body: readCharField });
      callers.prepare(app);
      void app.register(async (scope) => {
        takeForms(scope);
        const typed = scope.withTypeProvider<TypeBoxTypeProvider>();
        for (const serve of [serveAccounts, serveTokens, servePosts, serveFriends, serveChatrooms, serveMessages])
          serve(typed, parts);
      });
      void app.register(async (scope) => {
        takeUrlEncoded(scope);
        takeFileForms(scope);
        serveProfile(scope.withTypeProvider<TypeBoxTypeProvider>(), parts);
      });
    },
  };
}

/** An absent body is an empty object. */
async function readNothingAsEmpty(request: FastifyRequest): Promise<void> {
  if (request.routeOptions.schema?.body !== undefined && request.body === undefined) request.body = {};
}
