/**
 * App passwords: made by the server for one program each, which signs in through an API that cannot ask for a code. Such a session
 * reads and writes, and never changes how the account is signed in to.
 */
import { AppError } from '../../errors.ts';
import {
  type AppPasswordRow,
  deleteAppPassword,
  insertAppPassword,
  listAppPasswords,
  useAppPassword,
} from '../../store/app-passwords.ts';
import type { Db, Sql } from '../../store/database.ts';
import type { Contents } from '../contents.ts';
import type { Notices } from '../mail/notices.ts';
import type { Actor } from '../model.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { isUid } from '../text.ts';
import { requireConfirmed } from './confirmed.ts';
import { checkLabel, tooMany } from './labels.ts';
import { digestOfSecret, newSecret } from './secrets.ts';

/** Maximum per account. */
const MOST = 50;

export type AppPassword = AppPasswordRow;

export type AppPasswordsOptions = {
  readonly contents: Pick<Contents, 'check'>;
  readonly notices: Notices;
  readonly sessions: Pick<Sessions, 'endOfAppPassword'>;
};

export type AppPasswords = {
  /** @throws AppError `confirmation_required` | `invalid`: out of bounds, or the account has 50 */
  createAppPassword(actor: Actor, name: string): Promise<AppPassword & { readonly password: string }>;
  /** The actor's, the newest first. */
  listAppPasswords(actor: Pick<Actor, 'id'>): Promise<AppPassword[]>;
  /** Ends the sessions that it began. @throws AppError `not_found` */
  revokeAppPassword(actor: Pick<Actor, 'id'>, id: string): Promise<void>;
};

export function createAppPasswords(sql: Sql, { contents, notices, sessions }: AppPasswordsOptions): AppPasswords {
  async function remove(tx: Db, accountId: number, id: string): Promise<boolean> {
    const name = await deleteAppPassword(tx, accountId, id);
    if (name !== null) await notices.tell(tx, accountId, { kind: 'app-password-removed', facts: { name } });
    return name !== null;
  }

  return {
    createAppPassword: async (actor, name): Promise<AppPassword & { readonly password: string }> => {
      requireConfirmed(actor);
      const password = newSecret();
      const digest = digestOfSecret(password) as Uint8Array;
      const label = checkLabel(contents, name);
      return sql.begin(async (tx) => {
        const made = await insertAppPassword(tx, { accountId: actor.id, name: label, digest }, MOST);
        if (made === null) throw tooMany('app passwords', MOST);
        await notices.tell(tx, actor.id, { kind: 'app-password-added', facts: { name: label } });
        return { ...made, password };
      });
    },

    listAppPasswords: (actor): Promise<AppPassword[]> => listAppPasswords(sql, actor.id, MOST),

    revokeAppPassword: async (actor, id): Promise<void> => {
      const isGone = isUid(id) && (await sessions.endOfAppPassword(actor.id, id, remove));
      if (!isGone) throw new AppError('not_found');
    },
  };
}

/** The id of the app password that the text is; null: it is none of the account's. */
export async function findAppPassword(sql: Sql, accountId: number, typed: string): Promise<string | null> {
  const digest = digestOfSecret(typed);
  return digest && useAppPassword(sql, accountId, digest);
}
