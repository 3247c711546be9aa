/** What moderation holds of an account, for its owner: never who reported it, nor who decided. */
import type { ExportedRow } from './account-exports.ts';
import type { Db } from './database.ts';

export async function listExportedMutes(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select a.username, m.created_at as "createdAt"
      from mutes m cross join lateral (select username from accounts where id = m.muted_id offset 0) as a
     where m.account_id = ${accountId} order by m.muted_id`;
}

export async function listExportedSanctions(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select kind, reason, created_at as "createdAt", until, lifted_at as "liftedAt" from sanctions
     where account_id = ${accountId} order by id`;
}

/** What the account reported, and its answers to sanctions. */
export async function listExportedReports(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select kind, reason, body, state, created_at as "createdAt", handled_at as "handledAt" from reports
     where reporter_id = ${accountId} order by id`;
}
