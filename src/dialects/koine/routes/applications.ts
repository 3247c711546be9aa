/** `/v1/applications`: people who want to join, where moderators approve accounts. */
import { Type } from 'typebox';
import type { Application as CoreApplication } from '../../../core/community/applications.ts';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, PageOf, pageOf, positionOf, readUpTo, wholeId } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { moment } from '../times.ts';
import { NOT_MODERATOR } from './community-invites.ts';

const NO_APPLICATION = new AppError('not_found', { message: 'There is no such application (any more)' });
const Application = Type.Object(
  { id: schema.Id, username: Type.String(), body: Type.String(), createdAt: schema.Moment },
  { title: 'Application' },
);
const ApplicationPath = Type.Object({ applicationId: schema.Id });
/** The id of the last application of a page. */
const Position = Type.Integer({ minimum: 1 });

export function serveApplications(app: App, { core: { community }, callers, present }: KoineParts): void {
  app.get(
    '/v1/applications',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'listApplications',
        summary: 'List the accounts that wait for approval',
        description: 'For moderators, admins and owners; the longest waiting ones come first.',
        errors: ['unauthenticated', NOT_MODERATOR],
        querystring: ListQuery(),
        response: { 200: PageOf(Application, 'Applications') },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const after = positionOf(Position, cursor) ?? 0;
      const list = (most: number) => community.listApplications(callerOf(request), { after, limit: most });
      const { items, next } = await readUpTo(limit, list, ({ id }) => id);
      return pageOf(reply, { items: items.map(show), next });
    },
  );

  app.post(
    '/v1/applications/:applicationId',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'approveApplication',
        summary: 'Approve an account',
        description: 'By moderators, admins and owners. Its owner can sign in from then on.',
        errors: ['unauthenticated', NOT_MODERATOR, NO_APPLICATION, 'username_taken', 'email_taken'],
        params: ApplicationPath,
        response: { 201: schema.Person },
      },
    },
    async (request, reply) => {
      const person = present.person(await community.approve(callerOf(request), idOf(request.params.applicationId)));
      return reply.code(201).header('location', `/v1/people/${person.id}`).send(person);
    },
  );

  app.delete(
    '/v1/applications/:applicationId',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'refuseApplication',
        summary: 'Refuse an account',
        description: 'By moderators, admins and owners. The username is free again.',
        errors: ['unauthenticated', NOT_MODERATOR, NO_APPLICATION],
        params: ApplicationPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await community.refuse(callerOf(request), idOf(request.params.applicationId));
      return reply.code(204).send(null);
    },
  );
}

function show({ id, username, body, createdAt }: CoreApplication) {
  return { id: String(id), username, body, createdAt: moment(createdAt) };
}

/** 0: of none. */
function idOf(text: string): number {
  return wholeId(text) ?? 0;
}
