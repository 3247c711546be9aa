/** `/v1/community` and `/v1/setup`: how the community is called, how people join it, and how it begins. */
import { type Static, Type } from 'typebox';
import {
  COMMUNITY_NAME_MAX,
  type Community as CoreCommunity,
  REGISTRATIONS,
  RULES_MAX,
} from '../../../core/community/community.ts';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { PARAMETER } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { checkNewAccount } from '../../shared/new-accounts.ts';
import type { KoineParts } from '../parts.ts';
import type { Presenter } from '../present.ts';
import * as schema from '../schema.ts';
import { AccountFields, beginSession, Session } from './session.ts';

const Color = Type.String({ maxLength: 7, pattern: '^#[0-9a-fA-F]{6}$', examples: ['#3f6ad8'] });
const Registration = schema.OneOf(...REGISTRATIONS);
const Name = Type.String({ minLength: 1, maxLength: COMMUNITY_NAME_MAX, examples: ['The Reading Circle'] });

export const Community = Type.Object(
  {
    name: Type.String(),
    color: Type.Optional(Color),
    avatarUrl: Type.Optional(Type.String({ description: 'The picture.' })),
    rules: Type.Optional(Type.String()),
    registration: Registration,
    registrationFixed: Type.Boolean({
      description: 'The setting `REGISTRATION` of the server decides, not the community.',
    }),
    needsSetup: Type.Boolean({ description: 'There is no owner yet: the set-up link of the start lines makes one.' }),
    invitation: Type.Optional(
      Type.Object({ by: Type.Optional(schema.Person) }, { description: 'The code in `invite` is good; who made it.' }),
    ),
  },
  {
    title: 'Community',
    description:
      '`registration`: anybody joins (`open`), people with an invitation (`invite`), people whom moderators approve or who have an' +
      ' invitation (`approval`), or nobody (`closed`).',
  },
);
const CommunityBody = Type.Partial(
  Type.Object({
    name: Name,
    color: Type.Unsafe<string | null>({ ...Color, type: ['string', 'null'] }),
    rules: Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: RULES_MAX }),
    registration: Registration,
  }),
  { title: 'CommunityChange' },
);
const SetupBody = Type.Object(
  {
    code: Type.String({ maxLength: PARAMETER, description: 'From the set-up link, behind its `#`.' }),
    ...AccountFields,
    community: Type.Object({ name: Name, color: Type.Optional(Color) }),
    registration: Type.Optional(Registration),
  },
  { title: 'Setup' },
);
const BAD_CODE = new AppError('not_found', { message: 'The set-up link is not good (any more)' });
export const NOT_ADMIN = new AppError('forbidden', { message: 'Only admins and owners do this' });

export function serveCommunity(app: App, parts: KoineParts): void {
  const { core, callers, cookies, present } = parts;
  const { community } = core;

  app.get(
    '/v1/community',
    {
      schema: {
        operationId: 'getCommunity',
        summary: 'See how the community is called and how people join it',
        errors: [],
        security: [],
        querystring: Type.Object({
          invite: Type.Optional(Type.String({ maxLength: PARAMETER, description: 'The code of an invitation to it.' })),
        }),
        response: { 200: Community },
      },
    },
    async (request) => showCommunity(present, await community.get(request.query.invite ?? null)),
  );

  app.patch(
    '/v1/community',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'updateCommunity',
        summary: 'Change the community',
        description: 'By admins and owners.',
        errors: ['unauthenticated', NOT_ADMIN],
        body: CommunityBody,
        response: { 200: Community },
      },
    },
    async (request) => showCommunity(present, await community.change(callerOf(request), request.body)),
  );

  app.delete(
    '/v1/community/avatar',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'removeCommunityAvatar',
        summary: "Remove the community's picture",
        description: 'By admins and owners.',
        errors: ['unauthenticated', NOT_ADMIN],
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await community.removePicture(callerOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/setup',
    {
      config: checkNewAccount(core.accounts),
      schema: {
        operationId: 'setUp',
        summary: "Make the owner's account and name the community",
        description: 'Once, with the code that a server without accounts prints when it starts.',
        errors: [BAD_CODE, 'username_taken', 'email_taken', 'accounts_elsewhere', 'overloaded'],
        security: [],
        body: SetupBody,
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      cookies.requireWelcome(request.headers);
      const { code, community: named, registration, ...account } = request.body;
      const owner = await community.setUp({ code, account, community: { ...named, registration } }, request.ip);
      return reply
        .code(201)
        .header('location', '/v1/me')
        .send(await beginSession(request, reply, { account: owner, parts }));
    },
  );
}

export function showCommunity(present: Presenter, community: CoreCommunity): Static<typeof Community> {
  const { name, color, avatarUrl, rules, registration, registrationIsFixed, needsSetup, isInvited, invitedBy } =
    community;
  return {
    name,
    ...(color !== null && { color }),
    ...(avatarUrl !== null && { avatarUrl }),
    ...(rules !== null && { rules }),
    registration,
    registrationFixed: registrationIsFixed,
    needsSetup,
    ...(isInvited && { invitation: invitedBy === null ? {} : { by: present.person(invitedBy) } }),
  };
}
