/** E-mail addresses of accounts: they are verified by a link in a letter, where there is a mail server. */
import { AppError, notFound } from '../../errors.ts';
import { type AccountRow, markEmailVerified, updateEmail, updateLanguage } from '../../store/accounts.ts';
import { type Db, type Sql, uniqueViolation } from '../../store/database.ts';
import { findPendingEmail, takeProof } from '../../store/mail-proofs.ts';
import { findEmailOwner } from '../../store/mails.ts';
import { checkEmail, emailKey } from '../account-rules.ts';
import { ownAccountFacts } from '../accounts/me.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor } from '../model.ts';
import type { Language } from './letters.ts';
import { findOwnMailbox, type Notices } from './notices.ts';
import { digestOf, type Outbox } from './outbox.ts';

export type Addresses = {
  isMailOn(): boolean;
  /** The first letter to a new account: whether the address is its own. `language`: of the letters to it; null: not known. */
  welcome(accountId: number, language: Language | null): Promise<void>;
  /** The address is another one at once, and has to be verified. @throws AppError `email_taken` | `not_found` */
  replace(accountId: number, email: string): Promise<AccountRow>;
  /**
   * The address becomes another one when its link is opened; without a mail server at once.
   * @throws AppError `invalid` | `email_taken` | `rate_limited`: too many letters go there
   */
  change(actor: Actor, input: string): Promise<void>;
  /** Another letter to the address that is not verified. @throws AppError `not_found`: there is none | `rate_limited` */
  resend(actor: Actor): Promise<void>;
  /** By the secret of a letter's link. @throws AppError `not_found`: it is not good (any more) | `email_taken` */
  verify(secret: string): Promise<void>;
  /** The address that waits for its link to be opened; null: there is none. */
  findPending(actor: Pick<Actor, 'id'>): Promise<string | null>;
};

type Parts = { readonly changes: Changes; readonly outbox: Outbox; readonly notices: Notices };

export function createAddresses(sql: Sql, { changes, outbox, notices }: Parts): Addresses {
  /** Tells the address before, if there was another. @throws AppError `email_taken` | `not_found` */
  async function set(tx: Db, accountId: number, email: string): Promise<AccountRow> {
    const before = await findOwnMailbox(tx, accountId);
    const account = await updateEmail(tx, accountId, email, emailKey(email)).catch((error: unknown) => {
      throw uniqueViolation(error) === null ? error : new AppError('email_taken');
    });
    if (account === null) throw notFound('account');
    if (before !== null && before.emailKey !== emailKey(email))
      await notices.tell(tx, accountId, { kind: 'email-changed', facts: { email } }, before);
    return account;
  }

  return {
    isMailOn: (): boolean => outbox.isOn,

    welcome: async (accountId, language): Promise<void> => {
      if (language !== null) await updateLanguage(sql, accountId, language);
      const box = outbox.isOn ? await findOwnMailbox(sql, accountId) : null;
      if (box !== null) await sql.begin((tx) => outbox.putProof(tx, 'verify', accountId, box));
    },

    replace: async (accountId, email): Promise<AccountRow> =>
      changes.run([], async (tx) => {
        const account = await set(tx, accountId, email);
        const box = await findOwnMailbox(tx, accountId);
        if (box !== null) await outbox.putProof(tx, 'verify', accountId, box);
        return { result: account, personal: await ownAccountFacts(tx, accountId) };
      }),

    change: async (actor, input): Promise<void> => {
      const email = checkEmail(input);
      const key = emailKey(email);
      await changes.run([], async (tx) => {
        const owner = await findEmailOwner(tx, key);
        if (owner !== null && owner !== actor.id) throw new AppError('email_taken');
        const language = (await findOwnMailbox(tx, actor.id))?.language ?? 'en';
        if (!outbox.isOn) await set(tx, actor.id, email);
        else if (!(await outbox.putProof(tx, 'verify', actor.id, { email, emailKey: key, language }))) throw tooMany();
        return { result: null, personal: await ownAccountFacts(tx, actor.id) };
      });
    },

    resend: async (actor): Promise<void> => {
      await sql.begin(async (tx) => {
        const own = await findOwnMailbox(tx, actor.id);
        const pending = await findPendingEmail(tx, actor.id);
        const email = pending ?? own?.email;
        if (email === undefined || !outbox.isOn) throw notFound('account');
        const box = { email, emailKey: emailKey(email), language: own?.language ?? 'en' };
        if (!(await outbox.putProof(tx, 'verify', actor.id, box))) throw tooMany();
      });
    },

    verify: async (secret): Promise<void> => {
      await changes.run([], async (tx) => {
        const proof = await takeProof(tx, 'verify', digestOf(secret));
        if (proof === null) throw badLink();
        await set(tx, proof.accountId, proof.email);
        await markEmailVerified(tx, proof.accountId);
        return { result: null, personal: await ownAccountFacts(tx, proof.accountId) };
      });
    },

    findPending: (actor): Promise<string | null> => findPendingEmail(sql, actor.id),
  };
}

export function badLink(): AppError {
  return new AppError('not_found', { message: 'The link is not good (any more)' });
}

/** Letters of one kind to one recipient are bounded by the hour. */
function tooMany(): AppError {
  return new AppError('rate_limited', { retryAfter: 3_600 });
}
