/** If the settings say so, only accounts with a verified e-mail address write; the others read, and change their own accounts. */
import { AppError } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { isEmailVerified } from '../../store/mails.ts';
import type { Actor } from '../model.ts';

export type RequireVerified = (actor: Pick<Actor, 'id' | 'role'>) => Promise<void>;

/** How long an answer is good, in ms. */
const LASTS = 60_000;
const MOST = 10_000;

/** Moderators, admins and owners write in any case. */
export function createVerifiedWriters(sql: Sql, isRequired: boolean): RequireVerified {
  /** Until when they are known to be verified. */
  const verified = new Map<number, number>();
  return async ({ id, role }) => {
    if (!isRequired || role !== 'member' || (verified.get(id) ?? 0) > Date.now()) return;
    if (!(await isEmailVerified(sql, id))) throw new AppError('unverified');
    if (verified.size >= MOST) verified.clear();
    verified.set(id, Date.now() + LASTS);
  };
}
