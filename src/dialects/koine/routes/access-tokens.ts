/** `/v1/tokens`: access tokens that the caller made for programs. */
import { type Static, Type } from 'typebox';
import { type AccessToken as CoreToken, TOKEN_LASTS_MAX } from '../../../core/credentials/access-tokens.ts';
import { LABEL_MAX } from '../../../core/credentials/labels.ts';
import { SCOPES } from '../../../core/sessions/scopes.ts';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { PageOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';

export const Label = Type.String({ minLength: 1, maxLength: LABEL_MAX, description: 'To tell it from others.' });
const Scopes = Type.Array(schema.OneOf(...SCOPES), {
  minItems: 1,
  maxItems: SCOPES.length,
  description: '`read`: what the account sees. `write`: what it says and changes. `moderate`: what its role allows.',
});
const TokenFields = {
  id: schema.Id,
  name: Type.String(),
  scopes: Scopes,
  createdAt: schema.Moment,
  usedAt: Type.Optional(schema.Moment),
  expiresAt: schema.Moment,
};
export const AccessToken = Type.Object(TokenFields, { title: 'AccessToken' });
export const NewAccessToken = Type.Object(
  { ...TokenFields, token: Type.String({ description: 'It is shown this once.' }) },
  { title: 'NewAccessToken' },
);
export const AccessTokenBody = Type.Object(
  {
    name: Label,
    scopes: Scopes,
    expiresIn: Type.Optional(
      Type.Integer({ minimum: 1, maximum: TOKEN_LASTS_MAX, description: 'Seconds. The default: 90 days.' }),
    ),
  },
  { title: 'AccessTokenWish' },
);
export const NO_TOKEN = new AppError('not_found', { message: 'There is no such token' });

export function serveAccessTokens(app: App, { core: { credentials }, callers }: KoineParts): void {
  app.get(
    '/v1/tokens',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'listTokens',
        summary: "List the caller's access tokens, the newest first",
        errors: ['unauthenticated'],
        response: { 200: PageOf(AccessToken, 'AccessTokens') },
      },
    },
    async (request) => ({ items: (await credentials.listAccessTokens(callerOf(request))).map(showToken), next: null }),
  );

  app.post(
    '/v1/tokens',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'createToken',
        summary: 'Make an access token for a program',
        description: 'It is sent as the token of a session is, also to the other APIs. A new password ends it.',
        errors: ['unauthenticated', 'confirmation_required'],
        body: AccessTokenBody,
        response: { 201: NewAccessToken },
      },
    },
    async (request, reply) => {
      const { expiresIn: lasts, ...wish } = request.body;
      const made = await credentials.createAccessToken(callerOf(request), { ...wish, lasts });
      return reply.code(201).send({ ...showToken(made), token: made.token });
    },
  );

  app.delete(
    '/v1/tokens/:id',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'removeToken',
        summary: 'Revoke an access token, with its connections',
        errors: ['unauthenticated', NO_TOKEN],
        params: Type.Object({ id: schema.Id }),
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await credentials.revokeAccessToken(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}

export function showToken({ id, name, scopes, createdAt, usedAt, expiresAt }: CoreToken): Static<typeof AccessToken> {
  return {
    ...{ id, name, scopes, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() },
    ...(usedAt !== null && { usedAt: usedAt.toISOString() }),
  };
}
