/** How a new account comes in: at once, by an invitation, or after a moderator has approved it. */
import { AppError } from '../../errors.ts';
import { type AccountRow, insertAccount, type NewAccountRow } from '../../store/accounts.ts';
import { insertApplication } from '../../store/applications.ts';
import { findCommunity } from '../../store/community.ts';
import { useCommunityInvite } from '../../store/community-invites.ts';
import type { Sql } from '../../store/database.ts';
import type { RegistrationOptions } from './community.ts';
import { findGoodInvite } from './community-invites.ts';

export type Admission = {
  /**
   * Closed means closed to invited people too; where moderators approve, an invitation spares that.
   * @throws AppError `registration_closed` | `invite_required`
   */
  find(code: string | undefined): Promise<WayIn>;
  /**
   * `application`: what the applicant says to the moderators.
   * @throws AppError `invite_required`: used up meanwhile | `awaiting_approval`: the application is stored | a unique violation
   */
  enter(account: NewAccountRow, wayIn: WayIn, application: string): Promise<AccountRow>;
};

/** `invite`: the code of one that is good. `applies`: a moderator decides. */
export type WayIn = { readonly invite: string | null; readonly applies: boolean };

export function createAdmission(
  sql: Sql,
  { registration: fixed }: Pick<RegistrationOptions, 'registration'>,
): Admission {
  return {
    find: async (code): Promise<WayIn> => {
      const registration = fixed ?? (await findCommunity(sql)).registration ?? 'open';
      if (registration === 'closed') throw new AppError('registration_closed');
      const isGood = code !== undefined && (await findGoodInvite(sql, code)) !== null;
      if (registration === 'invite' && !isGood) throw new AppError('invite_required');
      return { invite: isGood ? code : null, applies: registration === 'approval' && !isGood };
    },

    enter: async (account, { invite, applies }, application): Promise<AccountRow> => {
      if (applies) {
        await insertApplication(sql, account, application);
        throw new AppError('awaiting_approval');
      }
      if (invite === null) return insertAccount(sql, account);
      return sql.begin(async (tx) => {
        const used = await useCommunityInvite(tx, invite);
        if (used === null) throw new AppError('invite_required');
        return insertAccount(tx, account, { invitedBy: used.creatorId, inviteCode: invite });
      });
    },
  };
}
