/** `/v1/cleanups`: what moderators do about many texts or accounts at once. */
import { type Static, Type } from 'typebox';
import { type Cleanup as CoreCleanup, PURGE_HOURS_MAX } from '../../../core/moderation/cleanups.ts';
import { AppError, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { wholeId } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { moment, TimeText } from '../times.ts';
import { NOT_MODERATOR } from './community-invites.ts';
import { PersonPath, personRef } from './people.ts';
import { Reason, timeOf, Until } from './sanctions.ts';

const NOBODY_JOINED = new AppError('not_found', { message: 'There is no such invitation, and nobody joined by it' });
const NO_CLEANUP = new AppError('not_found', { message: 'There is no such cleanup' });

const Sanction = schema.OneOf('suspension', 'ban');
const Cleanup = Type.Object(
  {
    id: schema.Id,
    done: Type.Boolean(),
    since: schema.Moment,
    sanction: Type.Optional(Sanction),
    purge: Type.Boolean(),
    accounts: Type.Integer({ minimum: 0, description: 'How many are excluded by it so far.' }),
    texts: Type.Integer({ minimum: 0, description: 'How many were deleted so far.' }),
    reason: Type.String(),
    createdAt: schema.Moment,
  },
  { title: 'Cleanup', description: 'It goes on after the answer: read it again to see how far it is.' },
);

function show({ id, phase, since, sanction, purges, createdAt, ...cleanup }: CoreCleanup): Static<typeof Cleanup> {
  return {
    ...cleanup,
    id: String(id),
    done: phase === 'done',
    since: moment(since),
    ...(sanction !== null && { sanction }),
    purge: purges,
    createdAt: moment(createdAt),
  };
}

export function serveCleanups(app: App, { core: { moderation }, callers }: KoineParts): void {
  app.post(
    '/v1/people/:personId/purges',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'purgeTexts',
        summary: 'Delete what an account wrote in the last hours',
        description: 'By moderators, of those below them: messages in all rooms, posts and comments.',
        errors: ['unauthenticated', NOT_MODERATOR, notFound('account')],
        params: PersonPath,
        body: Type.Object(
          { hours: Type.Integer({ minimum: 1, maximum: PURGE_HOURS_MAX }), reason: Type.Optional(Reason) },
          { title: 'NewPurge' },
        ),
        response: { 202: Cleanup },
      },
    },
    async (request, reply) => {
      const made = await moderation.purge(callerOf(request), personRef(request.params.personId), request.body);
      return reply.code(202).header('location', `/v1/cleanups/${made.id}`).send(show(made));
    },
  );

  app.post(
    '/v1/invites/:code/raids',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'endRaid',
        summary: 'Revoke an invitation to the community, and keep out all members who joined by it',
        description:
          'By moderators, also after it was revoked. `since`: only who joined from then on. With `purge`, all that they wrote from then on' +
          ' is deleted. Moderators and admins who joined by it are left alone.',
        errors: ['unauthenticated', NOT_MODERATOR, NOBODY_JOINED],
        params: Type.Object({ code: schema.Id }),
        body: Type.Object(
          {
            sanction: Sanction,
            until: Type.Optional(Until),
            since: Type.Optional(TimeText),
            purge: Type.Boolean(),
            reason: Type.Optional(Reason),
          },
          { title: 'RaidEnd' },
        ),
        response: { 202: Cleanup },
      },
    },
    async (request, reply) => {
      const { since, until, ...wanted } = request.body;
      const made = await moderation.endRaid(callerOf(request), request.params.code, {
        ...wanted,
        until: timeOf(until),
        ...(since !== undefined && { since: Date.parse(since) }),
      });
      return reply.code(202).header('location', `/v1/cleanups/${made.id}`).send(show(made));
    },
  );

  app.get(
    '/v1/cleanups/:cleanupId',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'getCleanup',
        summary: 'See how far a cleanup is',
        description: 'For moderators.',
        errors: ['unauthenticated', NOT_MODERATOR, NO_CLEANUP],
        params: Type.Object({ cleanupId: schema.Id }),
        response: { 200: Cleanup },
      },
    },
    async (request) => {
      const id = wholeId(request.params.cleanupId);
      if (id === null) throw NO_CLEANUP;
      return show(await moderation.getCleanup(callerOf(request), id));
    },
  );
}
