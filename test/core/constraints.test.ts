/** Constraints that the code relies on: each exists, and refuses a row that violates it alone. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openDatabase, type Sql } from '../../src/store/database.ts';
import { atEnd } from '../support/conditions.ts';
import { ROWS } from '../support/every-table.ts';
import { privatePlaces } from '../support/harness.ts';

/** A SHA-256 digest. */
const DIGEST = {
  bad: [31, 33].map((bytes) => `key_digest = decode(repeat('00', ${bytes}), 'hex')`),
  good: ["key_digest = decode(repeat('00', 32), 'hex')"],
};

const bytes = (column: string, least: number, most: number) => {
  const of = (count: number) => `${column} = decode(repeat('00', ${count}), 'hex')`;
  return { bad: [of(least - 1), of(most + 1)], good: [of(least), of(most)] };
};

/** Values just beyond each check constraint, and values just within. */
const CHECKS: Record<string, { bad: string[]; good: string[] }> = {
  accounts_avatar_url_check: length('avatar_url', 1, 2_048),
  accounts_bio_check: length('bio', 0, 1_000),
  accounts_check: { bad: ['email_key = null', 'email = null'], good: ['email = null, email_key = null'] },
  accounts_email_check: length('email', 3, 254),
  accounts_invite_code_check: length('invite_code', 16, 64),
  accounts_kind_check: { bad: ["kind = 'cat'"], good: ["kind = 'person'", "kind = 'bot'", "kind = 'hook'"] },
  accounts_language_check: {
    bad: ["language = 'xx'"],
    good: ["language = 'en'", "language = 'ru'", 'language = null'],
  },
  accounts_may_add_check: circle('may_add'),
  accounts_may_befriend_check: circle('may_befriend'),
  accounts_may_write_check: circle('may_write'),
  accounts_name_check: length('name', 1, 64),
  accounts_name_key: { bad: ['name_key = null', 'name = null'], good: ['name = null, name_key = null'] },
  accounts_quiet_from_check: timeOfDay('quiet_from'),
  accounts_quiet_hours: {
    bad: ['quiet_to = null', 'quiet_zone = null'],
    good: ['quiet_from = null, quiet_to = null, quiet_zone = null'],
  },
  accounts_quiet_to_check: timeOfDay('quiet_to'),
  accounts_quiet_zone_check: length('quiet_zone', 1, 64),
  accounts_owned: {
    bad: ["kind = 'bot', owner_id = null", "kind = 'person', owner_id = 1"],
    good: ["kind = 'bot', owner_id = 1", "kind = 'person', owner_id = null"],
  },
  accounts_role_check: {
    bad: ["role = 'king'"],
    good: ['owner', 'admin', 'moderator', 'member'].map((role) => `role = '${role}'`),
  },
  accounts_settings_check: {
    bad: [
      "settings = '[]'",
      "settings = jsonb_build_object('a', (select string_agg(md5(n::text), '') from generate_series(1, 5000) n))",
    ],
    good: ["settings = jsonb_build_object('a', (select string_agg(md5(n::text), '') from generate_series(1, 4000) n))"],
  },
  accounts_verified: {
    bad: ['email = null'],
    good: ['email = null, email_verified_at = null', 'email_verified_at = null'],
  },
  accounts_username_check: length('username', 1, 64),
  app_passwords_digest_check: bytes('digest', 32, 32),
  app_passwords_name_check: length('name', 1, 64),
  applications_avatar_url_check: length('avatar_url', 1, 2_048),
  applications_body_check: length('body', 0, 1_000),
  applications_check: { bad: ['email_key = null', 'email = null'], good: ['email = null, email_key = null'] },
  applications_name_check: length('name', 1, 64),
  applications_name_key: { bad: ['name_key = null', 'name = null'], good: ['name = null, name_key = null'] },
  applications_email_check: length('email', 3, 254),
  applications_username_check: length('username', 1, 64),
  audit_action_check: {
    bad: ["action = 'ban'", "action = 'Role.set'"],
    good: ["action = 'sign-up.ban'", "action = 'role.set'"],
  },
  audit_after_check: jsonSize('after'),
  audit_before_check: jsonSize('before'),
  audit_by_one: { bad: ['by_operator = true'], good: ['by_operator = true, actor_id = null', 'by_operator = false'] },
  audit_reason_check: length('reason', 0, 1_000),
  audit_subject_check: length('subject', 1, 128),
  blocks_check: { bad: ['blocked_id = account_id'], good: ['blocked_id = account_id + 1'] },
  cleanups_accounts_check: from('accounts', 0),
  cleanups_after_id_check: from('after_id', 0),
  cleanups_do_something: { bad: ['purges = false, sanction = null'], good: ['purges = false', 'sanction = null'] },
  cleanups_invite_code_check: length('invite_code', 16, 64),
  cleanups_of_one: {
    bad: ['account_id = null', "invite_code = repeat('x', 16)"],
    good: ["account_id = null, invite_code = repeat('x', 16)"],
  },
  cleanups_phase_check: oneOf('phase', ['sanctioning', 'purging', 'done']),
  cleanups_reason_check: length('reason', 0, 1_000),
  cleanups_sanction_check: oneOf('sanction', ['suspension', 'ban']),
  cleanups_texts_check: from('texts', 0),
  comments_body_check: length('body', 1, 100_000),
  comments_key_check: length('key', 1, 64),
  comments_key_digest_check: DIGEST,
  community_color_check: { bad: ["color = 'red'", "color = '#FFFFFF'"], good: ["color = '#a0b1c2'", 'color = null'] },
  community_id_check: { bad: ['id = false'], good: ['id = true'] },
  community_invites_check: {
    bad: ['expires_at = created_at'],
    good: ["expires_at = created_at + interval '1 second'"],
  },
  community_invites_check1: {
    bad: ['uses = 2, max_uses = 1'],
    good: ['uses = 2, max_uses = 2', 'uses = 2, max_uses = null'],
  },
  community_invites_code_check: length('code', 16, 64),
  community_invites_key_check: length('key', 1, 64),
  community_invites_key_digest_check: DIGEST,
  community_invites_max_uses_check: from('max_uses', 1),
  community_invites_uses_check: from('uses', 0),
  community_name_check: length('name', 1, 64),
  community_registration_check: {
    bad: ["registration = 'sometimes'"],
    good: ['open', 'invite', 'approval', 'closed'].map((way) => `registration = '${way}'`),
  },
  community_rules_check: length('rules', 1, 10_000),
  community_setup_digest_check: {
    bad: [31, 33].map((bytes) => `setup_digest = decode(repeat('00', ${bytes}), 'hex')`),
    good: ["setup_digest = decode(repeat('00', 32), 'hex')", 'setup_digest = null'],
  },
  direct_rooms_check: { bad: ['low_id = 2', 'low_id = 3'], good: ['low_id = 1'] },
  events_payload_size: {
    bad: ['payload = (select jsonb_agg(md5(n::text)) from generate_series(1, 40000) n)'],
    good: ['payload = (select jsonb_agg(md5(n::text)) from generate_series(1, 20000) n)'],
  },
  events_seq_check: from('seq', 1),
  friend_requests_check: { bad: ['to_id = from_id'], good: ['to_id = 1, from_id = 2'] },
  friendships_check: { bad: ['low_id = 2', 'low_id = 3'], good: ['low_id = 1'] },
  history_measures_check: {
    bad: [
      "measures = '[]'",
      "measures = jsonb_build_object('a', (select string_agg(md5(n::text), '') from generate_series(1, 500) n))",
    ],
    good: ["measures = jsonb_build_object('a', repeat('x', 2000))"],
  },
  hook_deliveries_attempt_check: from('attempt', 1),
  hook_deliveries_duration_check: from('duration', 0),
  hook_deliveries_error_check: length('error', 1, 200),
  hook_deliveries_kind_check: length('kind', 1, 64),
  hook_deliveries_seq_check: from('seq', 1),
  hook_deliveries_status_check: { bad: ['status = 99', 'status = 1000'], good: ['status = 100', 'status = 999'] },
  identities_issuer_check: length('issuer', 1, 512),
  identities_subject_check: length('subject', 1, 255),
  imported_kind_check: { bad: ["kind = 'post'"], good: ["kind = 'message'", "kind = 'comment'"] },
  imported_source_id_check: length('source_id', 1, 300),
  incoming_hooks_digest_check: bytes('digest', 32, 32),
  incoming_hooks_id_check: {
    bad: ['id = 99999999999999999', 'id = 1000000000000000000'],
    good: ['id = 100000000000000000', 'id = 999999999999999999'],
  },
  installation_id_check: { bad: ['id = false'], good: ['id = true'] },
  known_networks_network_check: {
    bad: [15, 17].map((bytes) => `network = decode(repeat('00', ${bytes}), 'hex')`),
    good: ["network = decode(repeat('ff', 16), 'hex')"],
  },
  mail_proofs_check: { bad: ['expires_at = created_at'], good: ["expires_at = created_at + interval '1 second'"] },
  mail_proofs_digest_check: {
    bad: [31, 33].map((bytes) => `digest = decode(repeat('00', ${bytes}), 'hex')`),
    good: ["digest = decode(repeat('00', 32), 'hex')"],
  },
  mail_proofs_email_check: length('email', 3, 254),
  mail_proofs_purpose_check: { bad: ["purpose = 'other'"], good: ["purpose = 'verify'", "purpose = 'reset'"] },
  mails_attempts_check: from('attempts', 0),
  mails_check: { bad: ['expires_at = created_at'], good: ["expires_at = created_at + interval '1 second'"] },
  mails_check1: { bad: ['sent_at = now()'], good: ['sent_at = now(), due_at = null', 'due_at = null'] },
  mails_facts_check: {
    bad: [
      "facts = '[]'",
      "facts = jsonb_build_object('a', (select string_agg(md5(n::text), '') from generate_series(1, 1000) n))",
    ],
    good: ["facts = jsonb_build_object('a', repeat('x', 2000))"],
  },
  mails_kind_check: length('kind', 1, 32),
  mails_language_check: { bad: ["language = 'xx'"], good: ["language = 'en'", "language = 'ru'"] },
  mails_recipient_check: length('recipient', 3, 254),
  message_files_position_check: from('position', 0),
  messages_body_check: {
    bad: ["body = ''"],
    good: ["body = 'x'", "body = '', deleted_at = now()", "body = '', has_more = true"],
  },
  messages_check: { bad: ['reply_to = 0, seq = 2', 'reply_to = 2, seq = 2'], good: ['reply_to = 1, seq = 2'] },
  messages_key_check: length('key', 1, 64),
  messages_key_digest_check: DIGEST,
  messages_keyed: { bad: ['key = null', 'key_digest = null'], good: ['key = null, key_digest = null'] },
  messages_seq_check: from('seq', 1),
  mutes_others: { bad: ['muted_id = account_id'], good: ['muted_id = account_id + 1'] },
  notifications_check: { bad: ['room_id = null'], good: ['room_id = null, seq = null'] },
  notifications_kind_check: {
    bad: ["kind = 'poke'"],
    good: ['mention', 'reply', 'reaction', 'like', 'comment', 'friend', 'request', 'invite', 'moderation'].map(
      (kind) => `kind = '${kind}'`,
    ),
  },
  notifications_of_moderation: {
    bad: ['actor_id = null', "kind = 'moderation'", "kind = 'moderation', actor_id = null", 'report_id = 2'],
    good: [
      "kind = 'moderation', actor_id = null, report_id = 2",
      "kind = 'moderation', actor_id = null, sanction_id = 2",
    ],
  },
  notifications_seq_check: from('seq', 1),
  objects_alt_check: length('alt', 1, 1_000),
  objects_bytes_check: from('bytes', 1),
  objects_check: {
    bad: ['condemned = true, loose_since = null'],
    good: ['condemned = true, loose_since = now()', 'condemned = false, loose_since = null'],
  },
  objects_duration_check: from('duration', 0),
  objects_height_check: from('height', 1),
  objects_key_digest_check: DIGEST,
  objects_key_of_check: length('key_of', 1, 64),
  objects_name_check: length('name', 1, 255),
  objects_pictures: {
    bad: ['width = null, height = null'],
    good: ['preview_key = null, width = null, height = null', 'preview_key = null'],
  },
  objects_placeholder_check: length('placeholder', 1, 64),
  objects_preview_bytes_check: from('preview_bytes', 0),
  objects_sizes: {
    bad: ['preview_key = null, width = null', 'preview_key = null, height = null'],
    good: ['preview_key = null, width = null, height = null'],
  },
  objects_type_check: length('type', 3, 100),
  objects_width_check: from('width', 1),
  one_time_secrets_last_step_check: from('last_step', 0),
  one_time_secrets_secret_check: bytes('secret', 32, 256),
  passkeys_counter_check: from('counter', 0),
  passkeys_credential_id_check: bytes('credential_id', 1, 1_023),
  outgoing_hooks_attempts_check: from('attempts', 0),
  outgoing_hooks_kinds_check: {
    bad: ["kinds = '{}'", "kinds = array_fill('x'::text, array[33])"],
    good: ["kinds = array_fill('x'::text, array[32])"],
  },
  outgoing_hooks_secret_check: bytes('secret', 1, 256),
  outgoing_hooks_seq_check: from('seq', 0),
  outgoing_hooks_url_check: length('url', 1, 2_048),
  passkeys_name_check: length('name', 1, 64),
  passkeys_public_key_check: bytes('public_key', 1, 4_096),
  passkeys_rp_id_check: length('rp_id', 1, 253),
  places_username_check: { bad: ["username = ''"], good: ['username = null'] },
  places_via_check: { bad: ["via = ''"], good: ["via = 'x'"] },
  post_images_position_check: from('position', 0),
  posts_body_check: length('body', 1, 100_000),
  posts_comments_count_check: from('comments_count', 0),
  posts_key_check: length('key', 1, 64),
  posts_key_digest_check: DIGEST,
  posts_likes_count_check: from('likes_count', 0),
  posts_slots_check: { bad: ['slots = 0', 'slots = 51'], good: ['slots = 1', 'slots = 50'] },
  posts_title_check: length('title', 1, 1_000),
  posts_views_check: from('views', 0),
  push_subscriptions_auth_check: bytes('auth', 16, 16),
  push_subscriptions_endpoint_check: length('endpoint', 12, 1_024),
  push_subscriptions_failures_check: from('failures', 0),
  push_subscriptions_p256dh_check: bytes('p256dh', 65, 65),
  pushes_attempts_check: from('attempts', 0),
  pushes_check: { bad: ['room_id = null', 'post_id = 1'], good: ['post_id = null'] },
  recovery_codes_digest_check: bytes('digest', 32, 32),
  reaction_counts_count_check: from('count', 0),
  reactions_emoji_check: length('emoji', 1, 64),
  report_texts_files_check: from('files', 0),
  report_texts_position_check: from('position', 0),
  reports_body_check: length('body', 0, 1_000),
  reports_handled: {
    bad: ['handled_at = now()', "state = 'dismissed'", "state = 'resolved', handled_at = now()", "outcome = 'nothing'"],
    good: ["state = 'dismissed', handled_at = now()", "state = 'resolved', handled_at = now(), outcome = 'nothing'"],
  },
  reports_have_reasons: { bad: ['reason = null'], good: ["kind = 'appeal', reason = null"] },
  reports_kind_check: oneOf('kind', ['account', 'message', 'post', 'comment', 'appeal']),
  reports_note_check: length('note', 0, 1_000),
  reports_of_comments: { bad: ["kind = 'comment'", 'comment_id = 1'], good: ["kind = 'comment', comment_id = 1"] },
  reports_of_messages: {
    bad: ["kind = 'message'", "kind = 'message', room_id = 2", 'room_id = 2, seq = 1'],
    good: ["kind = 'message', room_id = 2, seq = 1"],
  },
  reports_of_posts: { bad: ['post_id = null', "kind = 'account'"], good: ["kind = 'account', post_id = null"] },
  reports_of_sanctions: { bad: ["kind = 'appeal'", 'sanction_id = 1'], good: ["kind = 'appeal', sanction_id = 1"] },
  reports_outcome_check: oneOf('outcome', ['removed', 'sanctioned', 'lifted', 'nothing']),
  reports_reason_check: oneOf('reason', ['spam', 'harassment', 'hate', 'violence', 'sexual', 'illegal', 'other']),
  reports_state_check: oneOf('state', ['open', 'resolved', 'dismissed']),
  room_invites_check: { bad: ['expires_at = created_at'], good: ["expires_at = created_at + interval '1 second'"] },
  room_invites_check1: {
    bad: ['uses = 2, max_uses = 1'],
    good: ['uses = 2, max_uses = 2', 'uses = 2, max_uses = null'],
  },
  room_invites_code_check: length('code', 16, 64),
  room_invites_key_check: length('key', 1, 64),
  room_invites_key_digest_check: DIGEST,
  room_invites_max_uses_check: from('max_uses', 1),
  room_invites_uses_check: from('uses', 0),
  room_marks_notify_check: {
    bad: ["notify = 'loudly'"],
    good: ["notify = 'all'", "notify = 'mentions'", "notify = 'nothing'", 'notify = null'],
  },
  room_marks_read_seq_check: from('read_seq', 0),
  room_members_role_check: {
    bad: ["role = 'king'"],
    good: ["role = 'owner'", "role = 'moderator'", "role = 'member'"],
  },
  room_names_used_check: from('used', 2),
  rooms_avatar_check: { ...length('avatar', 1, 2_048) },
  rooms_direct_untitled: {
    bad: ["kind = 'direct', title = 'x'", "kind = 'direct', avatar = 'x'"],
    good: ["kind = 'group', title = 'x', avatar = 'x'"],
  },
  rooms_group_names: { bad: ["kind = 'group', name = 'a_b'"], good: ["kind = 'group', name = 'a-b'"] },
  rooms_key_check: length('key', 1, 64),
  rooms_key_digest_check: DIGEST,
  rooms_kind_check: { bad: ["kind = 'club'"], good: ["kind = 'group'", "kind = 'direct'"] },
  rooms_members_count_check: from('members_count', 0),
  rooms_members_counted: {
    bad: ['members_count = null', "kind = 'lobby'"],
    good: ["kind = 'lobby', members_count = null", "kind = 'group'"],
  },
  rooms_name_check: length('name', 1, 160),
  rooms_pictures: {
    bad: ["avatar_key = 'key'", "kind = 'group', avatar_key = 'key', avatar = 'x'"],
    good: ["kind = 'group', avatar_key = 'key'"],
  },
  rooms_posting_check: oneOf('posting', ['everybody', 'moderators']),
  rooms_posting_of_pairs: {
    bad: ["posting = 'moderators'"],
    good: ["kind = 'group', posting = 'moderators'", "kind = 'lobby', posting = 'moderators'"],
  },
  rooms_title_check: length('title', 1, 200),
  search_positions_seq_check: from('seq', 0),
  sanctions_email_domain_check: length('email_domain', 3, 253),
  sanctions_end: {
    bad: ['until = created_at', "kind = 'warning'"],
    good: ["until = created_at + interval '1 second'", "kind = 'warning', until = null"],
  },
  sanctions_key_check: length('key', 1, 64),
  sanctions_key_digest_check: DIGEST,
  sanctions_kind_check: oneOf('kind', ['removal', 'warning', 'silence', 'suspension', 'ban']),
  sanctions_name_pattern_check: length('name_pattern', 3, 64),
  sanctions_of_one: {
    bad: ['account_id = null', "network = '203.0.113.1/32'"],
    good: ["account_id = null, email_domain = 'x.y'"],
  },
  sanctions_of_sign_ups: { bad: ['account_id = null'], good: ["account_id = null, kind = 'ban'"] },
  sanctions_reason_check: length('reason', 0, 1_000),
  sessions_agent_check: length('agent', 1, 256),
  sessions_check: { bad: ['expires_at = created_at'], good: ["expires_at = created_at + interval '1 second'"] },
  sessions_digest_check: bytes('digest', 32, 32),
  sessions_identity_whole: { bad: ['subject = null', 'issuer = null'], good: ['issuer = null, subject = null'] },
  sessions_issued: {
    bad: ['issuer = null, subject = null'],
    good: ['issuer = null, subject = null, issuer_session = null', 'issuer_session = null'],
  },
  sessions_issuer_session_check: length('issuer_session', 1, 255),
  sessions_name_check: length('name', 1, 64),
  sessions_network_check: length('network', 0, 64),
  sessions_scopes_check: {
    bad: ["scopes = array['read', 'all']"],
    good: ["scopes = array['read', 'write', 'moderate']", "scopes = '{}'", 'scopes = null'],
  },
  sessions_tokens: {
    bad: ['name = null', 'digest = null', 'scopes = null'],
    good: ['name = null, digest = null', 'name = null, digest = null, scopes = null'],
  },
  sessions_ended_stay: { bad: ['ended_at = now()'], good: ['ended_at = now(), elsewhere = true'] },
  stored_bytes_bytes_check: from('bytes', 0),
  streams_floor: { bad: ['floor = -1', 'floor = head + 1'], good: ['floor = 0', 'floor = head'] },
  streams_head_check: { bad: ['head = -1, floor = -1'], good: ['head = 0, floor = 0'] },
  uploads_length_check: { bad: ['length = 0, reserved = 0'], good: ['length = 2, reserved = 2'] },
  uploads_name_check: length('name', 1, 255),
  uploads_check: { bad: ['reserved = 2', 'reserved = -1'], good: ['reserved = 0'] },
  uploads_type_check: length('type', 1, 255),
};

