/** Names: what accounts are called where they are shown, beside their usernames. */
import { invalid } from '../../errors.ts';
import { comparisonKey } from '../account-rules.ts';
import type { Contents } from '../contents.ts';
import { checkLength } from '../text.ts';

/** Characters. */
const NAME_MAX = 64;

/** Null: the account is called by its username. */
export type CheckedName = { readonly name: string; readonly key: string } | null;

/** @throws AppError `invalid` */
export function checkName(contents: Pick<Contents, 'check'>, input: string): CheckedName {
  checkLength('name', input, NAME_MAX);
  const name = input.trim();
  if (/[\t\r\n]/.test(name)) throw invalid('name', 'format', 'name must be one line', { input });
  if (name === '') return null;
  return { name: contents.check('name', name, NAME_MAX), key: comparisonKey(name) };
}
