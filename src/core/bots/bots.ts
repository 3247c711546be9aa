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

export type Bots = ReturnType<typeof createBots>;

export type NewBot = { readonly username: string; readonly name?: string | undefined };

type Parts = {
  readonly contents: Contents;
  readonly tokens: AccessTokens;
  readonly removal: Pick<OwnRemoval, 'removeAtOnce'>;
  readonly show: ShowPerson;
};

/** `uid`: of a bot. */
export function createBots(sql: Sql, { contents, tokens, removal, show }: Parts) {
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
    /** @throws AppError `forbidden` | `invalid`: out of bounds, or the account has 20 | `username_taken` */
    createBot: async (actor: Actor, { username, name = username }: NewBot): Promise<Person> => {
      requirePerson(actor);
      const look = checkBotLook(contents, { name });
      return show(actor, await makeOwnBot(sql, look, { username, ownerId: actor.id }));
    },

    /** The oldest first. */
    listBots: async (actor: Actor): Promise<Person[]> =>
      (await listBots(sql, actor.id, BOTS_MAX)).map((bot) => show(actor, bot)),

    /** @throws AppError `not_found` | `invalid` */
    changeBot: async (actor: Actor, uid: string, wanted: Partial<BotLook>): Promise<Person> => {
      const bot = await own(actor, uid);
      const { name = bot.name ?? bot.username, avatarUrl = bot.avatarUrl } = wanted;
      return show(actor, await updateBot(sql, bot.id, checkBotLook(contents, { name, avatarUrl })));
    },

    /** Deletes it with all that it wrote. @throws AppError `not_found` */
    removeBot: async (actor: Actor, uid: string): Promise<void> => removal.removeAtOnce((await own(actor, uid)).id),

    /** @throws AppError `not_found` | as `AccessTokens.createAccessToken` */
    createBotToken: async (
      actor: Actor,
      uid: string,
      wanted: NewAccessToken,
    ): Promise<AccessToken & { readonly token: string }> => {
      requireConfirmed(actor);
      const bot = await own(actor, uid);
      return tokens.createAccessToken({ ...actor, ...bot }, wanted);
    },

    /** The good ones, the newest first. @throws AppError `not_found` */
    listBotTokens: async (actor: Actor, uid: string): Promise<AccessToken[]> =>
      tokens.listAccessTokens(await own(actor, uid)),

    /** @throws AppError `not_found` */
    revokeBotToken: async (actor: Actor, uid: string, id: string): Promise<void> =>
      tokens.revokeAccessToken(await own(actor, uid), id),
  };
}