/** Columns that are unique together. (Only one room is of the kind lobby.) */
const UNIQUE = [
  'accounts avatar_key',
  'accounts email_key',
  'accounts id',
  'accounts stream_id',
  'accounts uid',
  'accounts username_key',
  'app_passwords digest',
  'app_passwords id',
  'applications email_key',
  'applications id',
  'applications username_key',
  'audit id',
  'blocks account_id blocked_id',
  'bookmarks account_id post_id',
  'cleanups id',
  'comments author_id key',
  'comments id',
  'community avatar_key',
  'community id',
  'community_invites code',
  'community_invites creator_id key',
  'direct_rooms low_id high_id',
  'direct_rooms room_id',
  'events stream_id seq',
  'friend_requests from_id to_id',
  'friendships low_id high_id',
  'history at node',
  'hook_deliveries id',
  'identities issuer subject',
  'imported kind source_id',
  'incoming_hooks account_id',
  'incoming_hooks id',
  'installation id',
  'known_networks account_id network',
  'likes post_id account_id',
  'mail_proofs account_id purpose',
  'mail_proofs digest',
  'mails id',
  'mails uid',
  'mentions account_id room_id seq',
  'message_files object_key',
  'message_files room_id seq position',
  'message_search message_id',
  'messages author_id key',
  'messages id',
  'messages room_id seq',
  'mutes account_id muted_id',
  'nodes id',
  'notifications account_id kind actor_id',
  'notifications id',
  'objects account_id key_of',
  'objects key',
  'objects preview_key',
  'objects uid',
  'one_time_secrets account_id',
  'outgoing_hooks id',
  'passkeys credential_id',
  'passkeys id',
  'pins room_id seq',
  'places account_id via node_id',
  'post_images object_key',
  'post_images post_id position',
  'post_search post_id',
  'post_search_queue post_id',
  'post_views post_id account_id',
  'posts author_id key',
  'posts id',
  'posts uid',
  'push_subscriptions endpoint',
  'push_subscriptions id',
  'pushes id',
  'pushes subscription_id',
  'reaction_counts room_id seq emoji',
  'reactions room_id seq emoji account_id',
  'recovery_codes account_id digest',
  'report_texts report_id position',
  'reports id',
  'reports reporter_id kind',
  'reports sanction_id',
  'room_invites code',
  'room_invites creator_id key',
  'room_marks account_id room_id',
  'room_members room_id account_id',
  'room_names base',
  'rooms avatar_key',
  'rooms creator_id key',
  'rooms id',
  'rooms kind',
  'rooms name',
  'rooms uid',
  'sanctions creator_id key',
  'sanctions id',
  'search_positions room_id',
  'sessions digest',
  'sessions id',
  'stored_bytes account_id',
  'streams id',
  'uploads uid',
  'used_refreshes session_id refresh_id',
  'used_tickets id',
];

