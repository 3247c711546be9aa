/** The answers of those who are excluded: they have no session, so a password shows who they are. */
import { AppError } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { findExclusion } from '../../store/sanctions.ts';
import type { Login, Logins, Proof } from '../accounts/logins.ts';
import type { Reports } from './reports.ts';

type Parts = { readonly identify: Logins['identify']; readonly appeal: Reports['appeal'] };

export type Appeals = {
  /**
   * Answers the suspension or the ban, once. The attempt counts like a sign-in.
   * @returns the id of the answer in the queue
   * @throws AppError as `Logins.identify` | `not_found`: the account is not kept out, or has answered | `invalid`
   */
  appealOutside(login: Login, proof: Proof, text: string): Promise<number>;
};

export function createAppeals(sql: Sql, { identify, appeal }: Parts): Appeals {
  return {
    appealOutside: async (login, proof, text): Promise<number> => {
      const account = await identify(login, proof);
      const exclusion = await findExclusion(sql, account.id);
      if (exclusion === null) throw new AppError('not_found');
      return appeal(account, exclusion.id, text);
    },
  };
}
