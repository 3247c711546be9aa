/** The rights of each role in the community. */
import { AppError } from '../../errors.ts';
import type { CommunityRole } from '../../store/accounts.ts';
import type { Actor } from '../model.ts';

/** From the least. */
export const ROLES = ['member', 'moderator', 'admin', 'owner'] as const satisfies CommunityRole[];

const LIST = new Intl.ListFormat('en');

export function rankOf(role: CommunityRole): number {
  return ROLES.indexOf(role);
}

/** Admins and owners act on the content of others. */
export function isAdmin(role: CommunityRole): boolean {
  return rankOf(role) >= rankOf('admin');
}

/** They and those above them delete what others wrote. */
export function isModerator(role: CommunityRole): boolean {
  return rankOf(role) >= rankOf('moderator');
}

/** @throws AppError `forbidden` */
export function requireRole(actor: Pick<Actor, 'role'>, least: CommunityRole): void {
  if (rankOf(actor.role) >= rankOf(least)) return;
  const allowed = ROLES.slice(rankOf(least)).map((role) => `${role}s`);
  throw new AppError('forbidden', { message: `Only ${LIST.format(allowed)} do this` });
}
