/** Rows of sanctions: against accounts, and bans of sign-ups. Expired and lifted ones are not in force. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';
import type { Keyed } from './messages.ts';

export type SanctionKind = 'removal' | 'warning' | 'silence' | 'suspension' | 'ban';

/** Times: Unix ms. `until` null: for ever, or of a kind that does not last. `appeal`: how the answer to it stands; null: there is none. */
export type SanctionRow = {
  id: number;
  kind: SanctionKind;
  reason: string;
  createdAt: number;
  until: number | null;
  liftedAt: number | null;
  appeal: 'open' | 'resolved' | 'dismissed' | null;
};

/** `creatorId` null: the operator. */
export type NewSanctionRow = Pick<SanctionRow, 'kind' | 'reason'> & {
  creatorId: number | null;
  until: Date | null;
  cleanupId?: number;
  keyed?: Keyed | null;
};

/** The time for "for ever", in Unix ms. */
export const FOR_EVER = 8.64e15;

/** Of `sanctions s`. */
function columns(db: Db) {
  return db`s.id, s.kind, s.reason, (extract(epoch from s.created_at) * 1000)::bigint as "createdAt",
    (extract(epoch from s.until) * 1000)::bigint as until, (extract(epoch from s.lifted_at) * 1000)::bigint as "liftedAt",
    (select r.state from reports r where r.sanction_id = s.id) as appeal`;
}

/** Of `sanctions s`. */
function isInForce(db: Db) {
  return db`s.lifted_at is null and (s.until is null or s.until > now())`;
}

/** Whether nothing keeps the account of that column out: neither a suspension nor a ban. */
export function isLetIn(db: Db, accountId: string) {
  return db`not exists (
    select from sanctions s
     where s.account_id = ${db(accountId)} and s.lifted_at is null and s.kind in ('silence', 'suspension', 'ban')
       and s.kind <> 'silence' and ${isInForce(db)})`;
}

/** Until when that account of `accounts a`, or the owner of that bot, may not write, in Unix ms; null: it may. */
export function silencedUntil(db: Db) {
  return db`(
    select max(coalesce(extract(epoch from s.until) * 1000, ${FOR_EVER}))::float8 from sanctions s
     where s.account_id in (a.id, a.owner_id) and s.lifted_at is null and s.kind in ('silence', 'suspension', 'ban')
       and s.kind = 'silence' and ${isInForce(db)})`;
}

/** The silence of `accounts` that lasts longest, as JSON; null: the account may write. */
export function ownSilence(db: Db) {
  return db`(
    select jsonb_build_object('id', s.id, 'reason', s.reason, 'until', (extract(epoch from s.until) * 1000)::bigint,
                              'appealed', exists (select from reports r where r.sanction_id = s.id))
      from sanctions s
     where s.account_id = accounts.id and s.lifted_at is null and s.kind in ('silence', 'suspension', 'ban')
       and s.kind = 'silence' and ${isInForce(db)}
     order by s.until desc nulls first, s.id limit 1)`;
}

export async function insertSanction(db: Db, accountId: number, sanction: NewSanctionRow): Promise<SanctionRow> {
  const { kind, reason, creatorId, until, cleanupId = null, keyed } = sanction;
  const [row] = await db<[SanctionRow]>`
    insert into sanctions as s (account_id, kind, reason, creator_id, until, cleanup_id, key, key_digest)
    values (${accountId}, ${kind}, ${reason}, ${creatorId}, ${until}, ${cleanupId}, ${keyed?.key ?? null},
            ${keyed?.digest ?? null})
    returning ${columns(db)}`;
  return row;
}

/** The result of the account's request with the key: a sanction against an account, or a ban of sign-ups. */
export async function findKeyedSanction(
  db: Db,
  creatorId: number,
  { key, ofSignUps }: { key: string; ofSignUps: boolean },
): Promise<{ digest: Uint8Array; made: SanctionRow } | null> {
  const [row] = await db<(SanctionRow & { digest: Uint8Array })[]>`
    select ${columns(db)}, s.key_digest as digest from sanctions s
     where s.creator_id = ${creatorId} and (s.account_id is null) = ${ofSignUps} and s.key = ${key}`;
  if (row === undefined) return null;
  const { digest, ...made } = row;
  return { digest, made };
}

export type HeldSanctionRow = SanctionRow & { accountId: number | null };

/** Holds the sanction until the transaction ends. */
export async function lockSanction(db: Db, id: number): Promise<HeldSanctionRow | null> {
  const [row] = await db<HeldSanctionRow[]>`
    select ${columns(db)}, s.account_id as "accountId" from sanctions s where s.id = ${id}::bigint for update of s`;
  return row ?? null;
}

/** @returns whether it was in force, or of a kind that does not last */
export async function liftSanction(db: Db, id: number): Promise<boolean> {
  const rows = await db`
    update sanctions s set lifted_at = date_trunc('milliseconds', clock_timestamp())
     where s.id = ${id} and ${isInForce(db)} returning 1`;
  return rows.length > 0;
}

