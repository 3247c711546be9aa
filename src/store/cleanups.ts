/** Rows of cleanups, and the texts of one author that they delete, the newest first. */
import type { Db } from './database.ts';

/** `accountId`: whose texts; or `inviteCode`: of all who joined by it. `texts`: how many were deleted. */
export type CleanupRow = {
  id: number;
  accountId: number | null;
  inviteCode: string | null;
  since: Date;
  sanction: 'suspension' | 'ban' | null;
  until: Date | null;
  reason: string;
  purges: boolean;
  creatorId: number | null;
  createdAt: Date;
  phase: 'sanctioning' | 'purging' | 'done';
  /** Accounts up to this one are done in the phase. */
  afterId: number;
  accounts: number;
  texts: number;
};

export type NewCleanupRow = Pick<CleanupRow, 'since' | 'sanction' | 'until' | 'reason' | 'purges' | 'creatorId'> &
  ({ accountId: number; inviteCode?: never } | { inviteCode: string; accountId?: never });

function columns(db: Db) {
  return db`id, account_id as "accountId", invite_code as "inviteCode", since, sanction, until, reason, purges,
    creator_id as "creatorId", created_at as "createdAt", phase, after_id as "afterId", accounts, texts`;
}

export async function insertCleanup(db: Db, cleanup: NewCleanupRow): Promise<CleanupRow> {
  const { accountId = null, inviteCode = null, since, sanction, until, reason, purges, creatorId } = cleanup;
  const [row] = await db<[CleanupRow]>`
    insert into cleanups (account_id, invite_code, since, sanction, until, reason, purges, creator_id, phase)
    values (${accountId}, ${inviteCode}, ${since}, ${sanction}, ${until}, ${reason}, ${purges}, ${creatorId},
            ${sanction === null ? 'purging' : 'sanctioning'})
    returning ${columns(db)}`;
  return row;
}

export async function findCleanup(db: Db, id: number): Promise<CleanupRow | null> {
  const [row] = await db<CleanupRow[]>`select ${columns(db)} from cleanups where id = ${id}::bigint`;
  return row ?? null;
}

/** Cleanups that are not done. */
export async function findPendingCleanups(db: Db, limit: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`select id from cleanups where phase <> 'done' order by id limit ${limit}`;
  return rows.map(({ id }) => id);
}

/** Holds it until the transaction ends. */
export async function lockCleanup(db: Db, id: number): Promise<CleanupRow | null> {
  const [row] = await db<CleanupRow[]>`
    select ${columns(db)} from cleanups where id = ${id} for update`;
  return row ?? null;
}

/** `accounts`, `texts`: how many more. */
export async function advanceCleanup(
  db: Db,
  id: number,
  {
    phase,
    afterId,
    accounts = 0,
    texts = 0,
  }: Pick<CleanupRow, 'phase' | 'afterId'> & { accounts?: number; texts?: number },
): Promise<void> {
  await db`
    update cleanups set phase = ${phase}, after_id = ${afterId}, accounts = accounts + ${accounts}, texts = texts + ${texts}
     where id = ${id}`;
}

/** Whether anybody joined by the invitation of that code. */
export async function hasJoinedBy(db: Db, code: string): Promise<boolean> {
  const rows = await db`select from accounts where invite_code = ${code} limit 1`;
  return rows.length > 0;
}

/** The next members who joined by the invitation since then, by id. Staff are left out. */
export async function findJoinedBy(
  db: Db,
  { code, since, after, limit }: { code: string; since: Date; after: number; limit: number },
): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    select id from accounts
     where invite_code = ${code} and id > ${after} and created_at >= ${since} and role = 'member' order by id limit ${limit}`;
  return rows.map(({ id }) => id);
}

export type AuthoredMessageRow = { id: number; roomId: number; seq: number; isDeleted: boolean; isDue: boolean };

/** The account's messages below the id `before`, the newest first. `isDue`: written since then. */
export async function findMessagesBefore(
  db: Db,
  { accountId, since, before, limit }: { accountId: number; since: Date; before: number; limit: number },
): Promise<AuthoredMessageRow[]> {
  return db<AuthoredMessageRow[]>`
    select id, room_id as "roomId", seq, deleted_at is not null as "isDeleted", created_at >= ${since} as "isDue"
      from messages where author_id = ${accountId} and id < ${before}::bigint order by id desc limit ${limit}`;
}

/** @returns those that were deleted, with all that hangs on them */
export async function deletePostsSince(
  db: Db,
  accountId: number,
  since: Date,
  limit: number,
): Promise<{ id: number; uid: string }[]> {
  return db<{ id: number; uid: string }[]>`
    delete from posts
     where id in (select id from posts where author_id = ${accountId} order by id desc limit ${limit}) and created_at >= ${since}
    returning id, uid`;
}

/** @returns those that were deleted */
export async function deleteCommentsSince(
  db: Db,
  accountId: number,
  since: Date,
  limit: number,
): Promise<{ id: number; postId: number; postUid: string }[]> {
  return db<{ id: number; postId: number; postUid: string }[]>`
    delete from comments c using posts p
     where c.id in (select id from comments where author_id = ${accountId} order by id desc limit ${limit})
       and c.created_at >= ${since} and p.id = c.post_id
    returning c.id, c.post_id as "postId", p.uid as "postUid"`;
}
