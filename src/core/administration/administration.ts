/** The admins' view of the installation: its accounts, their storage, the settings in force, and the servers' measurements. */
import { findLargestAccounts, listAccountOverviews, sumStoredBytes } from '../../store/account-overviews.ts';
import type { CommunityRole } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { requireRole } from '../community/ranks.ts';
import type { Actor, Person, ShowPerson } from '../model.ts';
import { checkWhole } from '../pages.ts';
import { createHistory, type History } from './history.ts';

export type Administration = History & {
  /** A page, by id; `after`: the id of the last one of the page before. @throws AppError `forbidden` | `invalid` */
  listAccounts(actor: Actor, page?: { after?: number; limit?: number }): Promise<AccountOverview[]>;
  /** At most a minute old. @throws AppError `forbidden` */
  readStorage(actor: Actor): Promise<StorageOverview>;
  /** @throws AppError `forbidden` */
  readSettings(actor: Actor): Promise<ShownSettings>;
};

/** Every setting, with the value in force; values that are or may contain secrets are hidden. */
export type ShownSettings = readonly { readonly name: string; readonly value: string; readonly isSet: boolean }[];

/** Times: Unix ms. `bytes`: stored, as the quota counts them. */
export type AccountOverview = {
  readonly person: Person;
  readonly role: CommunityRole;
  readonly createdAt: number;
  readonly disabledAt: number | null;
  readonly lastSessionAt: number | null;
  readonly bytes: number;
};

export type StorageOverview = {
  readonly accounts: number;
  readonly bytes: number;
  readonly largest: readonly { readonly person: Person; readonly bytes: number }[];
};

const LARGEST = 50;
/** How long an overview of the storage is good, in ms: it reads the counters of all accounts. */
const STORAGE_LASTS = 60_000;

type Options = { readonly node: string; readonly shown: ShownSettings; readonly show: ShowPerson };

export function createAdministration(sql: Sql, { node, shown, show }: Options): Administration {
  let storage: { readonly at: number; readonly rows: ReturnType<typeof readRows> } | null = null;

  async function readRows() {
    return { ...(await sumStoredBytes(sql)), largest: await findLargestAccounts(sql, LARGEST) };
  }

  return {
    ...createHistory(sql, node),

    listAccounts: async (actor, { after = 0, limit = 50 } = {}): Promise<AccountOverview[]> => {
      requireRole(actor, 'admin');
      const rows = await listAccountOverviews(sql, checkWhole('after', after), limit);
      return rows.map(({ role, createdAt, disabledAt, lastSessionAt, bytes, ...account }) => ({
        person: show(actor, account),
        role,
        createdAt: createdAt.getTime(),
        disabledAt: disabledAt?.getTime() ?? null,
        lastSessionAt: lastSessionAt?.getTime() ?? null,
        bytes,
      }));
    },

    readStorage: async (actor): Promise<StorageOverview> => {
      requireRole(actor, 'admin');
      if (storage === null || Date.now() - storage.at > STORAGE_LASTS) storage = { at: Date.now(), rows: readRows() };
      const { largest, ...sums } = await storage.rows.catch((error: unknown) => {
        storage = null;
        throw error;
      });
      return { ...sums, largest: largest.map(({ bytes, ...account }) => ({ person: show(actor, account), bytes })) };
    },

    readSettings: async (actor): Promise<ShownSettings> => {
      requireRole(actor, 'admin');
      return shown;
    },
  };
}
