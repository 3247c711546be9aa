/** `/v1/sign-up-bans`: names, e-mail domains and networks from which nobody joins. */
import { type Static, Type } from 'typebox';
import type { SignUpBan } from '../../../core/moderation/sign-up-bans.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { CreationHeaders, idempotencyKey } from '../headers.ts';
import { ListQuery, PageOf, pageOf, positionOf, readUpTo } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import { lasting } from '../present/people.ts';
import * as schema from '../schema.ts';
import { moment } from '../times.ts';
import { NOT_MODERATOR } from './community-invites.ts';
import { Reason, timeOf, Until } from './sanctions.ts';

const What = {
  namePattern: Type.Optional(Type.String({ maxLength: 64, description: 'A username; `*` stands for any letters.' })),
  emailDomain: Type.Optional(Type.String({ maxLength: 253, description: 'With all domains below it.' })),
  network: Type.Optional(
    Type.String({ maxLength: 64, description: 'An address, or a range such as `203.0.113.0/24`.' }),
  ),
};
const Ban = Type.Object(
  {
    id: schema.Id,
    ...What,
    reason: Type.String(),
    until: Type.Optional(schema.Moment),
    creator: Type.Optional(schema.Person),
    createdAt: schema.Moment,
  },
  { title: 'SignUpBan', description: 'Without `until` it has no end; without `creator` the operator made it.' },
);
const BanBody = Type.Object(
  { ...What, until: Type.Optional(Until), reason: Type.Optional(Reason) },
  { title: 'NewSignUpBan', description: 'One of `namePattern`, `emailDomain` and `network`.' },
);
/** The id of the last one of a page. */
const Position = Type.Integer({ minimum: 1 });

export function serveSignUpBans(app: App, { core: { moderation }, callers, present }: KoineParts): void {
  function show({ creator, namePattern, emailDomain, network, createdAt, ...ban }: SignUpBan): Static<typeof Ban> {
    return {
      ...lasting(ban),
      ...(namePattern !== null && { namePattern }),
      ...(emailDomain !== null && { emailDomain }),
      ...(network !== null && { network }),
      ...(creator !== null && { creator: present.person(creator) }),
      createdAt: moment(createdAt),
    };
  }

  app.post(
    '/v1/sign-up-bans',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'createSignUpBan',
        summary: 'Keep new accounts out by name, e-mail domain or network',
        description: 'By moderators. Accounts that exist are not touched. `DELETE /v1/sanctions/{id}` lifts it.',
        errors: ['unauthenticated', NOT_MODERATOR, 'idempotency_key_reused'],
        headers: CreationHeaders,
        body: BanBody,
        response: { 201: Type.Object({ id: schema.Id }, { title: 'SignUpBanMade' }) },
      },
    },
    async (request, reply) => {
      const { until, ...ban } = request.body;
      const wanted = { ...ban, until: timeOf(until), key: idempotencyKey(request) };
      const id = await moderation.banSignUps(callerOf(request), wanted);
      return reply.code(201).send({ id: String(id) });
    },
  );

  app.get(
    '/v1/sign-up-bans',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'listSignUpBans',
        summary: 'List the bans of sign-ups that are in force',
        description: 'For moderators; the newest come first.',
        errors: ['unauthenticated', NOT_MODERATOR],
        querystring: ListQuery(),
        response: { 200: PageOf(Ban, 'SignUpBans') },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const before = positionOf(Position, cursor);
      const list = (most: number) => moderation.listSignUpBans(callerOf(request), { before, limit: most });
      const { items, next } = await readUpTo(limit, list, ({ id }) => id);
      return pageOf(reply, { items: items.map(show), next });
    },
  );
}
