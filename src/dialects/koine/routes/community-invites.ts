/** `/v1/invites`: links by which people join the community. */
import { Type } from 'typebox';
import { type CommunityInvite, INVITE_LASTS_MAX, INVITE_USES_MAX } from '../../../core/community/community-invites.ts';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { NAME } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { CreationHeaders, idempotencyKey } from '../headers.ts';
import { ListQuery, PageOf, pageOf, positionOf, readUpTo } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { moment } from '../times.ts';
import { NO_MAIL } from './resets.ts';

const NO_INVITE = new AppError('not_found', { message: 'There is no such invitation' });
export const NOT_MODERATOR = new AppError('forbidden', { message: 'Only moderators, admins, and owners do this' });

const Invite = Type.Object(
  {
    code: Type.String({ description: 'Its bearer may join: it is the secret of the link.' }),
    creator: Type.Optional(schema.Person),
    createdAt: schema.Moment,
    expiresAt: schema.Moment,
    uses: schema.Count,
    maxUses: Type.Optional(Type.Integer({ minimum: 1, description: 'Without it: as many as like.' })),
  },
  { title: 'CommunityInvite', description: 'Without `creator`: the operator made it.' },
);
const InviteBody = Type.Object(
  {
    expiresIn: Type.Optional(
      Type.Integer({ minimum: 1, maximum: INVITE_LASTS_MAX, description: 'Seconds; a week, unless it is given.' }),
    ),
    maxUses: Type.Optional(Type.Integer({ minimum: 1, maximum: INVITE_USES_MAX })),
    email: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: NAME,
        description: 'Gets the link in a letter; good for one person then.',
      }),
    ),
  },
  { title: 'NewCommunityInvite' },
);
/** The position of the last invitation of a page. */
const Position = Type.Object({
  createdAt: Type.Number({ minimum: 0, maximum: 8.64e15 }),
  code: Type.String({ maxLength: 64 }),
});

export function serveCommunityInvites(app: App, { core: { community }, callers, present }: KoineParts): void {
  function show({ code, creator, createdAt, expiresAt, uses, maxUses }: CommunityInvite) {
    return {
      code,
      ...(creator !== null && { creator: present.person(creator) }),
      createdAt: moment(createdAt),
      expiresAt: moment(expiresAt),
      uses,
      ...(maxUses !== null && { maxUses }),
    };
  }

  app.post(
    '/v1/invites',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'createCommunityInvite',
        summary: 'Create an invitation to the community',
        description: 'By moderators, admins and owners. The link for people is `/app/join/<code>`.',
        errors: ['unauthenticated', NOT_MODERATOR, NO_MAIL, 'idempotency_key_reused'],
        headers: CreationHeaders,
        body: InviteBody,
        response: { 201: Invite },
      },
    },
    async (request, reply) => {
      const { expiresIn: lasts, ...wanted } = request.body;
      const key = idempotencyKey(request);
      const made = await community.createInvite(callerOf(request), { lasts, ...wanted, key });
      return reply.code(201).header('location', '/v1/invites').send(show(made));
    },
  );

  app.get(
    '/v1/invites',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'listCommunityInvites',
        summary: 'List the invitations to the community that are good',
        description: 'For moderators, admins and owners; the newest come first.',
        errors: ['unauthenticated', NOT_MODERATOR],
        querystring: ListQuery(),
        response: { 200: PageOf(Invite, 'CommunityInvites') },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const after = positionOf(Position, cursor);
      const list = (most: number) => community.listInvites(callerOf(request), { after, limit: most });
      const { items, next } = await readUpTo(limit, list, ({ createdAt, code }) => ({ createdAt, code }));
      return pageOf(reply, { items: items.map(show), next });
    },
  );

  app.delete(
    '/v1/invites/:code',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'deleteCommunityInvite',
        summary: 'Revoke an invitation to the community',
        description: 'By moderators, admins and owners.',
        errors: ['unauthenticated', NOT_MODERATOR, NO_INVITE],
        params: Type.Object({ code: schema.Id }),
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await community.revokeInvite(callerOf(request), request.params.code);
      return reply.code(204).send(null);
    },
  );
}
