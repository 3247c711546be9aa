/** `/v1/sign-in` and `/v1/identities`: signing in at OpenID providers, in the browser. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { toAppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { PARAMETER } from '../../shared/bounds.ts';
import { createCookies } from '../../shared/cookies.ts';
import { deviceOf } from '../../shared/devices.ts';
import { NOT_FROM_HERE } from '../callers.ts';
import type { KoineParts } from '../parts.ts';
import { siteOf } from '../site.ts';

export const ProviderPath = Type.Object({ provider: Type.String({ maxLength: PARAMETER }) });
const Offered = Type.Object(
  {
    password: Type.Boolean({ description: 'Whether accounts sign in here, by a password or a passkey.' }),
    providers: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
      description: 'Send the browser to `/v1/sign-in/{id}`.',
    }),
  },
  { title: 'SignInWays' },
);
const Start = Type.Object({
  to: Type.Optional(Type.String({ maxLength: PARAMETER, description: 'A path of the web client, for afterwards.' })),
  invite: Type.Optional(Type.String({ maxLength: PARAMETER, description: 'The code of an invitation.' })),
});
const HOME = '/app/';
/** The browser's cookie while somebody is at a provider. */
const TICKET_COOKIE = 'koine-sign-in';
const TICKET_LASTS = 600_000;
const Moved = Type.Null({ description: 'The browser goes to `Location`.' });

export type Journeys = ReturnType<typeof createJourneys>;

/** The cookie of somebody who is at a provider, and where they come back to. */
export function createJourneys({ options }: Pick<KoineParts, 'options'>) {
  const cookies = createCookies(TICKET_COOKIE, NOT_FROM_HERE, options);
  return {
    keep: (reply: FastifyReply, request: FastifyRequest, ticket: string) =>
      reply.header(
        'set-cookie',
        cookies.set({ token: ticket, expiresAt: new Date(Date.now() + TICKET_LASTS) }, request),
      ),
    ticketOf: ({ headers }: FastifyRequest): string => cookies.read(headers) ?? '',
    cleared: cookies.cleared,
    redirectUri: (request: FastifyRequest, provider: string): string =>
      `${siteOf(request, options.publicUrl).origin}/v1/sign-in/${provider}/callback`,
  };
}

export function serveProviders(app: App, parts: KoineParts): void {
  const { core, cookies, options } = parts;
  const { providers } = core;
  const journeys = createJourneys(parts);

  app.get(
    '/v1/sign-in',
    {
      schema: {
        operationId: 'getSignInWays',
        summary: 'See how people sign in',
        errors: [],
        security: [],
        response: { 200: Offered },
      },
    },
    async () => ({ password: options.localAccounts, providers: providers.offered() }),
  );

  app.get(
    '/v1/sign-in/:provider',
    {
      schema: {
        operationId: 'beginSignIn',
        summary: 'Go to a provider to sign in there',
        description: 'For browsers, not for programs. They come back to the callback, and from there to `to`.',
        errors: ['not_found'],
        security: [],
        params: ProviderPath,
        querystring: Start,
        response: { 302: Moved },
      },
    },
    async (request, reply) => {
      const { provider } = request.params;
      const { to = HOME, invite } = request.query;
      const departure = { redirectUri: journeys.redirectUri(request, provider), to: pathIn(to), invite };
      const { url, ticket } = await providers.beginProvider(provider, departure);
      return journeys.keep(reply, request, ticket).redirect(url);
    },
  );

  app.get(
    '/v1/sign-in/:provider/callback',
    {
      schema: {
        operationId: 'endSignIn',
        summary: 'Come back from a provider',
        description: 'Sets the cookie of the session. If it failed, `to` gets `?failed=` with the code of the problem.',
        errors: [],
        security: [],
        params: ProviderPath,
        querystring: Type.Object({}, { additionalProperties: true }),
        response: { 302: Moved },
      },
    },
    async (request, reply) => {
      const { provider } = request.params;
      const current = new URL(request.url, journeys.redirectUri(request, provider));
      void reply.header('set-cookie', journeys.cleared(request));
      try {
        const ticket = journeys.ticketOf(request);
        const { session, to } = await providers.arrive(provider, { current, ticket, device: deviceOf(request) });
        if (session !== null) void reply.header('set-cookie', cookies.set(session, request));
        return reply.redirect(to);
      } catch (error) {
        const { code } = toAppError(error);
        if (code === 'internal') throw error;
        return reply.redirect(`/app/sign-in?failed=${code}`);
      }
    },
  );
}

/** Only addresses of this server: one elsewhere would make this an open redirect. */
function pathIn(to: string): string {
  const isOurs =
    to.startsWith('/app/') && URL.canParse(to, 'http://here') && new URL(to, 'http://here').host === 'here';
  return isOurs ? to : HOME;
}
