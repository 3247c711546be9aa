/** Names that people give to tokens, app passwords and passkeys. */
import { type AppError, invalid } from '../../errors.ts';
import type { Contents } from '../contents.ts';

/** Characters: the database's maximum. */
export const LABEL_MAX = 64;

/** @throws AppError `invalid` */
export function checkLabel(contents: Pick<Contents, 'check'>, name: string): string {
  return contents.check('name', name, LABEL_MAX).trim();
}

export function tooMany(what: string, most: number): AppError {
  return invalid('name', 'many', `there are ${most} ${what} already: remove one first`);
}
