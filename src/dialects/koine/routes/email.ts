/** `/v1/me/email`, `/v1/verifications`: the caller's e-mail address, and whether it is theirs. */
import { Type } from 'typebox';
import type { Actor } from '../../../core/model.ts';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { NAME, PASSWORD } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { BAD_LINK, Secret } from './resets.ts';

const EmailBody = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: NAME }),
    password: Type.String({ minLength: 1, maxLength: PASSWORD, description: 'The current one.' }),
  },
  { title: 'EmailChange' },
);
const OwnEmail = Type.Object(
  {
    email: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Null: none was given.' }),
    verified: Type.Boolean(),
    pending: Type.Optional(Type.String({ description: 'The address whose link has not been opened yet.' })),
  },
  { title: 'OwnEmail' },
);
const NOTHING_TO_VERIFY = new AppError('not_found', { message: 'There is no address to verify, or no mail server' });

export function serveEmail(app: App, parts: KoineParts): void {
  serveOwnEmail(app, parts);
  serveVerifications(app, parts);
}

function serveOwnEmail(app: App, { core, callers }: KoineParts): void {
  const { access, addresses, profiles } = core;

  async function presentEmail(actor: Actor) {
    const { email, emailVerified: verified } = await profiles.ownAccount(actor);
    const pending = await addresses.findPending(actor);
    return { email: email === '' ? null : email, verified, ...(pending !== null && { pending }) };
  }

  app.get(
    '/v1/me/email',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getEmail',
        summary: "Get the caller's e-mail address, and the one that waits to be verified",
        errors: ['unauthenticated'],
        response: { 200: OwnEmail },
      },
    },
    async (request) => presentEmail(callerOf(request)),
  );

  app.put(
    '/v1/me/email',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'setEmail',
        summary: 'Change the e-mail address',
        description:
          'It changes when the link in the letter to the new address is opened; on a server that sends no mail, at once. The' +
          ' previous address is notified.',
        errors: ['unauthenticated', 'bad_credentials', 'email_taken', 'accounts_elsewhere', 'overloaded'],
        body: EmailBody,
        response: { 200: OwnEmail },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      await access.requirePassword(caller, request.body.password, request.ip);
      await addresses.change(caller, request.body.email);
      return presentEmail(caller);
    },
  );
}

function serveVerifications(app: App, { core: { addresses }, callers }: KoineParts): void {
  app.post(
    '/v1/verifications',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'requestVerification',
        summary: 'Ask for another letter that verifies the e-mail address',
        errors: ['unauthenticated', NOTHING_TO_VERIFY],
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await addresses.resend(callerOf(request));
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/v1/verifications',
    {
      schema: {
        operationId: 'verifyEmail',
        summary: 'Verify an e-mail address by the link in a letter',
        description: 'On any device: it takes no session.',
        errors: [BAD_LINK, 'email_taken'],
        security: [],
        body: Type.Object({ secret: Secret }, { title: 'Verification' }),
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await addresses.verify(request.body.secret);
      return reply.code(204).send(null);
    },
  );
}
