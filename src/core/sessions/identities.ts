/**
 * Accounts of an external issuer: created when a subject is first seen, and found by issuer and subject. Never by name or
 * e-mail, which another account may have here.
 */
import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { useCommunityInvite } from '../../store/community-invites.ts';
import { type Sql, uniqueViolation } from '../../store/database.ts';
import { followEmail, insertIdentity, insertIdentitySession, type NewIdentityRow } from '../../store/identities.ts';
import { isSignUpBanned } from '../../store/sanctions.ts';
import { checkEmail, comparisonKey, emailKey, fitUsername, USERNAME_MAX } from '../account-rules.ts';
import { skeletonOf } from '../accounts/confusables.ts';
import { domainOf, requireSignUpAllowed } from '../moderation/sign-up-check.ts';
import type { ForeignToken } from './issuer.ts';

export type Identities = {
  /**
   * Begins the session of a token that is seen for the first time, and creates the account if needed, unless sign-ups of that
   * name or e-mail are banned: then there is no session.
   */
  beginSession(token: ForeignToken): Promise<void>;
  /**
   * An account for somebody who is new, unless there is one. `invite`: the code of the invitation to use. `address`: the client's.
   * @throws AppError `invite_required`: it was used up meanwhile | `sign_up_refused`
   */
  join(person: Newcomer, invite: string | null, address: string): Promise<void>;
};

/** The subject at the issuer, and its name and address there. */
type Newcomer = Pick<ForeignToken, 'issuer' | 'subject' | 'username' | 'email'>;

/** The name of subjects without one. The subject itself may be private. */
const UNNAMED = 'user';

export function createIdentities(sql: Sql): Identities {
  async function beginSession(token: ForeignToken): Promise<void> {
    const known = await begin(token);
    if (known?.begun) await followEmailOf(known.accountId, token);
    if (known !== null) return;
    if (await isBanned(token)) return;
    await makeAccount(token, namesFor(token), emailOf(token));
    await begin(token);
  }

  async function isBanned(token: ForeignToken): Promise<boolean> {
    const usernameKey = comparisonKey(namesFor(token)[0] as string);
    const email = emailOf(token);
    return isSignUpBanned(sql, { usernameKey, emailDomain: email && domainOf(emailKey(email)), address: null });
  }

  function begin(token: ForeignToken) {
    const { sessionId: id, issuedAt, expiresAt } = token;
    return insertIdentitySession(sql, token, { id, issuedAt, expiresAt });
  }

  /** Takes the first free name, and the e-mail if it is free. Idempotent when several requests run at once. */
  async function makeAccount(
    person: Newcomer,
    names: readonly string[],
    email: string | null,
    invite: string | null = null,
  ): Promise<void> {
    const [username, ...others] = names;
    if (username === undefined) throw new AppError('unavailable');
    const account = {
      username,
      usernameKey: comparisonKey(username),
      skeleton: skeletonOf(username),
      email,
      emailKey: email === null ? null : emailKey(email),
    };
    const taken = await violatedConstraint(insert(person, account, invite));
    if (taken === 'accounts_username_key_key' || taken === 'accounts_skeleton')
      await makeAccount(person, others, email, invite);
    if (taken === 'accounts_email_key_key') await makeAccount(person, names, null, invite);
  }

  /** @throws AppError `invite_required`: it was used up meanwhile */
  function insert(
    person: Newcomer,
    account: Omit<NewIdentityRow, 'invitedBy' | 'inviteCode'>,
    invite: string | null,
  ): Promise<void> {
    if (invite === null) return insertIdentity(sql, person, { ...account, invitedBy: null, inviteCode: null });
    return sql.begin(async (tx) => {
      const used = await useCommunityInvite(tx, invite);
      if (used === null) throw new AppError('invite_required');
      await insertIdentity(tx, person, { ...account, invitedBy: used.creatorId, inviteCode: invite });
    });
  }

  /** Takes over the issuer's e-mail with each new token, unless another account has it. */
  async function followEmailOf(accountId: number, token: ForeignToken): Promise<void> {
    const email = emailOf(token);
    if (email !== null) await violatedConstraint(followEmail(sql, accountId, email, emailKey(email)));
  }

  return {
    beginSession,
    join: async (person, invite, address): Promise<void> => {
      const names = namesFor(person);
      const email = emailOf(person);
      const keys = { usernameKey: comparisonKey(names[0] ?? ''), emailKey: email === null ? null : emailKey(email) };
      await requireSignUpAllowed(sql, { ...keys, address });
      await makeAccount(person, names, email, invite);
    },
  };
}

/** @returns the constraint that refused the row; null: none did */
async function violatedConstraint(writing: Promise<unknown>): Promise<string | null> {
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
 * Names to try, in order: the issuer's, then with eight digits derived from the subject (deterministic), then with random
 * digits (unpredictable).
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

function emailOf({ email }: Pick<ForeignToken, 'email'>): string | null {
  try {
    return email === null ? null : checkEmail(email);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
