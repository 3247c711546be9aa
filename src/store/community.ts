/** The row of the community: how it is called, and how people join it. */
import type { Db } from './database.ts';

export type Registration = 'open' | 'invite' | 'approval' | 'closed';

export type CommunityRow = {
  name: string;
  /** `#rrggbb`. */
  color: string | null;
  rules: string | null;
  /** Of the picture; null: there is none. */
  avatarKey: string | null;
  /** Null: as the environment says. */
  registration: Registration | null;
  /** Whether a set-up code is good that makes the first owner. */
  needsSetup: boolean;
};

export async function findCommunity(db: Db): Promise<CommunityRow> {
  const [row] = await db<[CommunityRow]>`
    select name, color, rules, avatar_key as "avatarKey", registration, setup_digest is not null and not ${hasOwner(db)} as "needsSetup" from community`;
  return row;
}

/** The fields to change; absent ones stay. */
export type CommunityRowChange = Partial<Omit<CommunityRow, 'needsSetup' | 'avatarKey'>>;

export async function updateCommunity(db: Db, change: CommunityRowChange): Promise<void> {
  if (Object.keys(change).length > 0) await db`update community set ${db(change)}`;
}

/** `key`: null: no picture. The trigger lets go of the one before. */
export async function setCommunityAvatar(db: Db, key: string | null): Promise<void> {
  await db`update community set avatar_key = ${key}`;
}

/**
 * The digest of a new set-up code, in place of the one before.
 * @returns whether set-up is possible: there are no accounts, or it was possible before and there is no owner yet
 */
export async function beginSetup(db: Db, digest: Buffer): Promise<boolean> {
  const rows = await db`
    update community set setup_digest = ${digest}
     where not ${hasOwner(db)} and (setup_digest is not null or not exists (select from accounts))
    returning 1`;
  return rows.length > 0;
}

export async function isSetupDigest(db: Db, digest: Buffer): Promise<boolean> {
  const rows = await db`select from community where setup_digest = ${digest} and not ${hasOwner(db)}`;
  return rows.length > 0;
}

/** Uses the set-up code up. @returns false: it is not good (any more) */
export async function endSetup(db: Db, digest: Buffer): Promise<boolean> {
  const rows = await db`
    update community set setup_digest = null where setup_digest = ${digest} and not ${hasOwner(db)} returning 1`;
  return rows.length > 0;
}

function hasOwner(db: Db) {
  return db`exists (select from accounts where role = 'owner')`;
}
