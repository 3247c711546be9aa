/** Many rows in every table with lists, so that the planner prefers indexes. */
import type { Db, Sql } from '../../src/store/database.ts';

export const USERS = 20_000;
export const ROOMS = 30_000;
const MESSAGES = 200_000;
/** The issuer of the identities. */
export const ISSUER = 'https://id.example.org';

/**
 * The rows of years of use. Odd rooms are direct, even ones groups of ten; user 7 is in 300; a tenth of the messages is
 * in one room.
 */
export async function seedManyRows(sql: Sql): Promise<{ busyRoom: number }> {
  const busyRoom = 4;
  await sql.begin(async (tx) => {
    // Rows that are right need no looking at one by one, and have no deadline.
    await tx`set local session_replication_role = replica`;
    await tx`set local statement_timeout = 0`;
    await insertRows(tx, busyRoom);
  });
  await sql`vacuum analyze`;
  return { busyRoom };
}

async function insertRows(sql: Db, busyRoom: number): Promise<void> {
  // Rooms have the streams 4 to ROOMS + 3, accounts those above.
  await sql`insert into streams (head) select 0 from generate_series(1, ${ROOMS + USERS}::int)`;
  await sql`
    insert into accounts (username, username_key, email, email_key, password_hash, stream_id)
    select 'user' || n, 'user' || n, 'u' || n || '@example.org', 'u' || n || '@example.org', '-', 3 + ${ROOMS}::int + n
      from generate_series(1, ${USERS}::int) n`;
  await sql`insert into stored_bytes (account_id, bytes) select id, 0 from accounts on conflict do nothing`;
  await sql`
    insert into incoming_hooks (id, room_id, account_id, digest)
    select 100000000000000000 + n, 4 + n % ${ROOMS}::int, n, sha256(n::text::bytea) from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into outgoing_hooks (id, stream_id, creator_id, url, kinds, secret, seq)
    select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 3 + n, n, 'https://example.org', array['message.created'], 'secret', 0
      from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into hook_deliveries (hook_id, seq, kind, attempt, status, duration)
    select h.id, n, 'message.created', 1, 200, 1 from outgoing_hooks h, generate_series(1, 5) n`;
  await sql`
    insert into friendships (low_id, high_id)
    select n, n + step from generate_series(1, ${USERS - 10}::int) n, generate_series(1, 10) step`;
  await sql`
    insert into posts (author_id, body)
    select case n % 100 when 0 then 7 else n end, 'post ' || n from generate_series(1, ${USERS}::int) n`;
  await sql`insert into comments (post_id, author_id, body) select id, author_id, 'comment' from posts`;
  await sql`
    insert into sessions (id, account_id, expires_at)
    select gen_random_uuid(), n, now() + interval '1 day' from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into likes (post_id, account_id)
    select id, 1 + (id + step) % ${USERS}::int from posts, generate_series(1, 5) step`;
  await sql`
    insert into rooms (id, kind, name, title, creator_id)
    select id, case id % 2 when 1 then 'direct' else 'group' end, 'room' || id, case id % 2 when 0 then 'Room' end, 1
      from streams where id between 4 and 3 + ${ROOMS}::int`;
  await sql`
    insert into direct_rooms (room_id, low_id, high_id)
    select id, low, low + 1 + id / ${USERS - 10}::int
      from (select id, 1 + id % ${USERS - 10}::int as low from rooms where kind = 'direct') as pairs`;
  await sql`
    insert into room_members (room_id, account_id)
    select r.id, 1 + (r.id + member - 1) % ${USERS}::int from rooms r, generate_series(0, 9) member where kind = 'group'
    union
    select id, 7 from rooms where kind = 'group' and id <= 600
    union
    select room_id, unnest(array[low_id, high_id]) from direct_rooms`;
  await sql`
    insert into messages (room_id, seq, author_id, body, created_at)
    select room_id, row_number() over (partition by room_id order by n), account_id, 'message ' || n, now()
      from (
        select n, case when n % 10 = 0 then ${busyRoom}::int else 4 + n % ${ROOMS}::int end as room_id
          from generate_series(1, ${MESSAGES}::int) n
      ) as m
      join lateral (select account_id from room_members p where p.room_id = m.room_id limit 1) as author on true`;
  await sql`
    update streams s set head = m.head, active_at = date_trunc('milliseconds', now()) + m.head * interval '1 millisecond'
      from (select room_id, max(seq) as head from messages group by room_id) as m where m.room_id = s.id`;
  await sql`
    insert into objects (key, preview_key, account_id, width, height, bytes)
    select 'key' || n, 'preview' || n, n, 1, 1, 1 from generate_series(1, ${USERS}::int) n`;
  await sql`insert into post_images (post_id, position, object_key) select n, 0, 'key' || n from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into post_views (post_id, account_id)
    select n, 1 + (n + step) % ${USERS}::int from generate_series(1, ${USERS}::int) n, generate_series(1, 5) step`;
  await sql`
    insert into identities (issuer, subject, account_id)
    select ${ISSUER}, 'subject' || n, n from generate_series(1, ${USERS}::int) n`;
  await sql`insert into nodes (id, lease_until) values ('00000000-0000-4000-8000-000000000000', now())`;
  await sql`
    insert into places (account_id, via, node_id, username)
    select n, 'lobby', '00000000-0000-4000-8000-000000000000', 'user' || n from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into events (stream_id, seq, kind, payload)
    select 1, n, 'post.deleted', jsonb_build_object('id', n) from generate_series(1, ${USERS}::int) n`;
  await insertNativeRows(sql, busyRoom);
}

