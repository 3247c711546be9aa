/** social: everything under `/api`. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { Dialect } from '../dialect.ts';
import { refuseOtherBodies, takeJson } from '../shared/bodies.ts';
import { createCookies } from '../shared/cookies.ts';
import { BEARER_SCHEME } from '../shared/credentials.ts';
import { Failure, ValidationFailure } from '../shared/fastapi-errors.ts';
import { takeFileForms } from '../shared/multipart.ts';
import { readAsPydantic } from '../shared/pydantic.ts';
import { validateTogether } from '../shared/validation.ts';
import { createSocialCallers, NOT_FROM_HERE } from './callers.ts';
import { presentError } from './errors.ts';
import type { SocialCore, SocialOptions, SocialParts } from './parts.ts';
import { createPresenter } from './present.ts';
import { serveAuth } from './routes/auth.ts';
import { serveChats } from './routes/chats.ts';
import { serveForms } from './routes/forms.ts';
import { servePosts } from './routes/posts.ts';
import { serveUsers } from './routes/users.ts';
import { chatSocket } from './socket.ts';

export function createSocial(core: SocialCore, options: SocialOptions): Dialect {
  const cookies = createCookies('token', NOT_FROM_HERE, options);
  const callers = createSocialCallers(core, cookies, options);
  const present = createPresenter(core);
  const parts: SocialParts = { core, options, cookies, callers, present };
  return {
    name: 'social',
    prefixes: ['/api'],
    title: 'Koine social',
    description: 'Posts with images, likes, friends and chats, with the token in a cookie. Its texts are in Russian.',
    tokens: {
      cookie: { type: 'apiKey', in: 'cookie', name: 'token', description: 'Set by register and login.' },
      bearer: BEARER_SCHEME,
    },
    errorBodies: { common: Failure, 422: ValidationFailure },
    example: `curl -c jar "$KOINE/api/auth/register" -d '{"username":"ann","email":"ann@example.org","password":"ann likes tea"}'
curl -b jar "$KOINE/api/posts/all"`,
    presentError,
    sockets: [chatSocket(core, callers, present)],
    routes: (app) => {
      callers.prepare(app);
      void app.register(async (scope) => {
        takeJson(scope);
        validateTogether(scope, { parameter: readAsPydantic, body: readAsPydantic });
        const typed = scope.withTypeProvider<TypeBoxTypeProvider>();
        for (const serve of [serveAuth, servePosts, serveChats, serveUsers]) serve(typed, parts);
      });
      void app.register(async (scope) => {
        readFormsByHand(scope);
        serveForms(scope.withTypeProvider<TypeBoxTypeProvider>(), parts);
      });
    },
  };
}

/** Forms are streamed: their schemas are for the documents only. */
function readFormsByHand(app: FastifyInstance): void {
  refuseOtherBodies(app);
  takeFileForms(app);
  app.setValidatorCompiler(() => () => true);
}
