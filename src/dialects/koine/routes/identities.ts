/** `/v1/identities`: the providers where the caller may sign in, and what providers say of ends. */
import { Type } from 'typebox';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { takeUrlEncoded } from '../../shared/bodies.ts';
import { callerOf } from '../../shared/callers.ts';
import { PageOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { createJourneys, ProviderPath } from './providers.ts';

const Identity = Type.Object(
  { provider: Type.String(), name: Type.String(), createdAt: schema.Moment },
  { title: 'Identity' },
);
const SETTINGS = '/app/settings/security';
const TOKEN_MAX = 8_192;
const LAST = new AppError('forbidden', { message: 'There would be no way to sign in: make a passkey first' });

export function serveIdentities(app: App, parts: KoineParts): void {
  serveOwnIdentities(app, parts);
  serveEndByProvider(app, parts);
}

function serveOwnIdentities(app: App, parts: KoineParts): void {
  const { core, callers } = parts;
  const { providers } = core;
  const journeys = createJourneys(parts);

  app.get(
    '/v1/identities',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'listIdentities',
        summary: 'List the providers where the caller may sign in',
        errors: ['unauthenticated'],
        response: { 200: PageOf(Identity, 'Identities') },
      },
    },
    async (request) => {
      const own = await providers.listIdentities(callerOf(request));
      return { items: own.map((one) => ({ ...one, createdAt: one.createdAt.toISOString() })), next: null };
    },
  );

  app.put(
    '/v1/identities/:provider',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'linkIdentity',
        summary: 'Begin to link an account at a provider',
        description: 'Send the browser to `url`. It comes back to the settings, and may sign in there from then on.',
        errors: ['unauthenticated', 'confirmation_required', 'not_found'],
        params: ProviderPath,
        response: { 200: Type.Object({ url: Type.String() }, { title: 'IdentityLink' }) },
      },
    },
    async (request, reply) => {
      const { provider } = request.params;
      const departure = { redirectUri: journeys.redirectUri(request, provider), to: SETTINGS };
      const { url, ticket } = await providers.beginLink(callerOf(request), provider, departure);
      void journeys.keep(reply, request, ticket);
      return { url };
    },
  );

  app.delete(
    '/v1/identities/:provider',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'removeIdentity',
        summary: 'Unlink a provider',
        errors: ['unauthenticated', 'confirmation_required', 'not_found', LAST],
        params: ProviderPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await providers.removeIdentity(callerOf(request), request.params.provider);
      return reply.code(204).send(null);
    },
  );
}

function serveEndByProvider(app: App, { core: { providers } }: KoineParts): void {
  void app.register(async (scope) => {
    takeUrlEncoded(scope);
    scope.post(
      '/v1/sign-in/:provider/logout',
      {
        schema: {
          operationId: 'endByProvider',
          summary: 'Say that somebody has signed out at a provider',
          description: 'For providers (OpenID Connect Back-Channel Logout 1.0): the sessions that they mean end.',
          errors: ['not_found'],
          security: [],
          params: ProviderPath,
          body: Type.Object(
            { logout_token: Type.String({ minLength: 1, maxLength: TOKEN_MAX }) },
            { title: 'ProviderLogout' },
          ),
          response: { 204: schema.Nothing },
        },
      },
      async (request, reply) => {
        const { provider } = request.params as { provider: string };
        const { logout_token: token } = request.body as { logout_token: string };
        await providers.endByProvider(provider, token);
        return reply.code(204).header('cache-control', 'no-store').send(null);
      },
    );
  });
}
