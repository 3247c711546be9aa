/** Holds new accounts against the bans of sign-ups. */
import { isIP } from 'node:net';
import { AppError } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { isSignUpBanned } from '../../store/sanctions.ts';

export function domainOf(emailKey: string): string {
  return emailKey.slice(emailKey.lastIndexOf('@') + 1);
}

/** @throws AppError `sign_up_refused` */
export async function requireSignUpAllowed(
  sql: Sql,
  { usernameKey, emailKey, address }: { usernameKey: string; emailKey: string | null; address: string },
): Promise<void> {
  const emailDomain = emailKey === null ? null : domainOf(emailKey);
  const [bare = ''] = address.split('%');
  if (await isSignUpBanned(sql, { usernameKey, emailDomain, address: isIP(bare) === 0 ? null : bare }))
    throw new AppError('sign_up_refused');
}