/** A foreign key column and its parent table. */
const PARENTS = [
  'accounts avatar_key objects',
  'accounts invited_by accounts',
  'accounts owner_id accounts',
  'accounts stream_id streams',
  'app_passwords account_id accounts',
  'audit account_id accounts',
  'audit actor_id accounts',
  'blocks account_id accounts',
  'blocks blocked_id accounts',
  'bookmarks account_id accounts',
  'bookmarks post_id posts',
  'cleanups account_id accounts',
  'cleanups creator_id accounts',
  'comments author_id accounts',
  'comments post_id posts',
  'community avatar_key objects',
  'community_invites creator_id accounts',
  'direct_rooms high_id accounts',
  'direct_rooms low_id accounts',
  'direct_rooms room_id rooms',
  'events stream_id streams',
  'friend_requests from_id accounts',
  'friend_requests to_id accounts',
  'friendships high_id accounts',
  'friendships low_id accounts',
  'hook_deliveries hook_id outgoing_hooks',
  'identities account_id accounts',
  'imported account_id accounts',
  'incoming_hooks account_id accounts',
  'incoming_hooks room_id rooms',
  'known_networks account_id accounts',
  'likes account_id accounts',
  'likes post_id posts',
  'mail_proofs account_id accounts',
  'mails account_id accounts',
  'mentions account_id accounts',
  'mentions room_id seq messages',
  'message_files object_key objects',
  'message_files room_id seq messages',
  'message_search author_id accounts',
  'message_search room_id rooms',
  'mutes account_id accounts',
  'mutes muted_id accounts',
  'notifications account_id accounts',
  'notifications actor_id accounts',
  'notifications comment_id comments',
  'notifications post_id posts',
  'notifications report_id reports',
  'notifications room_id rooms',
  'notifications sanction_id sanctions',
  'objects account_id accounts',
  'one_time_secrets account_id accounts',
  'outgoing_hooks creator_id accounts',
  'outgoing_hooks stream_id streams',
  'passkeys account_id accounts',
  'pins account_id accounts',
  'pins room_id seq messages',
  'places node_id nodes',
  'post_images object_key objects',
  'post_images post_id posts',
  'post_search post_id posts',
  'post_search_queue post_id posts',
  'post_views account_id accounts',
  'post_views post_id posts',
  'posts author_id accounts',
  'push_subscriptions account_id accounts',
  'push_subscriptions session_id sessions',
  'pushes post_id posts',
  'pushes room_id rooms',
  'pushes subscription_id push_subscriptions',
  'reaction_counts room_id seq messages',
  'reactions account_id accounts',
  'reactions room_id seq messages',
  'recovery_codes account_id accounts',
  'report_texts author_id accounts',
  'report_texts report_id reports',
  'reports account_id accounts',
  'reports assignee_id accounts',
  'reports reporter_id accounts',
  'reports sanction_id sanctions',
  'room_invites creator_id accounts',
  'room_invites room_id rooms',
  'room_marks account_id accounts',
  'room_marks room_id rooms',
  'room_members account_id accounts',
  'room_members room_id rooms',
  'rooms avatar_key objects',
  'rooms creator_id accounts',
  'rooms id streams',
  'sanctions account_id accounts',
  'sanctions cleanup_id cleanups',
  'sanctions creator_id accounts',
  'search_positions room_id rooms',
  'sessions account_id accounts',
  'sessions app_password_id app_passwords',
  'sessions issuer subject identities',
  'stored_bytes account_id accounts',
  'uploads account_id accounts',
  'used_refreshes session_id sessions',
];