/** Data that only the native API writes. */
async function insertNativeRows(sql: Db, busyRoom: number): Promise<void> {
  await sql`
    insert into room_marks (account_id, room_id, read_seq)
    select account_id, room_id, 0 from room_members
    union all
    select id, 2, 0 from accounts`;
  await sql`
    insert into objects (key, preview_key, account_id, width, height, bytes)
    select 'sent' || n, 'sent preview' || n, n, 1, 1, 1 from generate_series(1, ${USERS}::int) n`;
  await sql`
    with chosen as (
      update messages set has_more = true where room_id = ${busyRoom} and seq <= ${USERS}::int returning room_id, seq
    ), files as (
      insert into message_files (room_id, seq, position, object_key) select room_id, seq, 0, 'sent' || seq from chosen
    ), mentions as (
      insert into mentions (account_id, room_id, seq) select 1 + seq % 100, room_id, seq from chosen
    ), pins as (
      insert into pins (room_id, seq, account_id) select room_id, seq, 7 from chosen where seq % 400 = 0
    )
    insert into reactions (room_id, seq, emoji, account_id)
    select room_id, seq, '👍', 1 + (seq + step) % ${USERS}::int from chosen, generate_series(1, 5) step`;
  await sql`insert into pins (room_id, seq, account_id) select room_id, seq, 7 from messages where seq = 2 and room_id <> ${busyRoom}`;
  await sql`
    insert into reaction_counts (room_id, seq, emoji, count)
    select room_id, seq, emoji, count(*) from reactions group by room_id, seq, emoji`;
  await sql`
    update messages set body = '', deleted_at = now(), has_more = false where room_id = ${busyRoom} and seq % 100 = 1`;
  await sql`
    update messages set reply_to = seq - 1, key = 'key' || seq, key_digest = sha256('content')
     where room_id = ${busyRoom} and seq % 10 = 3`;
  await sql`
    insert into room_invites (code, room_id, creator_id, expires_at)
    select repeat('x', 16) || id, id, 1 + id % ${USERS}::int, now() + interval '1 day' from rooms where kind = 'group'`;
  await sql`
    insert into community_invites (code, creator_id, expires_at)
    select repeat('x', 16) || n, n, now() + interval '1 day' from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into applications (username, username_key, skeleton, password_hash, body)
    select 'new' || n, 'new' || n, 'new' || n, '-', '' from generate_series(1, ${USERS}::int) n`;
  await sql`update accounts set role = 'moderator' where id % 100 = 0`;
  await sql`
    insert into bookmarks (account_id, post_id)
    select case n % 10 when 0 then 7 else n end, n from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into app_passwords (account_id, name, digest)
    select case n % 10 when 0 then 7 else n end, 'app ' || n, sha256(('app' || n)::bytea) from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into passkeys (account_id, credential_id, rp_id, public_key, counter, name)
    select case n % 10 when 0 then 7 else n end, ('c' || n)::bytea, 'koine.example', 'key', 0, 'key ' || n
      from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into sessions (id, account_id, expires_at, scopes, name, digest, app_password_id, issuer, subject, issuer_session)
    select gen_random_uuid(), p.account_id, now() + interval '1 day', array['read'], p.name, sha256(p.name::bytea), p.id, i.issuer,
           i.subject, p.name
      from app_passwords p join identities i on i.account_id = p.account_id`;
  await sql`
    insert into one_time_secrets (account_id, secret)
    select n, decode(repeat('00', 48), 'hex') from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into recovery_codes (account_id, digest)
    select n, sha256(('code' || n || ' ' || step)::bytea) from generate_series(1, ${USERS}::int) n, generate_series(1, 10) step`;
  await sql`
    insert into used_tickets (id, expires_at) select gen_random_uuid(), now() from generate_series(1, ${USERS}::int)`;
  await sql`
    insert into blocks (account_id, blocked_id)
    select n, n + step from generate_series(1, ${USERS - 20}::int) n, generate_series(11, 15) step`;
  await sql`
    insert into history (at, node, measures)
    select now() - make_interval(mins => n), gen_random_uuid(), '{"requests": 1}' from generate_series(1, 5000) n`;
  await sql`
    insert into friend_requests (from_id, to_id)
    select n, case n % 100 when 0 then 7 else n - 500 end from generate_series(1000, ${USERS}::int) n
    union all
    select 7, n from generate_series(1000, 1100) n`;
  await sql`
    insert into mails (uid, account_id, recipient, recipient_key, kind, language, facts, expires_at, due_at)
    select gen_random_uuid(), n, 'user' || n, 'user' || n, 'verify', 'en', '{}', now() + interval '1 day',
           case n % 100 when 0 then now() end
      from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into push_subscriptions (account_id, session_id, endpoint, p256dh, auth)
    select s.account_id, s.id, 'https://push.example/' || s.id, decode(repeat('00', 65), 'hex'), decode(repeat('00', 16), 'hex')
      from sessions s`;
  await sql`
    insert into pushes (subscription_id, room_id, due_at, expires_at)
    select s.id, (select id from rooms where kind = 'lobby'), now() + interval '1 day', now() + interval '1 day' from push_subscriptions s`;
  await sql`
    insert into uploads (account_id, length, reserved, name, expires_at)
    select case n % 10 when 0 then 7 else n end, 1, 0, 'film ' || n, now() + interval '1 day' from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into mail_proofs (account_id, purpose, digest, email, email_key, expires_at)
    select n, 'verify', sha256(n::text::bytea), 'user' || n, 'user' || n, now() + interval '1 day'
      from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into notifications (account_id, kind, actor_id, post_id, read_at)
    select case n % 10 when 0 then 7 else n end, 'like', 1 + n % ${USERS}::int, n, case n % 3 when 0 then null else now() end
      from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into message_search (message_id, room_id, author_id, created_at, words)
    select id, room_id, author_id, created_at,
           to_tsvector('koine', body) || array_to_tsvector(array[chr(1) || room_id, chr(2) || author_id])
      from messages where deleted_at is null`;
  await sql`insert into search_positions (room_id, seq) select id, head from streams where id in (select id from rooms)`;
  await sql`insert into post_search (post_id, words) select id, to_tsvector('koine', body) from posts`;
  await insertModeration(sql);
}

