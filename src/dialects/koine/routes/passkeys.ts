/** `/v1/passkeys`: the caller's passkeys. */
import { type Static, Type } from 'typebox';
import type { Passkey as CorePasskey } from '../../../core/credentials/passkeys.ts';
import { TICKET_MAX } from '../../../core/credentials/tickets.ts';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { PageOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { siteOf } from '../site.ts';
import { Label } from './access-tokens.ts';

/** Base64url. */
export const Bytes = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[A-Za-z0-9_-]+$' });
export const CREDENTIAL_ID_MAX = 1_364;
const PASSKEY_DATA_MAX = 16_384;
/** `options`: what `navigator.credentials` takes, as JSON. */
export const PasskeyChallenge = (title: string) =>
  Type.Object(
    {
      ticket: Type.String({ description: 'To be sent with the answer of the device; good for five minutes, once.' }),
      options: Type.Unsafe<object>({
        type: 'object',
        additionalProperties: true,
        description: 'For `navigator.credentials`, as JSON (WebAuthn Level 3).',
      }),
    },
    { title },
  );
const PasskeyFields = {
  id: schema.Id,
  name: Type.String(),
  createdAt: schema.Moment,
  usedAt: Type.Optional(schema.Moment),
};
const Passkey = Type.Object(PasskeyFields, { title: 'Passkey' });
const PasskeyBody = Type.Object(
  {
    name: Label,
    ticket: Bytes(TICKET_MAX),
    credential: Type.Object(
      {
        id: Bytes(CREDENTIAL_ID_MAX),
        response: Type.Object({
          clientDataJSON: Bytes(PASSKEY_DATA_MAX),
          attestationObject: Bytes(PASSKEY_DATA_MAX),
        }),
      },
      { description: 'The answer of the device, as JSON (`toJSON()`).' },
    ),
  },
  { title: 'PasskeyAddition' },
);
const Path = Type.Object({ id: schema.Id });
const NO_PASSKEY = new AppError('not_found', { message: 'There is no such passkey' });
const BAD_ANSWER = new AppError('bad_credentials', { message: 'The answer of the device is not to this challenge' });

export function servePasskeys(app: App, parts: KoineParts): void {
  serveNewPasskeys(app, parts);
  servePasskeyChanges(app, parts);
}

function serveNewPasskeys(app: App, { core: { credentials }, callers, options }: KoineParts): void {
  app.get(
    '/v1/passkeys',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'listPasskeys',
        summary: "List the caller's passkeys, the newest first",
        errors: ['unauthenticated'],
        response: { 200: PageOf(Passkey, 'Passkeys') },
      },
    },
    async (request) => ({ items: (await credentials.listPasskeys(callerOf(request))).map(show), next: null }),
  );

  app.post(
    '/v1/passkeys/challenge',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'preparePasskey',
        summary: 'Get what a device needs to make a passkey',
        errors: ['unauthenticated', 'confirmation_required'],
        response: { 200: PasskeyChallenge('NewPasskeyChallenge') },
      },
    },
    (request) => credentials.preparePasskey(callerOf(request), siteOf(request, options.publicUrl)),
  );

  app.post(
    '/v1/passkeys',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'addPasskey',
        summary: 'Add the passkey that a device made',
        errors: ['unauthenticated', 'confirmation_required', BAD_ANSWER],
        body: PasskeyBody,
        response: { 201: Passkey },
      },
    },
    async (request, reply) => {
      const { name, ticket, credential } = request.body;
      const answered = { ticket, id: credential.id, ...credential.response };
      const site = siteOf(request, options.publicUrl);
      return reply.code(201).send(show(await credentials.addPasskey(callerOf(request), name, answered, site)));
    },
  );
}

function servePasskeyChanges(app: App, { core: { credentials }, callers }: KoineParts): void {
  app.patch(
    '/v1/passkeys/:id',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'renamePasskey',
        summary: 'Rename a passkey',
        errors: ['unauthenticated', NO_PASSKEY],
        params: Path,
        body: Type.Object({ name: Label }, { title: 'PasskeyName' }),
        response: { 200: Passkey },
      },
    },
    async (request) => show(await credentials.renamePasskey(callerOf(request), request.params.id, request.body.name)),
  );

  app.delete(
    '/v1/passkeys/:id',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'removePasskey',
        summary: 'Remove a passkey',
        errors: ['unauthenticated', 'confirmation_required', NO_PASSKEY],
        params: Path,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await credentials.removePasskey(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function show({ id, name, createdAt, usedAt }: CorePasskey): Static<typeof Passkey> {
  const used = usedAt === null ? {} : { usedAt: usedAt.toISOString() };
  return { id, name, createdAt: createdAt.toISOString(), ...used };
}
