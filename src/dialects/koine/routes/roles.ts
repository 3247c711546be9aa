/** `/v1/staff`, `/v1/people/{id}/role`: who may do what in the community. */
import { Type } from 'typebox';
import type { StaffMember as CoreStaffMember } from '../../../core/community/roles.ts';
import { AppError, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, PageOf, pageOf, positionOf, readUpTo } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { NOT_MODERATOR } from './community-invites.ts';
import { PersonPath, personRef } from './people.ts';

const NOT_APPOINTED = new AppError('forbidden', { message: 'Only owners make and unmake admins and owners' });
const StaffMember = Type.Object({ person: schema.Person, role: schema.CommunityRole }, { title: 'StaffMember' });
/** The id of the last person of a page. */
const Position = Type.Integer({ minimum: 1 });

export function serveRoles(app: App, { core: { community }, callers, present }: KoineParts): void {
  function show({ person, role }: CoreStaffMember) {
    return { person: present.person(person), role };
  }

  app.get(
    '/v1/staff',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'listStaff',
        summary: 'List owners, admins and moderators',
        description: 'For moderators, admins and owners.',
        errors: ['unauthenticated', NOT_MODERATOR],
        querystring: ListQuery(),
        response: { 200: PageOf(StaffMember, 'Staff') },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const after = positionOf(Position, cursor) ?? 0;
      const list = (most: number) => community.listStaff(callerOf(request), { after, limit: most });
      const { items, next } = await readUpTo(limit, list, ({ person }) => person.id);
      return pageOf(reply, { items: items.map(show), next });
    },
  );

  app.put(
    '/v1/people/:personId/role',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'setRole',
        summary: 'Appoint somebody',
        description:
          'Owners give everybody any role; admins make members moderators, and moderators members. One owner remains always.',
        errors: ['unauthenticated', NOT_APPOINTED, 'last_owner', notFound('account')],
        params: PersonPath,
        body: Type.Object({ role: schema.CommunityRole }, { title: 'RoleChange' }),
        response: { 200: StaffMember },
      },
    },
    async (request) =>
      show(await community.setRole(callerOf(request), personRef(request.params.personId), request.body.role)),
  );
}