function length(column: string, least: number, most: number) {
  const of = (count: number) => `${column} = repeat('x', ${count})`;
  return { bad: [...(least > 0 ? [of(least - 1)] : []), of(most + 1)], good: [of(least), of(most)] };
}

function timeOfDay(column: string) {
  return { bad: ["'24:00'", "'7:00'", "'22:60'"].map((time) => `${column} = ${time}`), good: [`${column} = '23:59'`] };
}

function circle(column: string) {
  const good = ['everybody', 'friends_of_friends', 'friends', 'nobody'].map((one) => `${column} = '${one}'`);
  return { bad: [`${column} = 'some'`], good };
}

function from(column: string, least: number) {
  return { bad: [`${column} = ${least - 1}`], good: [`${column} = ${least}`] };
}

function oneOf(column: string, values: readonly string[]) {
  return { bad: [`${column} = 'other thing'`], good: values.map((value) => `${column} = '${value}'`) };
}

function jsonSize(column: string) {
  const of = (count: number) =>
    `${column} = jsonb_build_object('a', (select string_agg(md5(n::text), '') from generate_series(1, ${count}) n))`;
  return { bad: [of(520)], good: [of(500)] };
}

async function open(t: TestContext): Promise<Sql> {
  const { DATABASE_URL } = await privatePlaces(t);
  const sql = openDatabase(DATABASE_URL, 1);
  atEnd(t, () => sql.end());
  await sql.unsafe(ROWS);
  return sql;
}

