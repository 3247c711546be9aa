/** `/v1/sessions`: where the caller is signed in. */
import { Type } from 'typebox';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { PageOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';

const OwnSession = Type.Object(
  {
    id: schema.Id,
    createdAt: schema.Moment,
    expiresAt: schema.Moment,
    agent: Type.Optional(Type.String({ description: 'The program that signed in, as it calls itself.' })),
    current: Type.Boolean({ description: 'Whether it is the one of this request.' }),
  },
  { title: 'OwnSession' },
);
const OwnSessions = PageOf(OwnSession, 'OwnSessions');
const NO_SESSION = new AppError('not_found', { message: 'There is no such session' });

export function serveSessions(app: App, { core: { sessions }, callers }: KoineParts): void {
  app.get(
    '/v1/sessions',
    {
      ...callers.member,
      schema: {
        operationId: 'listSessions',
        summary: "List the caller's sessions, the newest first",
        errors: ['unauthenticated'],
        response: { 200: OwnSessions },
      },
    },
    async (request) => {
      const own = await sessions.listOwn(callerOf(request));
      const items = own.map(({ id, createdAt, expiresAt, agent, isCurrent }) => ({
        id,
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        ...(agent !== null && { agent }),
        current: isCurrent,
      }));
      return { items, next: null };
    },
  );

  app.delete(
    '/v1/sessions/:id',
    {
      ...callers.member,
      schema: {
        operationId: 'removeSession',
        summary: 'End a session of the caller, with its connections',
        errors: ['unauthenticated', NO_SESSION],
        params: Type.Object({ id: schema.Id }),
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await sessions.endOwn(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
