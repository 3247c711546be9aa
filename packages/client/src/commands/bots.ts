import type { components } from '../api.ts';
import { type Parts, segment } from '../parts.ts';
import type { Page, Person } from '../shapes.ts';
import type { AccessToken, AccessTokenWish, NewAccessToken } from './credentials.ts';

type Schemas = components['schemas'];

export type NewBot = Schemas['NewBot'];
export type BotChange = Schemas['BotChange'];

export type BotCommands = ReturnType<typeof botCommands>;

/** Bots of the account: accounts of its programs, which act by access tokens alone. */
export function botCommands({ rest }: Pick<Parts, 'rest'>) {
  const path = (id: string): string => `/v1/bots/${segment(id)}`;

  return {
    list: async (): Promise<Page<Person>> => (await rest.call<Page<Person>>('GET', '/v1/bots')).body,
    create: async (bot: NewBot): Promise<Person> => (await rest.call<Person>('POST', '/v1/bots', { json: bot })).body,
    change: async (id: string, change: BotChange): Promise<Person> =>
      (await rest.call<Person>('PATCH', path(id), { json: change })).body,
    /** Deletes it, with all that it wrote. */
    remove: async (id: string): Promise<void> => {
      await rest.call('DELETE', path(id));
    },

    tokens: async (id: string): Promise<Page<AccessToken>> =>
      (await rest.call<Page<AccessToken>>('GET', `${path(id)}/tokens`)).body,
    /** @throws Problem `confirmation_required`, until `credentials.confirm` */
    createToken: async (id: string, wish: AccessTokenWish): Promise<NewAccessToken> =>
      (await rest.call<NewAccessToken>('POST', `${path(id)}/tokens`, { json: wish })).body,
    revokeToken: async (id: string, token: string): Promise<void> => {
      await rest.call('DELETE', `${path(id)}/tokens/${segment(token)}`);
    },
  };
}
