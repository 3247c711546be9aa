/** An OpenID provider: the authorization code flow with PKCE, and its messages that somebody has signed out there. */
import { jwtVerify } from 'jose';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  fetchUserInfo,
} from 'openid-client';
import { AppError } from '../../errors.ts';
import { ISSUER_ALGORITHMS } from '../sessions/issuer.ts';
import { createProviderDescription, type DescribedProvider } from './provider-description.ts';

export type ProviderOptions = DescribedProvider & {
  /** In addresses. */
  readonly id: string;
  /** On its button. */
  readonly name: string;
  readonly scopes: string;
  /** Accounts with this claim and value are admins, and nobody else; undefined: the provider decides nothing. */
  readonly adminClaim: { readonly claim: string; readonly value: string } | undefined;
};

/** Checks that the browser brings back. */
export type Checks = { readonly state: string; readonly nonce: string; readonly verifier: string };

/** The identity that signed in. `session`: the provider's id of the sign-in there. Null: not known; the e-mail also if it is not verified. */
export type Claims = {
  readonly issuer: string;
  readonly subject: string;
  readonly session: string | null;
  readonly username: string | null;
  readonly email: string | null;
  /** Null: the provider does not decide. */
  readonly isAdmin: boolean | null;
};

/** Somebody has signed out there: of one session, or everywhere. */
export type SignedOut = { readonly issuer: string; readonly subject: string | null; readonly session: string | null };

export type Provider = {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  /** The address to send the browser to. @throws AppError `unavailable` */
  addressFor(checks: Checks, redirectUri: string): Promise<string>;
  /** `current`: the address with which the browser came back. @throws AppError `bad_credentials` | `unavailable` */
  claimsOf(current: URL, checks: Checks): Promise<Claims>;
  /** @throws AppError `invalid`: not such a message of this provider | `unavailable` */
  signedOutIn(token: string): Promise<SignedOut>;
};

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Characters: the database's maximum. */
const TEXT_MAX = 255;
const TOKEN_MAX = 8_192;
/** Seconds for which a message of a sign-out counts. */
const LOGOUT_AGE = 300;

export function createProvider(options: ProviderOptions): Provider {
  const { id, name, issuer, clientId, scopes } = options;
  const { configuration, keys } = createProviderDescription(options);

  return {
    id,
    name,
    issuer,

    addressFor: async ({ state, nonce, verifier }, redirectUri): Promise<string> => {
      const address = buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: scopes,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return address.href;
    },

    claimsOf: async (current, { state, nonce, verifier }): Promise<Claims> => {
      const found = await configuration();
      try {
        const tokens = await authorizationCodeGrant(found, current, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const own = tokens.claims();
        if (own === undefined) throw new AppError('bad_credentials');
        const asksMore = found.serverMetadata().userinfo_endpoint !== undefined;
        const more = asksMore ? await fetchUserInfo(found, tokens.access_token, own.sub) : {};
        return claimsIn({ ...more, ...own }, options);
      } catch (cause) {
        throw cause instanceof AppError ? cause : new AppError('bad_credentials', { cause });
      }
    },

    signedOutIn: async (token): Promise<SignedOut> => {
      if (token.length > TOKEN_MAX) throw new AppError('invalid');
      const getKey = await keys();
      const algorithms = [...ISSUER_ALGORITHMS];
      const checks = { algorithms, issuer, audience: clientId, maxTokenAge: LOGOUT_AGE, clockTolerance: 30 };
      const { payload } = await jwtVerify(token, getKey, checks).catch((cause: unknown) => {
        throw cause instanceof AppError ? cause : new AppError('invalid', { cause });
      });
      const { events, nonce } = payload as { events?: Record<string, unknown>; nonce?: unknown };
      const subject = textIn(payload, 'sub');
      const session = textIn(payload, 'sid');
      const isLogout = typeof events === 'object' && events !== null && LOGOUT_EVENT in events && nonce === undefined;
      if (!isLogout || (subject === null && session === null)) throw new AppError('invalid');
      return { issuer, subject, session };
    },
  };
}

function claimsIn(claims: Record<string, unknown>, { issuer, adminClaim }: ProviderOptions): Claims {
  const subject = textIn(claims, 'sub');
  if (subject === null) throw new AppError('bad_credentials');
  const held = adminClaim && claims[adminClaim.claim];
  return {
    issuer,
    subject,
    session: textIn(claims, 'sid'),
    username: textIn(claims, 'preferred_username') ?? textIn(claims, 'name'),
    email: claims.email_verified === true ? textIn(claims, 'email') : null,
    isAdmin: adminClaim === undefined ? null : [held].flat().map(String).includes(adminClaim.value),
  };
}

function textIn(claims: Record<string, unknown>, name: string): string | null {
  const value = claims[name];
  return typeof value === 'string' && value !== '' && value.length <= TEXT_MAX ? value : null;
}