async function insertModeration(sql: Db): Promise<void> {
  await sql`
    insert into mutes (account_id, muted_id)
    select n, n + step from generate_series(1, ${USERS - 20}::int) n, generate_series(11, 15) step`;
  await sql`update accounts set invite_code = repeat('x', 16) || id % 100`;
  await sql`
    insert into cleanups (account_id, since, purges, phase)
    select n, now(), true, case n % 1000 when 0 then 'purging' else 'done' end from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into sanctions (kind, account_id, creator_id, reason, lifted_at)
    select case n % 2 when 0 then 'silence' else 'warning' end, case n % 10 when 0 then 7 else n end, 100, 'reason', now()
      from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into sanctions (kind, network)
    select 'ban', ('10.' || n / 250 || '.' || n % 250 || '.0/24')::cidr from generate_series(1, 1000) n`;
  await sql`
    insert into reports (kind, reporter_id, account_id, reason, body, state, handled_at, outcome)
    select 'account', case n % 10 when 0 then 7 else n end, 1 + n % ${USERS}::int, 'spam', 'body',
           case n % 3 when 0 then 'open' when 1 then 'resolved' else 'dismissed' end, case n % 3 when 0 then null else now() end,
           case n % 3 when 1 then 'nothing' end
      from generate_series(1, ${USERS}::int) n`;
  await sql`
    insert into report_texts (report_id, position, author_id, body, written_at, is_subject)
    select id, step, account_id, 'text', now(), step = 0 from reports, generate_series(0, 5) step`;
  await sql`
    insert into audit (actor_id, action, account_id)
    select 100, 'sanction.silence', case n % 10 when 0 then 7 else n end from generate_series(1, ${USERS}::int) n`;
}
