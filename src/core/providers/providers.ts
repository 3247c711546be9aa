/** Signing in at OpenID providers in the browser: accounts are found by issuer and subject, made as joining allows, and linked by their owners. */
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import { Type } from 'typebox';
import { AppError } from '../../errors.ts';
import { setProvidedRole } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { deleteIdentity, listIdentities } from '../../store/identities.ts';
import { requireConfirmed } from '../credentials/confirmed.ts';
import type { Tickets } from '../credentials/tickets.ts';
import type { Actor } from '../model.ts';
import { requireLetIn } from '../moderation/exclusions.ts';
import type { Device } from '../sessions/devices.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';
import { createProvidedAccounts, type ProvidedAccountsOptions } from './provided-accounts.ts';
import { createProvider, type Provider, type ProviderOptions } from './provider.ts';

export type Providers = {
  /** Providers of the settings. */
  offered(): { id: string; name: string }[];
  /** @throws AppError `not_found`: no such provider | `unavailable` */
  beginProvider(id: string, departure: Departure): Promise<Begun>;
  /** The identity will be linked to the actor's account. @throws AppError `confirmation_required` | `not_found` | `unavailable` */
  beginLink(actor: Actor, id: string, departure: Departure): Promise<Begun>;
  /**
   * `current`: the address with which the browser came back.
   * @throws AppError `not_found` | `bad_credentials`: a forged, old or repeated answer, or a disabled account | `forbidden`: the identity
   * is another account's | `registration_closed` | `invite_required` | `sign_up_refused` | `suspended` | `banned` |
   * `rate_limited` | `unavailable`
   */
  arrive(id: string, arrival: { current: URL; ticket: string; device: Device }): Promise<Arrival>;
  /** Ends the sessions that the message of the provider means. @throws AppError `not_found` | `invalid` | `unavailable` */
  endByProvider(id: string, logoutToken: string): Promise<void>;
  /** The providers where the actor may sign in. */
  listIdentities(actor: Pick<Actor, 'id'>): Promise<LinkedIdentity[]>;
  /** @throws AppError `confirmation_required` | `not_found` | `forbidden`: there would be no way to sign in */
  removeIdentity(actor: Actor, id: string): Promise<void>;
};

/** `to`: where the browser wants to be afterwards. `invite`: the code of an invitation to the community. */
export type Departure = { readonly redirectUri: string; readonly to: string; readonly invite?: string | undefined };
/** `url`: where to send the browser. `ticket`: what it has to bring back. */
export type Begun = { readonly url: string; readonly ticket: string };
/** `session` null: the identity was linked to the account of a session that exists. */
export type Arrival = { readonly session: { token: string; expiresAt: Date } | null; readonly to: string };
export type LinkedIdentity = { readonly provider: string; readonly name: string; readonly createdAt: Date };

/** Seconds that somebody may take at the provider. */
const TICKET_LASTS = 600;
/** Identities of an account. */
const MOST = 20;

/** The state of a browser that is at the provider. */
const Journey = Type.Object({
  provider: Type.String(),
  state: Type.String(),
  nonce: Type.String(),
  verifier: Type.String(),
  to: Type.String(),
  invite: Type.Optional(Type.String()),
  linkTo: Type.Optional(Type.Number()),
});

export type ProvidersOptions = ProvidedAccountsOptions & {
  readonly providers: readonly ProviderOptions[];
  readonly tickets: Tickets;
  readonly guard: SignInGuard;
  readonly sessions: Pick<Sessions, 'start' | 'endOfProvider'>;
};

export function createProviders(sql: Sql, options: ProvidersOptions): Providers {
  const { tickets, guard, sessions } = options;
  const { accountOf, link } = createProvidedAccounts(sql, options);
  const providers = new Map(options.providers.map((one) => [one.id, createProvider(one)]));
  const journeys = tickets.for('provider', Journey, TICKET_LASTS);

  function providerOf(id: string): Provider {
    const provider = providers.get(id);
    if (provider === undefined) throw new AppError('not_found');
    return provider;
  }

  async function depart(id: string, { redirectUri, to, invite }: Departure, linkTo?: number): Promise<Begun> {
    const provider = providerOf(id);
    const checks = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const more = { ...(invite !== undefined && { invite }), ...(linkTo !== undefined && { linkTo }) };
    const ticket = journeys.issue({ provider: id, ...checks, to, ...more });
    return { url: await provider.addressFor(checks, redirectUri), ticket };
  }

  return {
    offered: (): { id: string; name: string }[] => [...providers.values()].map(({ id, name }) => ({ id, name })),

    beginProvider: (id, departure): Promise<Begun> => depart(id, departure),

    beginLink: async (actor, id, departure): Promise<Begun> => {
      requireConfirmed(actor);
      return depart(id, departure, actor.id);
    },

    arrive: async (id, { current, ticket, device }): Promise<Arrival> => {
      const provider = providerOf(id);
      const journey = await journeys.use(ticket);
      if (journey?.provider !== id) throw new AppError('bad_credentials');
      const { to, linkTo } = journey;
      // Each journey is an account of its own for the counters: only those of the networks add up.
      const arrived = await guard.attempt(`provider ${journey.state}`, device.address, async () => {
        const claims = await provider.claimsOf(current, journey);
        if (linkTo !== undefined) await link(claims, linkTo);
        return { ...(await accountOf(claims, journey.invite, device.address)), claims };
      });
      const { claims, ...account } = arrived;
      await requireLetIn(sql, account.id);
      if (claims.isAdmin !== null) await setProvidedRole(sql, account.id, claims.isAdmin);
      if (linkTo !== undefined) return { session: null, to } satisfies Arrival;
      const identity = { issuer: claims.issuer, subject: claims.subject, issuerSession: claims.session };
      return { session: await sessions.start({ ...account, identity }, device), to } satisfies Arrival;
    },

    endByProvider: async (id, logoutToken): Promise<void> => {
      await sessions.endOfProvider(await providerOf(id).signedOutIn(logoutToken));
    },

    listIdentities: async ({ id }): Promise<LinkedIdentity[]> => {
      const rows = await listIdentities(sql, id, MOST);
      return [...providers.values()].flatMap(({ id: provider, name, issuer }) => {
        const row = rows.find((one) => one.issuer === issuer);
        return row === undefined ? [] : [{ provider, name, createdAt: row.createdAt }];
      });
    },

    removeIdentity: async (actor, id): Promise<void> => {
      requireConfirmed(actor);
      const gone = await deleteIdentity(sql, actor.id, providerOf(id).issuer);
      if (gone === 'missing') throw new AppError('not_found');
      if (gone === 'last') throw new AppError('forbidden');
    },
  };
}
