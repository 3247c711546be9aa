/** The log of acts of moderation and administration. Rows are added and, by age, deleted: the table refuses anything else. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

/** JSON. */
export type AuditState = Readonly<Record<string, string | number | boolean | null>>;

/** `actorId` null: the operator. `accountId`: whom it is about. `subject`: what, `post 5f0c5c70-…`, say. */
export type NewAuditRow = {
  actorId: number | null;
  action: string;
  accountId?: number | null;
  subject?: string | null;
  reason?: string;
  before?: AuditState | null;
  after?: AuditState | null;
};

/** `actor` null: the operator, or an account that is gone. */
export type AuditRow = {
  id: number;
  actor: AccountRow | null;
  byOperator: boolean;
  action: string;
  account: AccountRow | null;
  subject: string | null;
  reason: string;
  before: AuditState | null;
  after: AuditState | null;
  createdAt: Date;
};

export async function insertAudit(db: Db, rows: readonly NewAuditRow[]): Promise<void> {
  for (const { actorId, action, accountId, subject, reason, before, after } of rows)
    await db`
      insert into audit (actor_id, by_operator, action, account_id, subject, reason, before, after)
      values (${actorId}, ${actorId === null}, ${action}, ${accountId ?? null}, ${subject ?? null}, ${reason ?? ''},
              ${textOf(before)}::text::jsonb, ${textOf(after)}::text::jsonb)`;
}

function textOf(state: AuditState | null | undefined): string | null {
  return state == null ? null : JSON.stringify(state);
}

/** The newest first, below the id `before`; `accountId`: only of those about it. */
export async function listAudit(
  db: Db,
  { before, accountId = null, limit }: { before: number | null; accountId?: number | null; limit: number },
): Promise<AuditRow[]> {
  return db<AuditRow[]>`
    select ${columns(db)}
      from (
        select * from audit
         where id < ${before ?? Number.MAX_SAFE_INTEGER}::bigint
           ${accountId === null ? db`` : db`and account_id = ${accountId}`}
         order by id desc limit ${limit}) as l
      ${people(db)}
     order by l.id desc`;
}

/** The oldest first, above the id `after`. */
export async function listAuditAfter(db: Db, after: number, limit: number): Promise<AuditRow[]> {
  return db<AuditRow[]>`
    select ${columns(db)} from (select * from audit where id > ${after}::bigint order by id limit ${limit}) as l
      ${people(db)}
     order by l.id`;
}

function columns(db: Db) {
  return db`l.id, to_jsonb(a) as actor, l.by_operator as "byOperator", l.action, to_jsonb(b) as account, l.subject, l.reason,
    l.before, l.after, l.created_at as "createdAt"`;
}

function people(db: Db) {
  return db`
    left join lateral (select ${accountColumns(db)} from accounts where accounts.id = l.actor_id offset 0) as a on true
    left join lateral (select ${accountColumns(db)} from accounts where accounts.id = l.account_id offset 0) as b on true`;
}

/** @returns how many */
export async function deleteAuditBefore(db: Db, days: number, limit: number): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    with allowed as materialized (select set_config('koine.prunes_audit', 'on', true) as set),
    old as materialized (
      select id from allowed cross join audit
       where allowed.set = 'on' and created_at < now() - make_interval(days => ${days}) order by created_at limit ${limit}),
    gone as (delete from audit where id in (select id from old) returning 1)
    select count(*)::int as count from gone`;
  return row.count;
}
