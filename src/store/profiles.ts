/** Profiles of accounts, and the data that clients keep for them. */
import { type AccountRow, accountColumns, type CommunityRole } from './accounts.ts';
import type { Db } from './database.ts';
import type { Privacy } from './privacy.ts';
import { type PushSettings, pushSettings } from './push-settings.ts';
import { ownSilence } from './sanctions.ts';

/** `settings`: JSON. `createdAt`: Unix milliseconds. */
export type OwnAccountRow = AccountRow & {
  bio: string;
  role: CommunityRole;
  settings: string;
  createdAt: number;
  silence: { id: number; reason: string; until: number | null; appealed: boolean } | null;
  emailVerified: boolean;
  /** Of letters to the account. */
  language: string | null;
  privacy: Privacy;
  push: PushSettings;
};

export async function findOwnAccount(
  db: Db,
  ref: { readonly id: number } | { readonly streamId: number },
): Promise<OwnAccountRow | null> {
  const [row] = await db<OwnAccountRow[]>`
    select ${accountColumns(db)}, bio, role, settings::text, email_verified_at is not null as "emailVerified", language,
           jsonb_build_object('write', may_write, 'add', may_add, 'befriend', may_befriend) as privacy,
           ${pushSettings(db)} as push,
           (extract(epoch from created_at) * 1000)::bigint as "createdAt", ${ownSilence(db)} as silence
      from accounts where ${'id' in ref ? db`id = ${ref.id}` : db`stream_id = ${ref.streamId}`}`;
  return row ?? null;
}

/** @returns null when there is no such account */
export async function findBio(db: Db, accountId: number): Promise<string | null> {
  const [row] = await db<{ bio: string }[]>`select bio from accounts where id = ${accountId}`;
  return row?.bio ?? null;
}

/** The fields to change; absent ones stay. `settings`: JSON. `key`: as names are compared. */
export type ProfileRowChange = {
  bio?: string;
  name?: { name: string; key: string } | null;
  settings?: string;
  language?: string;
};

/** @returns whether there is such an account */
export async function updateProfile(db: Db, accountId: number, change: ProfileRowChange): Promise<boolean> {
  const { bio = null, name = null, settings = null, language = null } = change;
  const rows = await db`
    update accounts
       set bio = coalesce(${bio}, bio), language = coalesce(${language}, language), settings = coalesce(${settings}::text::jsonb, settings),
           name = case when ${change.name !== undefined} then ${name?.name ?? null} else name end,
           name_key = case when ${change.name !== undefined} then ${name?.key ?? null} else name_key end
     where id = ${accountId}
    returning 1`;
  return rows.length > 0;
}
