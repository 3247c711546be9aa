/** Applications: people who want to join, where moderators decide about it. */
import { notFound } from '../../errors.ts';
import { insertAccount } from '../../store/accounts.ts';
import {
  type ApplicationRow,
  deleteOldApplications,
  listApplications,
  takeApplication,
} from '../../store/applications.ts';
import type { Sql } from '../../store/database.ts';
import { takenError } from '../accounts/new-accounts.ts';
import type { Addresses } from '../mail/addresses.ts';
import type { Actor, Person, ShowPerson } from '../model.ts';
import { recordActs } from '../moderation/audit.ts';
import { checkWhole } from '../pages.ts';
import { requireRole } from './ranks.ts';

export type Applications = {
  /** A page, the longest waiting ones first; `after`: the id of the last one of the page before. @throws AppError `forbidden` | `invalid` */
  listApplications(actor: Actor, page?: { after?: number; limit?: number }): Promise<Application[]>;
  /**
   * Makes the account.
   * @throws AppError `forbidden` | `not_found` | `username_taken` or `email_taken`: meanwhile, by an account that was made otherwise
   */
  approve(actor: Actor, id: number): Promise<Person>;
  /** The name is free again. @throws AppError `forbidden` | `not_found` */
  refuse(actor: Actor, id: number): Promise<void>;
  /** Deletes those that nobody answered, in small batches. */
  pruneApplications(): Promise<void>;
};

/** Time: Unix ms. */
export type Application = Omit<ApplicationRow, 'createdAt'> & { readonly createdAt: number };

/** Characters of what an applicant says. */
export const APPLICATION_MAX = 1_000;
/** Days after which an application that was not answered is deleted. */
const DAYS = 90;

export function createApplications(
  sql: Sql,
  { addresses, show }: { addresses: Pick<Addresses, 'welcome'>; show: ShowPerson },
): Applications {
  return {
    listApplications: async (actor, { after = 0, limit = 50 } = {}): Promise<Application[]> => {
      requireRole(actor, 'moderator');
      const rows = await listApplications(sql, checkWhole('after', after), limit);
      return rows.map((row) => ({ ...row, createdAt: row.createdAt.getTime() }));
    },

    approve: async (actor, id): Promise<Person> => {
      requireRole(actor, 'moderator');
      try {
        const made = await sql.begin(async (tx) => {
          const account = await takeApplication(tx, id);
          if (account === null) throw notFound('account');
          const made = await insertAccount(tx, account);
          await recordActs(tx, actor, { action: 'application.approve', accountId: made.id });
          return made;
        });
        await addresses.welcome(made.id, null);
        return show(actor, made);
      } catch (error) {
        throw takenError(error);
      }
    },

    refuse: async (actor, id): Promise<void> => {
      requireRole(actor, 'moderator');
      await sql.begin(async (tx) => {
        if ((await takeApplication(tx, id)) === null) throw notFound('account');
        await recordActs(tx, actor, { action: 'application.refuse', subject: `application ${id}` });
      });
    },

    pruneApplications: async (): Promise<void> => {
      while ((await deleteOldApplications(sql, DAYS, 1_000)) === 1_000);
    },
  };
}
