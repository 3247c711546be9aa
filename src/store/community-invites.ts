/** Rows of invitations to the community. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';
import type { Keyed } from './messages.ts';

export type CommunityInviteRow = {
  code: string;
  createdAt: Date;
  expiresAt: Date;
  uses: number;
  /** Null: as many as like. */
  maxUses: number | null;
};

function columns(db: Db) {
  return db`i.code, i.created_at as "createdAt", i.expires_at as "expiresAt", i.uses, i.max_uses as "maxUses"`;
}

/** Of `i`. */
function isGood(db: Db) {
  return db`i.expires_at > now() and (i.max_uses is null or i.uses < i.max_uses)`;
}

export type NewCommunityInviteRow = {
  code: string;
  /** Null: the operator. */
  creatorId: number | null;
  /** Seconds. */
  lasts: number;
  maxUses: number | null;
  keyed: Keyed | null;
};

export async function insertCommunityInvite(db: Db, invite: NewCommunityInviteRow): Promise<CommunityInviteRow> {
  const [row] = await db<[CommunityInviteRow]>`
    insert into community_invites as i (code, creator_id, expires_at, max_uses, key, key_digest)
    values (${invite.code}, ${invite.creatorId}, now() + make_interval(secs => ${invite.lasts}), ${invite.maxUses},
            ${invite.keyed?.key ?? null}, ${invite.keyed?.digest ?? null})
    returning ${columns(db)}`;
  return row;
}

/** The invitation that the account made with the key. */
export async function findKeyedCommunityInvite(
  db: Db,
  creatorId: number,
  key: string,
): Promise<{ digest: Uint8Array; made: CommunityInviteRow } | null> {
  const [row] = await db<(CommunityInviteRow & { digest: Uint8Array })[]>`
    select ${columns(db)}, i.key_digest as digest
      from community_invites i where i.creator_id = ${creatorId} and i.key = ${key}`;
  if (row === undefined) return null;
  const { digest, ...made } = row;
  return { digest, made };
}

export type ShownInviteRow = { invite: CommunityInviteRow; creator: AccountRow | null };

/** The good ones, the newest first, after that one. */
export async function listCommunityInvites(
  db: Db,
  after: { readonly createdAt: Date; readonly code: string } | null,
  limit: number,
): Promise<ShownInviteRow[]> {
  const rows = await db<(CommunityInviteRow & { creator: AccountRow | null })[]>`
    select ${columns(db)}, to_jsonb(a) as creator
      from community_invites i
      left join lateral (select ${accountColumns(db)} from accounts where accounts.id = i.creator_id offset 0) as a on true
     where ${isGood(db)} and ${after === null ? db`true` : db`(i.created_at < ${after.createdAt} or (i.created_at = ${after.createdAt} and i.code > ${after.code}))`}
     order by i.created_at desc, i.code limit ${limit}`;
  return rows.map(({ creator, ...invite }) => ({ invite, creator }));
}

/** A good one, with who made it; null: there is none with that code. */
export async function findCommunityInvite(db: Db, code: string): Promise<ShownInviteRow | null> {
  const [row] = await db<(CommunityInviteRow & { creator: AccountRow | null })[]>`
    select ${columns(db)}, to_jsonb(a) as creator
      from community_invites i
      left join lateral (select ${accountColumns(db)} from accounts where accounts.id = i.creator_id offset 0) as a on true
     where i.code = ${code} and ${isGood(db)}`;
  if (row === undefined) return null;
  const { creator, ...invite } = row;
  return { invite, creator };
}

/** Takes one use of it. @returns who made it; null: it is not good (any more) */
export async function useCommunityInvite(db: Db, code: string): Promise<{ creatorId: number | null } | null> {
  const [row] = await db<{ creatorId: number | null }[]>`
    update community_invites i set uses = uses + 1 where i.code = ${code} and ${isGood(db)}
    returning creator_id as "creatorId"`;
  return row ?? null;
}

/** @returns whether it was there */
export async function deleteCommunityInvite(db: Db, code: string): Promise<boolean> {
  const rows = await db`delete from community_invites where code = ${code} returning 1`;
  return rows.length > 0;
}

/** @returns how many */
export async function deleteExpiredCommunityInvites(db: Db, limit: number): Promise<number> {
  const { count } = await db`
    delete from community_invites
     where code in (select code from community_invites where expires_at < now() order by expires_at limit ${limit})`;
  return count;
}
