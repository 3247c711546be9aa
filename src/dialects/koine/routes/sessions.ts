/** `/v1/sessions`: where the caller is signed in. */
import { type Static, Type } from 'typebox';
import type { OwnSession as CoreSession } from '../../../core/sessions/sessions.ts';
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
    usedAt: Type.String({ ...schema.Moment, description: 'Its last use, to within some minutes.' }),
    expiresAt: schema.Moment,
    device: Type.Optional(Type.String({ description: 'Browser and system, or the name of the program.' })),
    agent: Type.Optional(Type.String({ description: 'The program that signed in, as it calls itself.' })),
    network: Type.Optional(Type.String({ description: 'From where, as the start of the address (CIDR).' })),
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
      ...callers.may('owner'),
      schema: {
        operationId: 'listSessions',
        summary: "List the caller's sessions, the newest first",
        errors: ['unauthenticated'],
        response: { 200: OwnSessions },
      },
    },
    async (request) => ({ items: (await sessions.listOwn(callerOf(request))).map(show), next: null }),
  );

  app.delete(
    '/v1/sessions',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'removeOtherSessions',
        summary: 'End all other sessions of the caller, with their connections',
        description: 'Access tokens stay.',
        errors: ['unauthenticated'],
        response: { 200: Type.Object({ ended: schema.Count }, { title: 'EndedSessions' }) },
      },
    },
    async (request) => ({ ended: await sessions.endOthers(callerOf(request)) }),
  );

  app.delete(
    '/v1/sessions/:id',
    {
      ...callers.may('owner'),
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

function show(session: CoreSession): Static<typeof OwnSession> {
  const { id, createdAt, usedAt, expiresAt, device, agent, network, isCurrent } = session;
  return {
    id,
    createdAt: createdAt.toISOString(),
    usedAt: usedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(device !== null && { device }),
    ...(agent !== null && { agent }),
    ...(network !== null && { network }),
    current: isCurrent,
  };
}
