/** A row per table, parents first. The lobby and the streams exist already. */
export const ROWS = `
  insert into accounts (username, username_key, email, email_key, skeleton, name, name_key) values
    ('ann', 'ann', 'ann@example.org', 'ann@example.org', 'ann', 'Ann', 'ann'),
    ('bob', 'bob', 'bob@example.org', 'bob@example.org', 'bob', 'Bob', 'bob');
  insert into sessions (id, account_id, expires_at, refresh_id)
    values (gen_random_uuid(), 1, now() + interval '1 hour', gen_random_uuid());
  insert into used_refreshes select id, refresh_id from sessions;
  insert into objects (key, preview_key, account_id, width, height, bytes) values ('key', 'preview', 1, 1, 1, 1);
  update accounts set avatar_key = 'key' where id = 1;
  update community set avatar_key = 'key';
  insert into posts (author_id, title, body) values (1, 'title', 'body');
  insert into post_images select id, 0, 'key' from posts;
  insert into post_views select id, 2 from posts;
  insert into comments (post_id, author_id, body) select id, 1, 'body' from posts;
  insert into likes (post_id, account_id) select id, 1 from posts;
  insert into friendships (low_id, high_id) values (1, 2);
  insert into streams default values;
  insert into rooms (id, kind, name, avatar_key) select max(id), 'group', 'club', 'key' from streams;
  insert into streams default values;
  insert into rooms (id, kind, name, creator_id) select max(id), 'direct', 'ann_bob', 1 from streams;
  insert into direct_rooms select id, 1, 2 from rooms where kind = 'direct';
  insert into room_members select id, 1 from rooms where kind = 'direct';
  insert into room_names values ('base', 2);
  insert into messages (room_id, seq, author_id, body, created_at) values (2, 1, 1, 'body', now());
  insert into events (stream_id, seq, kind, payload) values (3, 1, 'kind', '{}');
  insert into nodes values (gen_random_uuid(), now());
  insert into places select 1, 'lobby', id, 'ann' from nodes;
  insert into identities (issuer, subject, account_id) values ('issuer', 'subject', 1);
  insert into app_passwords (account_id, name, digest) values (1, 'phone', sha256('password'));
  insert into sessions (id, account_id, expires_at, scopes, name, digest, app_password_id, issuer, subject, issuer_session)
    select gen_random_uuid(), 1, now() + interval '1 hour', array['read'], 'robot', sha256('token'), id, 'issuer', 'subject', 'session'
      from app_passwords;
  insert into one_time_secrets (account_id, secret) values (1, decode(repeat('00', 48), 'hex'));
  insert into recovery_codes (account_id, digest) values (1, sha256('code'));
  insert into passkeys (account_id, credential_id, rp_id, public_key, counter, name)
    values (1, 'credential', 'koine.example', 'key', 0, 'phone');
  insert into used_tickets (id, expires_at) values (gen_random_uuid(), now());
  insert into imported values ('comment', 'source', 1);
  insert into known_networks (account_id, network) values (1, decode(repeat('00', 16), 'hex'));
  insert into stored_bytes (account_id) values (1), (2) on conflict do nothing;
  insert into uploads (account_id, length, reserved, name, type, expires_at) values (1, 1, 1, 'film', 'video/mp4', now());
  update objects set key_of = 'key', key_digest = sha256('content');
  update posts set key = 'key', key_digest = sha256('content');
  update comments set key = 'key', key_digest = sha256('content');
  update messages set key = 'key', key_digest = sha256('content');
  update rooms set key = 'key', key_digest = sha256('content') where creator_id is not null;
  insert into mentions (account_id, room_id, seq) values (2, 2, 1);
  insert into reactions (room_id, seq, emoji, account_id) values (2, 1, '👍', 2);
  insert into pins (room_id, seq, account_id) values (2, 1, 2);
  insert into objects (key, preview_key, account_id, width, height, bytes) values ('sent', 'sent preview', 1, 1, 1, 1);
  insert into message_files (room_id, seq, position, object_key) values (2, 1, 0, 'sent');
  insert into room_invites (code, room_id, creator_id, expires_at, uses, max_uses)
    values (repeat('x', 16), 2, 1, now() + interval '1 day', 1, 1);
  insert into community_invites (code, creator_id, expires_at, uses, max_uses)
    values (repeat('x', 16), 1, now() + interval '1 day', 1, 1);
  update room_invites set key = 'key', key_digest = sha256('content');
  update community_invites set key = 'key', key_digest = sha256('content');
  insert into applications (username, username_key, skeleton, name, name_key, email, email_key, password_hash, body)
    values ('eve', 'eve', 'eve', 'Eve', 'eve', 'eve@example.org', 'eve@example.org', 'hash', '');
  update community set color = '#ffffff', rules = 'rules', registration = 'open', setup_digest = sha256('code');
  update accounts set invited_by = 1 where id = 2;
  insert into bookmarks (account_id, post_id) select 2, id from posts;
  insert into blocks (account_id, blocked_id) values (1, 2);
  update accounts set email_verified_at = now(), language = 'en';
  insert into friend_requests (from_id, to_id) values (1, 2);
  insert into history (at, node, measures) values (now(), gen_random_uuid(), '{}');
  insert into mails (uid, account_id, recipient, recipient_key, kind, language, facts, expires_at)
    values (gen_random_uuid(), 1, 'ann@example.org', 'ann@example.org', 'verify', 'en', '{}', now() + interval '1 day');
  insert into push_subscriptions (account_id, session_id, endpoint, p256dh, auth)
    select 1, min(id::text)::uuid, 'https://push.example', decode(repeat('00', 65), 'hex'), decode(repeat('00', 16), 'hex') from sessions;
  insert into pushes (subscription_id, post_id, due_at, expires_at) select s.id, p.id, now(), now() from push_subscriptions s, posts p;
  insert into pushes (subscription_id, room_id, due_at, expires_at) select id, 2, now(), now() from push_subscriptions;
  insert into accounts (username, username_key, email, email_key, skeleton, name, name_key, kind, owner_id, email_verified_at)
    values ('robot', 'robot', 'robot@example.org', 'robot@example.org', 'robot', 'Robot', 'robot', 'bot', 1, now());
  update accounts set quiet_from = '22:00', quiet_to = '07:00', quiet_zone = 'UTC';
  insert into mail_proofs (account_id, purpose, digest, email, email_key, expires_at)
    values (1, 'verify', sha256('secret'), 'ann@example.org', 'ann@example.org', now() + interval '1 day');
  insert into notifications (account_id, kind, actor_id, room_id, seq, post_id, comment_id)
    select 1, 'like', 2, 2, 1, post_id, id from comments;
  insert into message_search (message_id, room_id, author_id, created_at, words)
    select id, room_id, author_id, created_at, to_tsvector('koine', body) from messages;
  insert into search_positions (room_id, seq) values (2, 1);
  insert into post_search (post_id, words) select id, to_tsvector('koine', body) from posts;
  insert into mutes (account_id, muted_id) values (1, 2);
  insert into cleanups (account_id, since, sanction, purges, creator_id) values (1, now(), 'ban', true, 2);
  insert into sanctions (kind, network) values ('ban', '203.0.113.0/24');
  insert into sanctions (kind, account_id, creator_id, cleanup_id, until) values ('silence', 2, 1, 1, now() + interval '1 day');
  update sanctions set key = 'key', key_digest = sha256('content') where creator_id is not null;
  insert into reports (kind, reporter_id, account_id, post_id, reason, body, assignee_id) select 'post', 1, 2, id, 'spam', 'body', 1 from posts;
  insert into reports (kind, reporter_id, account_id, sanction_id, body) values ('appeal', 2, 2, 2, 'body');
  insert into reports (kind, reporter_id, account_id, post_id, reason, body) select 'post', 2, 1, id, 'spam', 'body' from posts;
  insert into report_texts (report_id, position, author_id, body, written_at, is_subject) values (2, 0, 2, 'body', now(), true);
  insert into notifications (account_id, kind, report_id) values (1, 'moderation', 2);
  insert into notifications (account_id, kind, sanction_id) values (2, 'moderation', 2);
  insert into notifications (account_id, kind, actor_id, room_id, seq) values (2, 'mention', 1, 2, 1);
  insert into incoming_hooks (id, room_id, account_id, digest, used_at)
    select 100000000000000001, 2, id, sha256('secret'), now() from accounts where username = 'robot';
  insert into outgoing_hooks (stream_id, creator_id, url, kinds, secret, seq)
    values (2, 1, 'https://example.org', array['message.created'], 'secret', 0);
  insert into hook_deliveries (hook_id, seq, kind, attempt, status, error, duration)
    select id, 1, 'message.created', 1, 200, 'error', 1 from outgoing_hooks;
  insert into audit (actor_id, action, account_id, subject, before, after) values (1, 'sanction.silence', 2, 'subject', '{}', '{}')`;
