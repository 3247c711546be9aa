/** How an account is signed in to is changed only by somebody who has just shown to be its owner. */
import { AppError } from '../../errors.ts';
import type { Actor } from '../model.ts';

/** @throws AppError `confirmation_required` */
export function requireConfirmed({ isConfirmed }: Pick<Actor, 'isConfirmed'>): void {
  if (!isConfirmed) throw new AppError('confirmation_required');
}
