import type { components } from '../api.ts';
import { type Parts, segment } from '../parts.ts';
import type { Page } from '../shapes.ts';

type Schemas = components['schemas'];

export type AccessToken = Schemas['AccessToken'];
export type NewAccessToken = Schemas['NewAccessToken'];
export type AccessTokenWish = Schemas['AccessTokenWish'];
export type AppPassword = Schemas['AppPassword'];
export type NewAppPassword = Schemas['NewAppPassword'];
/** Without `since` it is off. */
export type SecondFactor = Schemas['SecondFactor'];
export type NewSecondFactor = Schemas['NewSecondFactor'];

export type CredentialCommands = ReturnType<typeof credentialCommands>;

/**
 * What one signs in with beside the password. Each @throws Problem: `confirmation_required` where signing in was more than 15 minutes ago,
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
