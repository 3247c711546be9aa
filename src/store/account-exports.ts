/** Everything about an account, row by row, in the members of the import format (core/import-records.ts). */
import type { Db } from './database.ts';

const ROWS_AT_ONCE = 500;

export type ExportedRow = Record<string, unknown>;
type Rows = AsyncIterable<ExportedRow[]>;

export async function findExportedAccount(
  db: Db,
  accountId: number,
): Promise<ExportedRow & { avatarKey: string | null }> {
  const [row] = await db<[ExportedRow & { avatarKey: string | null }]>`
    select uid, username, name, may_write as "mayWrite", may_add as "mayAdd", may_befriend as "mayBefriend", email, email_verified_at as "emailVerifiedAt", language, push_text as "pushText", quiet_from as "quietFrom", quiet_to as "quietTo",
           quiet_zone as "quietZone", bio, settings, avatar_url as "avatarUrl", avatar_key as "avatarKey", is_admin as admin,
           created_at as "createdAt", disabled_at as "disabledAt", leaving_at as "leavingAt", st.bytes as "storedBytes"
      from accounts join stored_bytes st on st.account_id = id where id = ${accountId}`;
  return row;
}

/** The ids of sessions and refresh tokens are left out: tokens contain them. */
export async function listExportedSessions(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select name, agent, network, scopes, created_at as "createdAt", used_at as "usedAt", refreshed_at as "refreshedAt",
           expires_at as "expiresAt", ended_at as "endedAt"
      from sessions where account_id = ${accountId} order by created_at`;
}

/** Bots of the account. */
export async function listExportedBots(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select uid, username, name, avatar_url as "avatarUrl", created_at as "createdAt" from accounts
     where owner_id = ${accountId} order by id`;
}

/** The identities of the account at external issuers. */
export async function listExportedIdentities(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select issuer, subject, created_at as "createdAt" from identities where account_id = ${accountId}`;
}

/** The pictures that were uploaded by themselves, with the texts that go with them. */
export async function listExportedFiles(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select key, name, alt from objects where account_id = ${accountId} and (name is not null or alt is not null)
     order by created_at`;
}

/** Files that have not come whole. */
export async function listExportedUploads(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select name, type, length as bytes, created_at as "createdAt" from uploads where account_id = ${accountId}
     order by created_at`;
}

/** Letters to the account, and those that it caused, as long as they are remembered. */
export async function listExportedMails(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select kind, recipient, created_at as "createdAt", sent_at as "sentAt" from mails
     where account_id = ${accountId} order by id`;
}

/** Push subscriptions of the account. Endpoints are left out: anybody who knows one can call it. */
export async function listExportedBrowsers(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select split_part(endpoint, '/', 3) as service, created_at as "createdAt" from push_subscriptions
     where account_id = ${accountId} order by created_at`;
}

/** Proofs that wait for the link of a letter. The secret is not stored. */
export async function listExportedProofs(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select purpose, email, expires_at as "expiresAt" from mail_proofs where account_id = ${accountId} order by purpose`;
}

export async function listExportedBookmarks(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select p.uid as post, b.created_at as "createdAt"
      from bookmarks b cross join lateral (select uid from posts where id = b.post_id offset 0) as p
     where b.account_id = ${accountId} order by b.created_at`;
}

export async function listExportedBlocks(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select a.username, b.created_at as "createdAt" from blocks b join accounts a on a.id = b.blocked_id
     where b.account_id = ${accountId} order by b.created_at`;
}

export async function listExportedReactions(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select r.uid as room, x.seq, x.emoji, x.created_at as "createdAt" from reactions x join rooms r on r.id = x.room_id
     where x.account_id = ${accountId} order by x.created_at`;
}

/** The invitations that the account made; codes are left out, since they let people in. */
export async function listExportedInvites(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select null as room, created_at as "createdAt", expires_at as "expiresAt", uses from community_invites
     where creator_id = ${accountId}
    union all
    select r.uid, i.created_at, i.expires_at, i.uses from room_invites i join rooms r on r.id = i.room_id
     where i.creator_id = ${accountId}
     order by 2`;
}

/** Credentials of the account beside its password, without their secrets. */
export async function listExportedKeys(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select 'passkey' as kind, name, created_at as "createdAt", used_at as "usedAt" from passkeys where account_id = ${accountId}
    union all
    select 'app password', name, created_at, used_at from app_passwords where account_id = ${accountId}
    union all
    select 'one-time codes', null, confirmed_at, null from one_time_secrets where account_id = ${accountId}
     order by 3`;
}

export async function listExportedMutes(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select a.username from mutes m join accounts a on a.id = m.muted_id where m.account_id = ${accountId} order by a.id`;
}

/** Sanctions against the account. */
export async function listExportedSanctions(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select kind, reason, created_at as "createdAt", until, lifted_at as "liftedAt" from sanctions
     where account_id = ${accountId} order by id`;
}

/** Reports by the account, and its answers to moderators. */
export async function listExportedReports(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select kind, reason, body, state, created_at as "createdAt" from reports where reporter_id = ${accountId} order by id`;
}

