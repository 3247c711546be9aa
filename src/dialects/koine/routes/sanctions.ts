/** Sanctions against accounts. */
import { type Static, Type } from 'typebox';
import { type Sanction as CoreSanction, REASON_MAX, SANCTIONS } from '../../../core/moderation/sanctions.ts';
import { AppError, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { CreationHeaders, idempotencyKey } from '../headers.ts';
import { ListQuery, PageOf, pageOf, positionOf, readUpTo, wholeId } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import { lasting } from '../present/people.ts';
import * as schema from '../schema.ts';
import { moment } from '../times.ts';
import { NOT_MODERATOR } from './community-invites.ts';
import { PersonPath, personRef } from './people.ts';

export const NO_SANCTION = new AppError('not_found', {
  message: 'There is no such sanction, or it is over or answered',
});

/** A time in the future. */
export const Until = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  maxLength: 64,
  description: 'When it ends; null or left out: never.',
});
export const Reason = Type.String({ maxLength: REASON_MAX });
const Sanction = Type.Object(
  {
    id: schema.Id,
    kind: schema.SanctionKind,
    reason: Type.String(),
    createdAt: schema.Moment,
    until: Type.Optional(schema.Moment),
    liftedAt: Type.Optional(schema.Moment),
    appeal: Type.Optional(schema.OneOf('open', 'resolved', 'dismissed')),
  },
  { title: 'Sanction', description: 'Without `until` it has no end. `appeal`: how the answer to it stands.' },
);
const SanctionBody = Type.Object(
  { kind: schema.OneOf(...SANCTIONS), until: Type.Optional(Until), reason: Type.Optional(Reason) },
  { title: 'NewSanction' },
);
export const SanctionPath = Type.Object({ sanctionId: schema.Id });
const Page = PageOf(Sanction, 'Sanctions');
/** The id of the last one of a page. */
const Position = Type.Integer({ minimum: 1 });

function show({ createdAt, liftedAt, appeal, kind, ...sanction }: CoreSanction): Static<typeof Sanction> {
  return {
    ...lasting(sanction),
    kind,
    createdAt: moment(createdAt),
    ...(liftedAt !== null && { liftedAt: moment(liftedAt) }),
    ...(appeal !== null && { appeal }),
  };
}

export function serveSanctions(app: App, parts: KoineParts): void {
  serveSanctionsOfPeople(app, parts);
  serveOwnSanctions(app, parts);
  serveLifting(app, parts);
}

function serveSanctionsOfPeople(app: App, { core: { moderation }, callers }: KoineParts): void {
  app.post(
    '/v1/people/:personId/sanctions',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'createSanction',
        summary: 'Warn, silence, suspend or ban an account',
        description:
          'By moderators, against those below them. `silence`: the account reads and does not write. `suspension`, `ban`: it does not get' +
          ' in, and its connections end at once. The account is notified, and never learns who reported it.',
        errors: ['unauthenticated', NOT_MODERATOR, notFound('account'), 'idempotency_key_reused'],
        headers: CreationHeaders,
        params: PersonPath,
        body: SanctionBody,
        response: { 201: Sanction },
      },
    },
    async (request, reply) => {
      const { until, reason = '', kind } = request.body;
      const wanted = { kind, reason, until: timeOf(until), key: idempotencyKey(request) };
      const made = await moderation.sanction(callerOf(request), personRef(request.params.personId), wanted);
      return reply.code(201).send(show(made));
    },
  );

  app.get(
    '/v1/people/:personId/sanctions',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'listSanctions',
        summary: 'List the sanctions against an account',
        description: 'For moderators; the newest come first.',
        errors: ['unauthenticated', NOT_MODERATOR, notFound('account')],
        params: PersonPath,
        querystring: ListQuery(),
        response: { 200: Page },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const before = positionOf(Position, cursor);
      const ref = personRef(request.params.personId);
      const list = (most: number) => moderation.listSanctions(callerOf(request), ref, { before, limit: most });
      const { items, next } = await readUpTo(limit, list, ({ id }) => id);
      return pageOf(reply, { items: items.map(show), next });
    },
  );
}

function serveOwnSanctions(app: App, { core: { moderation }, callers }: KoineParts): void {
  app.get(
    '/v1/me/sanctions',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listOwnSanctions',
        summary: 'List the sanctions against the caller',
        errors: ['unauthenticated'],
        querystring: ListQuery(),
        response: { 200: Page },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const before = positionOf(Position, cursor);
      const list = (most: number) => moderation.listOwnSanctions(callerOf(request), { before, limit: most });
      const { items, next } = await readUpTo(limit, list, ({ id }) => id);
      return pageOf(reply, { items: items.map(show), next });
    },
  );
}

function serveLifting(app: App, { core: { moderation }, callers }: KoineParts): void {
  app.delete(
    '/v1/sanctions/:sanctionId',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'liftSanction',
        summary: 'Lift a sanction, or a ban of sign-ups',
        description: 'By moderators, before it ends by itself.',
        errors: ['unauthenticated', NOT_MODERATOR, NO_SANCTION],
        params: SanctionPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await moderation.lift(callerOf(request), sanctionId(request.params.sanctionId));
      return reply.code(204).send(null);
    },
  );
}

/** Unix ms; null: never. */
export function timeOf(until: string | null | undefined): number | null {
  return until == null ? null : Date.parse(until);
}

export function sanctionId(text: string): number {
  const id = wholeId(text);
  if (id === null || id >= 2 ** 31) throw NO_SANCTION;
  return id;
}
