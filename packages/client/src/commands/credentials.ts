import type { components } from '../api.ts';
import { type Parts, segment } from '../parts.ts';
import type { Page } from '../shapes.ts';

type Schemas = components['schemas'];

export type AccessToken = Schemas['AccessToken'];
export type NewAccessToken = Schemas['NewAccessToken'];
export type AccessTokenWish = Schemas['AccessTokenWish'];
export type AppPassword = Schemas['AppPassword'];
export type NewAppPassword = Schemas['NewAppPassword'];
export type SignInWays = Schemas['SignInWays'];
export type Identity = Schemas['Identity'];
export type Passkey = Schemas['Passkey'];
export type PasskeyChallenge = Schemas['PasskeyChallenge'];
/** `credential`: what the browser answered, as JSON. */
export type PasskeyProof = { readonly ticket: string; readonly credential: unknown };
/** Off without `since`. */
export type SecondFactor = Schemas['SecondFactor'];
export type NewSecondFactor = Schemas['NewSecondFactor'];

export type CredentialCommands = ReturnType<typeof credentialCommands>;

/**
 * Credentials beside the password. Each @throws Problem: `confirmation_required` where signing in was more than 15 minutes ago,
 * until `confirm`.
 */
export function credentialCommands({ rest }: Pick<Parts, 'rest'>) {
  const read = async <Body>(path: string): Promise<Body> => (await rest.call<Body>('GET', path)).body;
  const make = async <Body>(path: string, json?: unknown): Promise<Body> =>
    (await rest.call<Body>('POST', path, { json })).body;
  const remove = async (path: string): Promise<void> => {
    await rest.call('DELETE', path);
  };

  return {
    confirm: async (proof: { password: string; code?: string }): Promise<void> => {
      await rest.call('PUT', '/v1/session/confirmation', { json: proof });
    },

    tokens: (): Promise<Page<AccessToken>> => read('/v1/tokens'),
    createToken: (wish: AccessTokenWish): Promise<NewAccessToken> => make('/v1/tokens', wish),
    revokeToken: (id: string): Promise<void> => remove(`/v1/tokens/${segment(id)}`),

    appPasswords: (): Promise<Page<AppPassword>> => read('/v1/app-passwords'),
    createAppPassword: (name: string): Promise<NewAppPassword> => make('/v1/app-passwords', { name }),
    revokeAppPassword: (id: string): Promise<void> => remove(`/v1/app-passwords/${segment(id)}`),

    /** How people sign in; needs no account. Send the browser to `/v1/sign-in/{id}` of a provider. */
    ways: (): Promise<SignInWays> => read('/v1/sign-in'),
    identities: (): Promise<Page<Identity>> => read('/v1/identities'),
    /** @returns where to send the browser, which comes back to the settings */
    linkIdentity: async (provider: string): Promise<string> =>
      (await rest.call<{ url: string }>('PUT', `/v1/identities/${segment(provider)}`)).body.url,
    removeIdentity: (provider: string): Promise<void> => remove(`/v1/identities/${segment(provider)}`),

    passkeys: (): Promise<Page<Passkey>> => read('/v1/passkeys'),
    /** The challenge to make one: `options` for `navigator.credentials.create`. */
    preparePasskey: (): Promise<PasskeyChallenge> => make('/v1/passkeys/challenge'),
    /** `credential`: what the browser made, as JSON. */
    addPasskey: (name: string, ticket: string, credential: unknown): Promise<Passkey> =>
      make('/v1/passkeys', { name, ticket, credential }),
    renamePasskey: async (id: string, name: string): Promise<Passkey> =>
      (await rest.call<Passkey>('PATCH', `/v1/passkeys/${segment(id)}`, { json: { name } })).body,
    removePasskey: (id: string): Promise<void> => remove(`/v1/passkeys/${segment(id)}`),
    /** The challenge to sign in or confirm by a passkey: `options` for `navigator.credentials.get`. */
    challengePasskey: (): Promise<PasskeyChallenge> => make('/v1/session/passkey/challenge'),
    confirmByPasskey: async (proof: PasskeyProof): Promise<void> => {
      await rest.call('PUT', '/v1/session/confirmation/passkey', { json: proof });
    },

    secondFactor: (): Promise<SecondFactor> => read('/v1/second-factor'),
    /** A secret for the app, which counts from `turnOnSecondFactor`. */
    prepareSecondFactor: (): Promise<NewSecondFactor> => make('/v1/second-factor'),
    /** `code`: of the app. @returns recovery codes, which are shown once */
    turnOnSecondFactor: async (code: string): Promise<readonly string[]> => {
      const { body } = await rest.call<{ recoveryCodes: string[] }>('PUT', '/v1/second-factor', { json: { code } });
      return body.recoveryCodes;
    },
    renewRecoveryCodes: async (): Promise<readonly string[]> =>
      (await make<{ recoveryCodes: string[] }>('/v1/second-factor/recovery-codes')).recoveryCodes,
    turnOffSecondFactor: (): Promise<void> => remove('/v1/second-factor'),
  };
}
