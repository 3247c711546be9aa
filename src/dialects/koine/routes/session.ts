/** `/v1/session`, `/v1/accounts`: signing up, in and out. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { APPLICATION_MAX } from '../../../core/community/applications.ts';
import type { Beginner } from '../../../core/sessions/sessions.ts';
import type { App } from '../../shared/app.ts';
import { NAME, PARAMETER, PASSWORD } from '../../shared/bounds.ts';
import { deviceOf } from '../../shared/devices.ts';
import { checkNewAccount, JOINING } from '../../shared/new-accounts.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';

/** The fields of every new account. */
export const AccountFields = {
  username: Type.String({ minLength: 1, maxLength: NAME, examples: ['ann'] }),
  name: Type.Optional(Type.String({ maxLength: NAME, description: 'The display name.' })),
  password: Type.String({ minLength: 8, maxLength: 256, examples: ['ann likes tea'] }),
  email: Type.Optional(Type.String({ minLength: 1, maxLength: NAME, examples: ['ann@example.org'] })),
  language: Type.Optional(schema.Language),
};
const AccountBody = Type.Object(
  {
    ...AccountFields,
    invite: Type.Optional(
      Type.String({ maxLength: PARAMETER, description: 'The code of an invitation to the community.' }),
    ),
    application: Type.Optional(
      Type.String({
        maxLength: APPLICATION_MAX,
        description: 'A text for the moderators, where they approve accounts.',
      }),
    ),
  },
  { title: 'NewAccount' },
);
export const Code = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Of the second factor: six digits from the app, or a recovery code.',
});
const SessionBody = Type.Object(
  {
    login: Type.String({ minLength: 1, maxLength: NAME, description: 'A username or an e-mail address.' }),
    password: Type.String({ minLength: 1, maxLength: PASSWORD }),
    code: Type.Optional(Code),
  },
  { title: 'Credentials' },
);
export const Session = Type.Object(
  { me: schema.Me, token: Type.String(), expiresAt: schema.Moment },
  { title: 'Session', description: 'The cookie `koine` is set to the token as well.' },
);

type Beginning = { readonly account: Beginner; readonly parts: KoineParts };

/** A new session of the account. @returns the body that describes it; its cookie is set */
export async function beginSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { account, parts: { core, cookies, present } }: Beginning,
): Promise<Static<typeof Session>> {
  const session = await core.sessions.start(account, deviceOf(request));
  void reply.header('set-cookie', cookies.set(session, request));
  const me = present.me(await core.profiles.ownAccount(account));
  return { me, token: session.token, expiresAt: session.expiresAt.toISOString() };
}

export function serveSession(app: App, parts: KoineParts): void {
  const { core, cookies, callers } = parts;
  const { accounts, sessions } = core;

  app.post(
    '/v1/accounts',
    {
      config: checkNewAccount(accounts),
      schema: {
        operationId: 'signUp',
        summary: 'Create an account and sign in',
        errors: ['username_taken', 'email_taken', ...JOINING, 'accounts_elsewhere', 'overloaded'],
        security: [],
        body: AccountBody,
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      cookies.requireWelcome(request.headers);
      const account = await accounts.signUp(request.body, request.ip);
      return reply
        .code(201)
        .header('location', '/v1/me')
        .send(await beginSession(request, reply, { account, parts }));
    },
  );

  app.post(
    '/v1/session',
    {
      schema: {
        operationId: 'signIn',
        summary: 'Sign in',
        description: 'An account with a second factor answers `code_required`: send the same again with `code`.',
        errors: [
          'bad_credentials',
          'code_required',
          'bad_code',
          'awaiting_approval',
          'suspended',
          'banned',
          'accounts_elsewhere',
          'overloaded',
        ],
        security: [],
        body: SessionBody,
        response: { 200: Session },
      },
    },
    async (request, reply) => {
      cookies.requireWelcome(request.headers);
      const { login, password, code = null } = request.body;
      const account = await accounts.prove({ usernameOrEmail: login }, { password, code, address: request.ip });
      return beginSession(request, reply, { account, parts });
    },
  );

  app.delete(
    '/v1/session',
    {
      schema: {
        operationId: 'signOut',
        summary: 'Sign out',
        description: 'Ends the session of the token, and clears the cookie. Without a session there is nothing to end.',
        errors: [],
        security: [{}, { bearer: [] }, { cookie: [] }],
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      const session = await callers.sessionOf(request);
      if (session !== null) await sessions.end(session);
      return reply.code(204).header('set-cookie', cookies.cleared(request)).send(null);
    },
  );
}