type Constraint = { table: string; name: string; columns: string[]; parent: string | null };

/** Check constraints (c) or foreign keys (f). */
async function constraintsOf(sql: Sql, type: 'c' | 'f'): Promise<Constraint[]> {
  return sql<Constraint[]>`
    select c.conrelid::regclass::text as "table", c.conname as name, nullif(c.confrelid, 0)::regclass::text as parent,
           array(select a.attname::text from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey)) as columns
      from pg_constraint c
     where c.connamespace = 'public'::regnamespace and c.contype::text = ${type}`;
}

async function uniqueIndexes(sql: Sql): Promise<Omit<Constraint, 'parent'>[]> {
  return sql<Constraint[]>`
    select i.indrelid::regclass::text as "table", i.indexrelid::regclass::text as name,
           array(select a.attname::text from unnest(i.indkey) with ordinality as k (number, n)
                   join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number order by k.n) as columns
      from pg_index i join pg_class c on c.oid = i.indrelid
     where i.indisunique and c.relnamespace = 'public'::regnamespace and c.relname <> 'koine_migrations'`;
}

const UNDONE = new Error('undone');

/** The database's verdict on a change with only that constraint in force. It is rolled back. */
async function verdict(sql: Sql, { table, name }: { table: string; name: string }, change: string): Promise<string> {
  let said = '';
  await sql
    .begin(async (tx) => {
      const others = await tx<{ name: string; drop: string }[]>`
        select conname as name, format('alter table %s drop constraint if exists %I cascade', conrelid::regclass, conname) as drop
          from pg_constraint where conrelid = ${table}::regclass and contype in ('c', 'f', 'u', 'p')
           and conindid is distinct from (
             select conindid from pg_constraint where conrelid = ${table}::regclass and contype = 'f' and conname = ${name})
        union all
        select indexrelid::regclass::text, format('drop index if exists %s', indexrelid::regclass)
          from pg_index where indrelid = ${table}::regclass and indisunique
           and not exists (select from pg_constraint where conindid = indexrelid)`;
      for (const other of others) if (other.name !== name) await tx.unsafe(other.drop);
      await tx.unsafe(`alter table ${table} disable trigger user`);
      const answer = await tx.unsafe(change).catch((error: { code: string; constraint_name?: string }) => error);
      said = 'code' in answer ? `${answer.code} ${answer.constraint_name}` : `${answer.count} rows`;
      throw UNDONE;
    })
    .catch((error: unknown) => {
      if (error !== UNDONE) throw error;
    });
  return said;
}