export async function listExportedRequests(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select a.username as to, null as from, r.created_at as "createdAt"
      from friend_requests r cross join lateral (select username from accounts where id = r.to_id offset 0) as a
     where r.from_id = ${accountId}
    union all
    select null, a.username, r.created_at
      from friend_requests r cross join lateral (select username from accounts where id = r.from_id offset 0) as a
     where r.to_id = ${accountId}
     order by 3`;
}

export async function listExportedPins(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select r.uid as room, p.seq from pins p join rooms r on r.id = p.room_id
     where p.account_id = ${accountId} order by p.room_id, p.seq`;
}

/** How far the account has read its rooms, and of which it wants to hear. */
export async function listExportedMarks(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select r.uid as room, m.read_seq as "readSeq", m.notify
      from room_marks m cross join lateral (select uid from rooms where id = m.room_id offset 0) as r
     where m.account_id = ${accountId} order by m.room_id`;
}

/** Notifications of the account. */
export async function listExportedNotifications(db: Db, accountId: number): Promise<ExportedRow[]> {
  return db<ExportedRow[]>`
    select n.kind, a.username as by, n.created_at as "createdAt", n.read_at as "readAt"
      from notifications n left join lateral (select username from accounts where id = n.actor_id offset 0) as a on true
     where n.account_id = ${accountId} order by n.id`;
}

export function exportFriendships(db: Db, accountId: number): Rows {
  return db<ExportedRow[]>`
    select 'friendship' as type, json_build_array(l.username, h.username) as between, f.created_at as "createdAt"
      from friendships f
      join accounts l on l.id = f.low_id
      join accounts h on h.id = f.high_id
     where f.low_id = ${accountId} or f.high_id = ${accountId}
     order by f.low_id, f.high_id`.cursor(ROWS_AT_ONCE);
}

/** `images`: the keys of their pictures. */
export function exportPosts(db: Db, accountId: number): Rows {
  return db<ExportedRow[]>`
    select 'post' as type, p.uid, a.username as author, p.title, p.body, p.created_at as "createdAt",
           p.edited_at as "editedAt", p.views, p.likes_count as likes, p.comments_count as comments,
           array(select object_key from post_images i where i.post_id = p.id order by i.position) as images
      from posts p
      join accounts a on a.id = p.author_id
     where p.author_id = ${accountId}
     order by p.id`.cursor(ROWS_AT_ONCE);
}

export function exportComments(db: Db, accountId: number): Rows {
  return db<ExportedRow[]>`
    select 'comment' as type, c.id::text as id, p.uid as post, a.username as author, c.body, c.created_at as "createdAt",
           c.edited_at as "editedAt"
      from comments c
      join posts p on p.id = c.post_id
      join accounts a on a.id = c.author_id
     where c.author_id = ${accountId}
     order by c.id`.cursor(ROWS_AT_ONCE);
}

export function exportLikes(db: Db, accountId: number): Rows {
  return db<ExportedRow[]>`
    select 'like' as type, p.uid as post, a.username as by, l.created_at as "createdAt"
      from likes l
      join posts p on p.id = l.post_id
      join accounts a on a.id = l.account_id
     where l.account_id = ${accountId}
     order by l.post_id`.cursor(ROWS_AT_ONCE);
}

/** The chats of the account, with all their members. `files`: the key of the picture, if the account uploaded it. */
export function exportRooms(db: Db, accountId: number): Rows {
  return db<ExportedRow[]>`
    select 'room' as type, r.uid, r.kind, r.name, r.title, coalesce(r.avatar, 'files/' || o.key) as avatar,
           case when o.key is not null then array[o.key] end as files, r.created_at as "createdAt",
           array(select a.username from room_members o join accounts a on a.id = o.account_id
                  where o.room_id = r.id order by a.id) as members
      from room_members m
      join rooms r on r.id = m.room_id
      left join objects o on o.key = r.avatar_key and o.account_id = ${accountId}
     where m.account_id = ${accountId}
     order by r.id`.cursor(ROWS_AT_ONCE);
}

/** Only messages that the account wrote itself, in every room. `files`: the keys of their pictures, whose names stand for a missing text. */
export function exportMessages(db: Db, accountId: number): Rows {
  return db<ExportedRow[]>`
    select 'message' as type, m.id::text as id, case r.kind when 'lobby' then 'lobby' else r.uid::text end as room,
           a.username as author, coalesce(nullif(m.body, ''), array_to_string(f.names, ', ')) as body,
           m.created_at as "createdAt", m.edited_at as "editedAt", f.keys as files
      from messages m
      join rooms r on r.id = m.room_id
      join accounts a on a.id = m.author_id
      left join lateral (
        select array_agg(o.key order by i.position) as keys, array_agg(coalesce(o.name, o.key) order by i.position) as names
          from message_files i join objects o on o.key = i.object_key
         where m.has_more and i.room_id = m.room_id and i.seq = m.seq) as f on true
     where m.author_id = ${accountId} and m.deleted_at is null
     order by m.id`.cursor(ROWS_AT_ONCE);
}
