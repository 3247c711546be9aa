/** Bots: accounts that an account makes for its programs. They act by access tokens alone, and end with their owner. */
import { AppError } from '../../errors.ts';
import { findBot, listBots, updateBot } from '../../store/bots.ts';
import type { Sql } from '../../store/database.ts';
import type { OwnRemoval } from '../accounts/own-removal.ts';
import type { Contents } from '../contents.ts';
import type { AccessToken, AccessTokens, NewAccessToken } from '../credentials/access-tokens.ts';
import { requireConfirmed } from '../credentials/confirmed.ts';
import type { Account, Actor, Person, ShowPerson } from '../model.ts';
import { isUid } from '../text.ts';
import { BOTS_MAX, type BotLook, checkBotLook, makeOwnBot } from './new-bots.ts';

export type Bots = {
  /** @throws AppError `forbidden` | `invalid`: out of bounds, or the account has 20 | `username_taken` */
  createBot(actor: Actor, newBot: NewBot): Promise<Person>;
  /** The oldest first. */
  listBots(actor: Actor): Promise<Person[]>;
  /** @throws AppError `not_found` | `invalid` */
  changeBot(actor: Actor, uid: string, wanted: Partial<BotLook>): Promise<Person>;
  /** Deletes it with all that it wrote. @throws AppError `not_found` */
  removeBot(actor: Actor, uid: string): Promise<void>;
  /** @throws AppError `not_found` | as `AccessTokens.createAccessToken` */
  createBotToken(actor: Actor, uid: string, wanted: NewAccessToken): Promise<AccessToken & { readonly token: string }>;
  /** The good ones, the newest first. @throws AppError `not_found` */
  listBotTokens(actor: Actor, uid: string): Promise<AccessToken[]>;
  /** @throws AppError `not_found` */
  revokeBotToken(actor: Actor, uid: string, id: string): Promise<void>;
};

export type NewBot = { readonly username: string; readonly name?: string | undefined };

type Parts = {
  readonly contents: Contents;
  readonly tokens: AccessTokens;
  readonly removal: Pick<OwnRemoval, 'removeAtOnce'>;
  readonly show: ShowPerson;
};

/** `uid`: of a bot. */
export function createBots(sql: Sql, { contents, tokens, removal, show }: Parts): Bots {
  /** @throws AppError `not_found`: the actor has no such bot */
  async function own(actor: Pick<Actor, 'id'>, uid: string): Promise<Account> {
    const bot = isUid(uid) ? await findBot(sql, actor.id, uid) : null;
    if (bot === null) throw new AppError('not_found', { message: 'There is no such bot' });
    return bot;
  }

  /** A bot has none of its own. @throws AppError `forbidden` */
  function requirePerson({ bot }: Pick<Actor, 'bot'>): void {
    if (bot) throw new AppError('forbidden');
  }

  return {
    createBot: async (actor, { username, name = username }): Promise<Person> => {
      requirePerson(actor);
      const look = checkBotLook(contents, { name });
      return show(actor, await makeOwnBot(sql, look, { username, ownerId: actor.id }));
    },

    listBots: async (actor): Promise<Person[]> =>
      (await listBots(sql, actor.id, BOTS_MAX)).map((bot) => show(actor, bot)),

    changeBot: async (actor, uid, wanted): Promise<Person> => {
      const bot = await own(actor, uid);
      const { name = bot.name ?? bot.username, avatarUrl = bot.avatarUrl } = wanted;
      return show(actor, await updateBot(sql, bot.id, checkBotLook(contents, { name, avatarUrl })));
    },

    removeBot: async (actor, uid): Promise<void> => removal.removeAtOnce((await own(actor, uid)).id),

    createBotToken: async (actor, uid, wanted): Promise<AccessToken & { readonly token: string }> => {
      requireConfirmed(actor);
      const bot = await own(actor, uid);
      return tokens.createAccessToken({ ...actor, ...bot }, wanted);
    },

    listBotTokens: async (actor, uid): Promise<AccessToken[]> => tokens.listAccessTokens(await own(actor, uid)),

    revokeBotToken: async (actor, uid, id): Promise<void> => tokens.revokeAccessToken(await own(actor, uid), id),
  };
}