test('each check constraint refuses values just beyond its bound and accepts values just within', async (t) => {
  const sql = await open(t);
  const checks = await constraintsOf(sql, 'c');
  assert.deepEqual(checks.map(({ name }) => name).sort(), Object.keys(CHECKS).sort());
  for (const check of checks) {
    const { table, name } = check;
    const row = `ctid = (select ctid from ${table} order by 1 desc limit 1)`;
    const { bad, good } = CHECKS[name] as (typeof CHECKS)[string];
    for (const values of bad)
      assert.equal(await verdict(sql, check, `update ${table} set ${values} where ${row}`), `23514 ${name}`, values);
    for (const values of good)
      assert.equal(await verdict(sql, check, `update ${table} set ${values} where ${row}`), '1 rows', values);
  }
});

test('no two rows share a primary or unique key', async (t) => {
  const sql = await open(t);
  const indexes = await uniqueIndexes(sql);
  assert.deepEqual(indexes.map(({ table, columns }) => `${table} ${columns.join(' ')}`).sort(), UNIQUE);
  for (const index of indexes) {
    const whole = index.columns.map((column) => `${column} is not null`).join(' and ');
    const [{ columns }] = await sql<[{ columns: string }]>`
      select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
       where attrelid = ${index.table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`;
    const doubling = `insert into ${index.table} (${columns}) overriding system value select ${columns} from ${index.table} where ${whole} limit 1`;
    assert.equal(await verdict(sql, index, doubling), `23505 ${index.name}`);
  }
});

test('no row references a missing parent', async (t) => {
  const sql = await open(t);
  const keys = await constraintsOf(sql, 'f');
  assert.deepEqual(keys.map(({ table, columns, parent }) => `${table} ${columns.join(' ')} ${parent}`).sort(), PARENTS);
  for (const { table, name, columns } of keys) {
    const column = columns[0] as string;
    const [{ type }] = await sql<[{ type: string }]>`
      select format_type(atttypid, null) as type from pg_attribute
       where attrelid = ${table}::regclass and attname = ${column}`;
    const nobody = { integer: '2147483647', uuid: 'gen_random_uuid()', text: "'nobody'" }[type];
    const orphaning = `update ${table} set ${column} = ${nobody} where ctid = (select ctid from ${table} where ${column} is not null limit 1)`;
    assert.equal(await verdict(sql, { table, name }, orphaning), `23503 ${name}`);
  }
});
