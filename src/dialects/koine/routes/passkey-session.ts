/** `/v1/session/passkey`: signing in, and confirming, by a passkey. */
import { type Static, Type } from 'typebox';
import type { Assertion } from '../../../core/credentials/passkey-ceremony.ts';
import { TICKET_MAX } from '../../../core/credentials/tickets.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { siteOf } from '../site.ts';
import { Bytes, CREDENTIAL_ID_MAX, PasskeyChallenge } from './passkeys.ts';
import { beginSession, Session } from './session.ts';

const DATA_MAX = 8_192;
const PasskeyProof = Type.Object(
  {
    ticket: Bytes(TICKET_MAX),
    credential: Type.Object(
      {
        id: Bytes(CREDENTIAL_ID_MAX),
        response: Type.Object({
          clientDataJSON: Bytes(DATA_MAX),
          authenticatorData: Bytes(DATA_MAX),
          signature: Bytes(DATA_MAX),
        }),
      },
      { description: 'The answer of the device, as JSON (`toJSON()`).' },
    ),
  },
  { title: 'PasskeyProof' },
);

export function servePasskeySession(app: App, parts: KoineParts): void {
  const { core, callers, cookies, options } = parts;
  const { credentials } = core;

  app.post(
    '/v1/session/passkey/challenge',
    {
      schema: {
        operationId: 'challengePasskey',
        summary: 'Get what a device needs to sign in by a passkey',
        errors: [],
        security: [],
        response: { 200: PasskeyChallenge('PasskeyChallenge') },
      },
    },
    (request) => credentials.challengePasskey(siteOf(request, options.publicUrl)),
  );

  app.post(
    '/v1/session/passkey',
    {
      schema: {
        operationId: 'signInByPasskey',
        summary: 'Sign in by a passkey',
        description: 'The device says whose it is. No code is asked for: it has checked a finger or a PIN.',
        errors: ['bad_credentials', 'suspended', 'banned', 'accounts_elsewhere'],
        security: [],
        body: PasskeyProof,
        response: { 200: Session },
      },
    },
    async (request, reply) => {
      cookies.requireWelcome(request.headers);
      const site = siteOf(request, options.publicUrl);
      const account = await credentials.provePasskey(assertionOf(request.body), site, request.ip);
      return beginSession(request, reply, { account, parts });
    },
  );

  app.put(
    '/v1/session/confirmation/passkey',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'confirmByPasskey',
        summary: 'Show once more who you are, by a passkey',
        errors: ['unauthenticated', 'bad_credentials'],
        body: PasskeyProof,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      const site = siteOf(request, options.publicUrl);
      await credentials.confirmByPasskey(callerOf(request), assertionOf(request.body), site, request.ip);
      return reply.code(204).send(null);
    },
  );
}

function assertionOf({ ticket, credential }: Static<typeof PasskeyProof>): Assertion {
  return { ticket, id: credential.id, ...credential.response };
}
