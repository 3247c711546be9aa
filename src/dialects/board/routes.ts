/** board: `/users`, `/token`, `/messages`, `/comments`, `/ws`. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Dialect } from '../dialect.ts';
import { takeForms, takeJson } from '../shared/bodies.ts';
import { BEARER_SCHEME } from '../shared/credentials.ts';
import { Failure, ValidationFailure } from '../shared/fastapi-errors.ts';
import { readAsPydantic } from '../shared/pydantic.ts';
import { validateTogether } from '../shared/validation.ts';
import { createBoardCallers } from './callers.ts';
import { presentError } from './errors.ts';
import type { BoardCore, BoardOptions, BoardParts } from './parts.ts';
import { serveComments } from './routes/comments.ts';
import { serveMessages } from './routes/messages.ts';
import { serveToken } from './routes/token.ts';
import { serveUsers } from './routes/users.ts';
import { boardSocket } from './socket.ts';

export function createBoard(core: BoardCore, options: BoardOptions): Dialect {
  const callers = createBoardCallers(core, options);
  const parts: BoardParts = { core, options, callers };
  return {
    name: 'board',
    prefixes: ['/users', '/token', '/messages', '/comments', '/ws'],
    title: 'Koine board',
    description: 'Users, messages with their comments and likes, and a public socket of all changes to them.',
    tokens: {
      password: { type: 'oauth2', flows: { password: { tokenUrl: '/token', scopes: {} } } },
      bearer: BEARER_SCHEME,
    },
    errorBodies: { common: Failure, 422: ValidationFailure },
    example: `curl "$KOINE/users/" -d '{"username":"ann","email":"ann@example.org","password":"ann likes tea"}'
curl "$KOINE/token" -d username=ann -d 'password=ann likes tea'   # answers a token`,
    presentError,
    sockets: [boardSocket(core)],
    routes: (app) => {
      takeJson(app);
      validateTogether(app, { parameter: readAsPydantic, body: readAsPydantic });
      callers.prepare(app);
      const typed = app.withTypeProvider<TypeBoxTypeProvider>();
      for (const serve of [serveUsers, serveMessages, serveComments]) serve(typed, parts);
      void app.register(async (scope) => {
        takeForms(scope, { emptyIsAbsent: true });
        serveToken(scope.withTypeProvider<TypeBoxTypeProvider>(), parts);
      });
    },
  };
}
