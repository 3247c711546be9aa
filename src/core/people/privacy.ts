/** Acts that an account allows to others: write to it, add it to groups, befriend it. Every dialect obeys, since core asks here. */
import { AppError } from '../../errors.ts';
import { hasBlock } from '../../store/blocks.ts';
import type { Db } from '../../store/database.ts';
import { findUnwelcome, type Privacy } from '../../store/privacy.ts';
import type { Actor } from '../model.ts';

export const CIRCLES = ['everybody', 'friends_of_friends', 'friends', 'nobody'] as const satisfies Privacy['write'][];

type Others = readonly { readonly id: number }[];

/**
 * Nobody befriends, or takes along into a room, whom they have blocked or who has blocked them.
 * @throws AppError `forbidden`
 */
export async function requireUnblocked(db: Db, actor: Pick<Actor, 'id'>, others: Others): Promise<void> {
  if (others.length > 0 && (await hasBlock(db, actor.id, idsOf(others))))
    throw new AppError('forbidden', { message: 'One of the two has blocked the other' });
}

/** Moderators, admins and owners reach everybody. @throws AppError `forbidden`: one of the two has blocked the other | `not_welcome` */
export async function requireWelcome(
  db: Db,
  actor: Pick<Actor, 'id' | 'role'>,
  others: Others,
  act: 'write' | 'add',
): Promise<void> {
  await requireUnblocked(db, actor, others);
  if (!(await isWelcome(db, actor, others, act))) throw new AppError('not_welcome');
}

export async function isWelcome(
  db: Db,
  { id, role }: Pick<Actor, 'id' | 'role'>,
  others: Others,
  act: keyof Privacy,
): Promise<boolean> {
  if (others.length === 0 || role !== 'member') return true;
  return (await findUnwelcome(db, id, idsOf(others), act)).length === 0;
}

function idsOf(others: Others): number[] {
  return others.map(({ id }) => id);
}