/** Ends those of the kind that are in force. */
export async function liftEarlier(db: Db, accountId: number, kind: SanctionKind): Promise<void> {
  await db`
    update sanctions s set lifted_at = date_trunc('milliseconds', clock_timestamp())
     where s.account_id = ${accountId} and s.kind = ${kind} and ${isInForce(db)}`;
}

/** The account's, the newest first, below the id `before`. */
export async function listSanctionsOf(
  db: Db,
  accountId: number,
  before: number | null,
  limit: number,
): Promise<SanctionRow[]> {
  return db<SanctionRow[]>`
    select ${columns(db)} from sanctions s
     where s.account_id = ${accountId} and s.id < ${before ?? Number.MAX_SAFE_INTEGER}::bigint
     order by s.id desc limit ${limit}`;
}

/** The suspension or ban that keeps the account out, the one that lasts longest; null: none does. */
export async function findExclusion(db: Db, accountId: number): Promise<SanctionRow | null> {
  const [row] = await db<SanctionRow[]>`
    select ${columns(db)} from sanctions s
     where s.account_id = ${accountId} and s.lifted_at is null and s.kind in ('suspension', 'ban') and ${isInForce(db)}
     order by s.until desc nulls first, s.id limit 1`;
  return row ?? null;
}

/** Until when the account may not write, in Unix ms; null: it may. */
export async function findSilence(db: Db, accountId: number): Promise<number | null> {
  const [row] = await db<{ until: number | null }[]>`
    select ${silencedUntil(db)} as until from accounts a where a.id = ${accountId}`;
  return row?.until ?? null;
}

/** The standing of an account that is not excluded; null: it is excluded, or there is none. */
export async function standingOf(
  db: Db,
  accountId: number,
): Promise<{ silencedUntil: number | null; hidden: number[] } | null> {
  const [row] = await db<{ silencedUntil: number | null; hidden: number[] }[]>`
    select ${silencedUntil(db)} as "silencedUntil",
           array(select blocked_id from blocks where account_id = a.id) as hidden
      from accounts a
     where a.id = ${accountId} and a.disabled_at is null and ${isLetIn(db, 'a.id')}`;
  return row ?? null;
}

/** A ban of sign-ups has one of the three. `network`: CIDR. */
export type SignUpBanRow = {
  id: number;
  namePattern: string | null;
  emailDomain: string | null;
  network: string | null;
  reason: string;
  createdAt: number;
  until: number | null;
  creator: AccountRow | null;
};
export type NewSignUpBanRow = Partial<Record<'namePattern' | 'emailDomain' | 'network', string>> &
  Pick<NewSanctionRow, 'reason' | 'creatorId' | 'until' | 'keyed'>;

export async function insertSignUpBan(db: Db, ban: NewSignUpBanRow): Promise<number> {
  const { namePattern = null, emailDomain = null, network = null, reason, creatorId, until, keyed } = ban;
  const [row] = await db<[{ id: number }]>`
    insert into sanctions (kind, name_pattern, email_domain, network, reason, creator_id, until, key, key_digest)
    values ('ban', ${namePattern}, ${emailDomain}, network(set_masklen(${network}::text::inet, masklen(${network}::text::inet))), ${reason}, ${creatorId}, ${until},
            ${keyed?.key ?? null}, ${keyed?.digest ?? null})
    returning id`;
  return row.id;
}

/** Bans in force, the newest first, below the id `before`. */
export async function listSignUpBans(db: Db, before: number | null, limit: number): Promise<SignUpBanRow[]> {
  return db<SignUpBanRow[]>`
    select s.id, s.name_pattern as "namePattern", s.email_domain as "emailDomain", s.network::text, s.reason,
           (extract(epoch from s.created_at) * 1000)::bigint as "createdAt", (extract(epoch from s.until) * 1000)::bigint as until,
           to_jsonb(a) as creator
      from sanctions s
      left join lateral (select ${accountColumns(db)} from accounts where accounts.id = s.creator_id offset 0) as a on true
     where s.account_id is null and ${isInForce(db)} and s.id < ${before ?? Number.MAX_SAFE_INTEGER}::bigint
     order by s.id desc limit ${limit}`;
}

export async function countSignUpBans(db: Db): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    select count(*)::int as count from sanctions s where s.account_id is null and ${isInForce(db)}`;
  return row.count;
}

/**
 * Whether a ban keeps that new account out. `usernameKey`: as names are compared; `emailDomain`, and `address`, are null where there is
 * none. A domain stands for those below it too.
 */
export async function isSignUpBanned(
  db: Db,
  { usernameKey, emailDomain, address }: { usernameKey: string; emailDomain: string | null; address: string | null },
): Promise<boolean> {
  const rows = await db`
    select from sanctions s
     where s.account_id is null and ${isInForce(db)}
       and (${usernameKey} like replace(replace(replace(replace(s.name_pattern, '\\', '\\\\'), '%', '\\%'), '_', '\\_'), '*', '%')
         or s.email_domain = ${emailDomain}::text
         or right(${emailDomain}::text, length(s.email_domain) + 1) = '.' || s.email_domain
         or ${address}::text::inet <<= s.network)
     limit 1`;
  return rows.length > 0;
}
