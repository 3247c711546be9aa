/**
 * The accounts of people whose tokens come from elsewhere: made when one is first seen, found by issuer and subject, and
 * never by a name or an e-mail, which somebody else may have here.
 */
import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { type Sql, uniqueViolation } from '../../store/database.ts';
import { followEmail, insertIdentity, insertIdentitySession } from '../../store/identities.ts';
import { checkEmail, comparisonKey, emailKey, fitUsername, USERNAME_MAX } from '../account-rules.ts';
import { skeletonOf } from '../accounts/confusables.ts';
import type { ForeignToken } from './issuer.ts';

export type Identities = ReturnType<typeof createIdentities>;

/** For who has no name there. Their subject may not be for others to see. */
const UNNAMED = 'user';

export function createIdentities(sql: Sql) {
  /** Begins the session of a token that is seen for the first time, and makes the account, if that is new as well. */
  async function admit(token: ForeignToken): Promise<void> {
    const known = await begin(token);
    if (known?.begun) await takeEmail(known.accountId, token);
    if (known !== null) return;
    await makeAccount(token, namesFor(token), emailOf(token));
    await begin(token);
  }

  function begin(token: ForeignToken) {
    const { sessionId: id, issuedAt, expiresAt } = token;
    return insertIdentitySession(sql, token, { id, issuedAt, expiresAt });
  }

  /** Takes the first of the names that is free, and the e-mail if that is. Of several requests at once, one does. */
  async function makeAccount(token: ForeignToken, names: readonly string[], email: string | null): Promise<void> {
    const [username, ...others] = names;
    if (username === undefined) throw new AppError('unavailable');
    const account = {
      username,
      usernameKey: comparisonKey(username),
      skeleton: skeletonOf(username),
      email,
      emailKey: email === null ? null : emailKey(email),
    };
    const taken = await whatWasTaken(insertIdentity(sql, token, account));
    if (taken === 'accounts_username_key_key' || taken === 'accounts_skeleton') await makeAccount(token, others, email);
    if (taken === 'accounts_email_key_key') await makeAccount(token, names, null);
  }

  /** The issuer is believed about e-mails whenever a new token comes. One that is somebody else's here is left out. */
  async function takeEmail(accountId: number, token: ForeignToken): Promise<void> {
    const email = emailOf(token);
    if (email !== null) await whatWasTaken(followEmail(sql, accountId, email, emailKey(email)));
  }

  return { admit };
}

/** @returns the constraint that refused the row; null: none did */
async function whatWasTaken(writing: Promise<unknown>): Promise<string | null> {
  return writing.then(
    () => null,
    (error: unknown) => {
      const constraint = uniqueViolation(error);
      if (constraint === null) throw error;
      return constraint;
    },
  );
}

/**
 * Names to try, in that order: their own, then with eight digits of who they are (the same wherever and whenever), then with
 * digits that nobody can have foreseen.
 */
export function namesFor({
  issuer,
  subject,
  username,
}: Pick<ForeignToken, 'issuer' | 'subject' | 'username'>): string[] {
  const digits = createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex')
    .slice(0, 8);
  const name = fitUsername(username ?? '', USERNAME_MAX);
  const more = [digits, randomBytes(16).toString('hex')].map(
    (suffix) => `${fitUsername(name || UNNAMED, USERNAME_MAX - suffix.length - 1)}-${suffix}`,
  );
  return name === '' ? more : [name, ...more];
}

function emailOf({ email }: ForeignToken): string | null {
  try {
    return email === null ? null : checkEmail(email);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
