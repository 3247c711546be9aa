/** Accounts of programs are made without an e-mail address and a password. */
import { randomBytes } from 'node:crypto';
import { AppError, invalid } from '../../errors.ts';
import { findTaken } from '../../store/accounts.ts';
import { insertBot, listBots, lockOwner, type NewBotRow } from '../../store/bots.ts';
import { type Db, type Sql, toKnownError } from '../../store/database.ts';
import { checkAvatarUrl, checkUsername, comparisonKey, fitUsername } from '../account-rules.ts';
import { skeletonOf } from '../accounts/confusables.ts';
import { checkName } from '../accounts/names.ts';
import { takenError } from '../accounts/new-accounts.ts';
import type { Contents } from '../contents.ts';
import type { Account } from '../model.ts';

/** Bots of an account. */
export const BOTS_MAX = 20;
/** Characters of a username that is made of a name. */
const NAMED = 40;

/** How a program is called and looks. `avatarUrl` null: no picture. */
export type BotLook = { readonly name: string; readonly avatarUrl?: string | null | undefined };
export type CheckedLook = Pick<NewBotRow, 'name' | 'nameKey' | 'avatarUrl'>;

/** @throws AppError `invalid` */
export function checkBotLook(contents: Pick<Contents, 'check'>, { name, avatarUrl }: BotLook): CheckedLook {
  const named = checkName(contents, name);
  if (named === null) throw invalid('name', 'blank', 'name must not be blank');
  return { name: named.name, nameKey: named.key, avatarUrl: checkAvatarUrl(avatarUrl ?? '') };
}

/** `ownerId` null: it is of a hook. @throws AppError `invalid` | `username_taken` */
export async function makeBot(
  db: Db,
  look: CheckedLook,
  { username: given, ownerId }: { readonly username: string; readonly ownerId: number | null },
): Promise<Account> {
  const username = checkUsername(given);
  const keys = { usernameKey: comparisonKey(username), skeleton: skeletonOf(username) };
  const taken = await findTaken(db, { ...keys, emailKey: null });
  if (taken.username) throw new AppError('username_taken');
  try {
    return await insertBot(db, { ...look, ...keys, username, ownerId });
  } catch (error) {
    throw takenError(error);
  }
}

/** A bot of an account. @throws AppError `invalid`: out of bounds, or the owner has 20 | `username_taken` | `unavailable` */
export async function makeOwnBot(
  sql: Sql,
  look: CheckedLook,
  bot: { readonly username: string; readonly ownerId: number },
): Promise<Account> {
  const made = sql.begin(async (tx) => {
    await lockOwner(tx, bot.ownerId);
    if ((await listBots(tx, bot.ownerId, BOTS_MAX)).length >= BOTS_MAX)
      throw invalid('', 'many', `an account has at most ${BOTS_MAX} bots`, { limit: BOTS_MAX });
    return makeBot(tx, look, bot);
  });
  return made.catch((error: unknown) => {
    throw toKnownError(error);
  });
}

/** A username that nobody has. */
export function usernameFor(name: string): string {
  return `${fitUsername(name, NAMED) || 'hook'}-${randomBytes(4).toString('hex')}`;
}
