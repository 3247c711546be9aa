/** Forgotten passwords: a link in a letter lets its reader choose another one. */
import { AppError } from '../../errors.ts';
import { findCredentialsByEmail, findCredentialsByUsername, markEmailVerified } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { isProof, takeProof } from '../../store/mail-proofs.ts';
import { checkPassword, comparisonKey, emailKeys } from '../account-rules.ts';
import { changeAndSignOut, setPassword } from '../accounts/account-access.ts';
import type { KoineHub } from '../events/events.ts';
import type { Passwords } from '../sessions/passwords.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';
import { badLink } from './addresses.ts';
import { findOwnMailbox, type Notices } from './notices.ts';
import { digestOf, type Outbox } from './outbox.ts';

export type PasswordResets = {
  /**
   * `login`: a username or an e-mail address. It returns before the account is looked up, so neither the answer nor its time tells
   * whether there is one. `address`: the client's.
   * @throws AppError `unavailable`: there is no mail server | `rate_limited` | `overloaded`
   */
  request(login: string, address: string): Promise<void>;
  /**
   * Ends all sessions. `secret`: of the link.
   * @throws AppError `not_found`: the link is not good (any more) | `invalid` | `overloaded`
   */
  complete(secret: string, password: string): Promise<void>;
  /** Resolves when all letters that were asked for are in the outbox. */
  flush(): Promise<void>;
};

/** The best rank: the caller has proved who they are. */
const FIRST = 0;
/** Requests whose accounts are being looked up. */
const AT_ONCE = 200;

type Parts = {
  readonly passwords: Passwords;
  readonly guard: Pick<SignInGuard, 'admitLetter'>;
  readonly outbox: Outbox;
  readonly notices: Notices;
};

export function createPasswordResets(
  sql: Sql,
  hub: Pick<KoineHub, 'publish'>,
  { passwords, guard, outbox, notices }: Parts,
): PasswordResets {
  const underWay = new Set<Promise<void>>();

  /** A username and another account's e-mail may read the same: then both get a letter. */
  async function writeTo(login: string): Promise<void> {
    const named = await findCredentialsByUsername(sql, comparisonKey(login));
    const mailed = await findCredentialsByEmail(sql, emailKeys(login));
    for (const account of [named, mailed]) {
      // An account without a password is signed in to elsewhere.
      if (account === null || account.password_hash === null || account.email === null) continue;
      if (account === mailed && named?.id === mailed.id) continue;
      await sql.begin(async (tx) => {
        const box = await findOwnMailbox(tx, account.id);
        if (box !== null) await outbox.putProof(tx, 'reset', account.id, box);
      });
    }
  }

  return {
    request: async (login, address): Promise<void> => {
      if (!outbox.isOn) throw new AppError('forbidden', { message: 'This server sends no mail' });
      await guard.admitLetter(address);
      if (underWay.size >= AT_ONCE) throw new AppError('overloaded');
      const writing: Promise<void> = writeTo(login)
        // The request was answered already; a person who gets no letter asks again.
        .catch(() => {})
        .finally(() => underWay.delete(writing));
      underWay.add(writing);
    },

    complete: async (secret, password): Promise<void> => {
      checkPassword(password);
      const digest = digestOf(secret);
      // Checked before hashing, so that a guess is cheap.
      if (!(await isProof(sql, 'reset', digest))) throw badLink();
      const hash = await passwords.hash(password, FIRST);
      await changeAndSignOut(sql, hub, async (tx) => {
        const proof = await takeProof(tx, 'reset', digest);
        if (proof === null) throw badLink();
        const { accountId } = proof;
        await setPassword(tx, accountId, hash);
        const box = await findOwnMailbox(tx, accountId);
        if (box?.emailKey === proof.emailKey) await markEmailVerified(tx, accountId);
        await notices.tell(tx, accountId, { kind: 'password-changed', facts: {} });
        return accountId;
      });
    },

    flush: async (): Promise<void> => {
      await Promise.all(underWay);
    },
  };
}
