/**
 * A few rows in every table with lists, for two owners. Row n of the owner o has the number k = 10·o + n. Times rise otherwise
 * than numbers, and three rows share theirs, so that an edge of pages of two is between them. Rows 1 to 5 are listed; those above are what a list leaves out.
 */
import type { Sql } from '../../src/store/database.ts';

export const OWNERS = [11, 12] as const;
/** Of row n at n - 1: its place by time. */
export const RANKS = [1, 2, 1, 1, 0, 4, 1, 0, 3] as const;
/** Somebody who writes to both owners. */
export const WRITER = 99;

/** Ids beyond those of the tables' own rows have the same last three digits. */
const HOME = '200 + o';
const UID = (id: string) => `('00000000-0000-4000-8000-' || lpad((${id})::text, 12, '0'))::uuid`;
const LATER = `'2100-01-01'::timestamptz`;
const LONG_AGO = `'2010-01-01'::timestamptz`;
const DIGEST = (text: string) => `sha256((${text})::text::bytea)`;
const FIVE = 'n <= 5';
/** Places that rise as times do. */
const PLACE = 'array_position(array[5, 1, 3, 4, 2], n) - 1';

/** A table, the expressions of its columns, and which rows of `filled (o, n, k, at)`. */
type Fill = readonly [table: string, columns: Record<string, string>, where: string];

const account = (id: string, name: string) => ({
  id,
  uid: UID(id),
  username: `${name} || k`,
  username_key: `${name} || k`,
  stream_id: `5000 + ${id}`,
});

const PEOPLE: readonly Fill[] = [
  [
    'accounts',
    { id: 'o', uid: UID('o'), username: `'owner' || o`, username_key: `'owner' || o`, stream_id: '5000 + o' },
    'n = 1',
  ],
  // Friends of the owners, who write nothing.
  [
    'accounts',
    { id: 'o + 2', uid: UID('o + 2'), username: `'reader' || o`, username_key: `'reader' || o`, stream_id: '6000 + o' },
    'n = 1',
  ],
  [
    'accounts',
    { id: `${WRITER}`, uid: UID(`${WRITER}`), username: `'writer'`, username_key: `'writer'`, stream_id: '7000' },
    'k = 111',
  ],
  [
    'accounts',
    {
      ...account('k', `'user'`),
      username_key: `'user' || case when n <= 5 then 10 * o + 6 - n else k end`,
      name: `'Name ' || k`,
      name_key: `'name' || o || ' ' || extract(day from at)`,
      kind: `case when n = 8 then 'hook' else 'person' end`,
      role: `case when n <= 5 then 'moderator' else 'member' end`,
      may_write: `case when n <= 5 then 'nobody' else 'everybody' end`,
      skeleton: `case when n > 5 then 'user' || k end`,
      disabled_at: 'case when n = 6 then at end',
      leaving_at: 'case when n = 7 then at end',
    },
    'n <= 8',
  ],
  [
    'accounts',
    {
      ...account('1000 + k', `'robot'`),
      kind: `'bot'`,
      owner_id: 'o',
      skeleton: `'robot' || k`,
      disabled_at: 'case when n = 6 then at end',
      leaving_at: 'case when n = 7 then at end',
    },
    'n <= 7',
  ],
  [
    'accounts',
    {
      ...account('2000 + k', `'joiner'`),
      skeleton: `'joiner' || k`,
      invite_code: `repeat('x', 16) || o`,
      created_at: `case when n = 6 then ${LONG_AGO} else at end`,
      role: `case when n = 7 then 'moderator' else 'member' end`,
    },
    'n <= 7',
  ],
  ['friendships', { low_id: 'o', high_id: 'k' }, FIVE],
  ['friendships', { low_id: 'o', high_id: 'o + 2' }, 'n = 1'],
  ['friend_requests', { from_id: 'o', to_id: 'k', created_at: 'at' }, FIVE],
  [
    'friend_requests',
    { from_id: 'k', to_id: 'o', created_at: 'at', declined_at: 'case when n = 6 then at end' },
    'n <= 6',
  ],
  ['blocks', { account_id: 'o', blocked_id: 'k', created_at: 'at' }, FIVE],
  ['mutes', { account_id: 'o', muted_id: 'k' }, FIVE],
  [
    'applications',
    {
      id: 'k',
      username: `'new' || k`,
      username_key: `'new' || k`,
      skeleton: `'new' || k`,
      password_hash: `'-'`,
      body: `''`,
    },
    FIVE,
  ],
  ['nodes', { id: UID('1'), lease_until: 'now()' }, 'k = 111'],
  ['places', { account_id: 'k', via: `'lobby'`, node_id: UID('1'), username: `'user' || k` }, FIVE],
  [
    'history',
    {
      at: 'now() - make_interval(mins => case when n = 6 then 9999 else 200 - k end)',
      node: UID('k'),
      measures: `jsonb_build_object(k, 1)`,
    },
    'n <= 6',
  ],
];

const CREDENTIALS: readonly Fill[] = [
  [
    'passkeys',
    {
      id: UID('k'),
      account_id: 'o',
      credential_id: `('c' || k)::bytea`,
      rp_id: `case when n = 6 then 'other.example' else 'koine.example' end`,
      public_key: `'key'`,
      counter: '0',
      name: `'key ' || k`,
      created_at: 'at',
    },
    'n <= 6',
  ],
  [
    'app_passwords',
    { id: UID('k'), account_id: 'o', name: `'app ' || k`, digest: DIGEST('k'), created_at: 'at' },
    FIVE,
  ],
  [
    'identities',
    { issuer: `'https://id.example/' || k`, subject: `'subject'`, account_id: 'o', created_at: 'at' },
    FIVE,
  ],
  [
    'sessions',
    {
      id: UID('k'),
      account_id: 'o',
      agent: `'agent ' || k`,
      created_at: 'at',
      expires_at: `case when n = 6 then at + interval '1 day' else ${LATER} end`,
      ended_at: 'case when n = 7 then at end',
      elsewhere: 'n = 7',
      issuer: `'https://id.example'`,
      subject: `'subject' || o`,
    },
    'n <= 7',
  ],
  [
    'sessions',
    {
      id: UID('1000 + k'),
      account_id: 'o',
      name: `'token ' || k`,
      digest: DIGEST('k'),
      scopes: `array['read']`,
      agent: `'agent ' || k`,
      created_at: 'at',
      expires_at: `case when n = 6 then at + interval '1 day' else ${LATER} end`,
    },
    'n <= 6',
  ],
  [
    'push_subscriptions',
    {
      account_id: 'o',
      session_id: UID('k'),
      endpoint: `'https://push' || k || '.example/'`,
      p256dh: `decode(repeat('00', 65), 'hex')`,
      auth: `decode(repeat('00', 16), 'hex')`,
      created_at: 'at',
    },
    FIVE,
  ],
  [
    'mails',
    {
      id: 'k',
      uid: UID('k'),
      account_id: 'o',
      recipient: `'user' || k`,
      recipient_key: `'user' || k`,
      kind: `'verify'`,
      language: `'en'`,
      facts: `'{}'`,
      created_at: 'at',
      expires_at: LATER,
    },
    FIVE,
  ],
  [
    'mail_proofs',
    {
      account_id: 'o',
      purpose: `case n when 1 then 'verify' else 'reset' end`,
      digest: DIGEST('k'),
      email: `'user' || k`,
      email_key: `'user' || k`,
      expires_at: LATER,
    },
    'n <= 2',
  ],
];

const BOARD: readonly Fill[] = [
  [
    'posts',
    {
      id: 'k',
      uid: UID('k'),
      author_id: 'o',
      body: `'post ' || k`,
      likes_count: 'extract(day from at)',
      created_at: 'at',
    },
    FIVE,
  ],
  // By two friends of each owner.
  [
    'posts',
    {
      id: '1000 + k',
      uid: UID('1000 + k'),
      author_id: '10 * o + 1 + n % 2',
      body: `'post ' || k`,
      likes_count: '50',
      created_at: LONG_AGO,
    },
    FIVE,
  ],
  ['comments', { id: 'k', post_id: '10 * o + 1', author_id: 'o', body: `'comment ' || k`, created_at: 'at' }, FIVE],
  ['likes', { post_id: '10 * o + 1', account_id: 'k', created_at: 'at' }, FIVE],
  ['bookmarks', { account_id: 'o', post_id: 'k', created_at: 'at' }, FIVE],
  ['post_views', { account_id: 'o', post_id: 'k' }, FIVE],
  ['post_images', { post_id: '10 * o + 1', position: PLACE, object_key: `'file' || k` }, FIVE],
  [
    'post_search',
    { post_id: 'k', words: `to_tsvector('koine', 'post') || array_to_tsvector(array[chr(2) || o])` },
    FIVE,
  ],
  [
    'objects',
    {
      key: `'file' || k`,
      preview_key: `'preview' || k`,
      account_id: 'o',
      name: `case when n <= 5 then 'file ' || k end`,
      width: '1',
      height: '1',
      bytes: '1',
      created_at: 'at',
    },
    'n <= 6',
  ],
  [
    'uploads',
    {
      uid: UID('k'),
      account_id: 'o',
      length: '1',
      reserved: '0',
      name: `'film ' || k`,
      created_at: 'at',
      expires_at: LATER,
    },
    FIVE,
  ],
  [
    'notifications',
    {
      id: 'k',
      account_id: 'o',
      kind: `'mention'`,
      actor_id: `case when n = 6 then 10 * o + 1 else ${WRITER} end`,
      post_id: 'case when n <> 7 then k end',
      room_id: `case when n = 7 then ${HOME} end`,
      created_at: `'2020-01-01'::timestamptz + make_interval(secs => k)`,
    },
    'n <= 7',
  ],
];

const ROOMS: readonly Fill[] = [
  ['streams', { id: HOME, head: '20', active_at: 'at' }, 'n = 1'],
  ['streams', { id: '5000 + o' }, 'n = 1'],
  ['streams', { id: 'k', head: '1', active_at: 'at' }, 'n <= 6'],
  ['streams', { id: '4000 + k' }, FIVE],
  [
    'rooms',
    { id: HOME, uid: UID(HOME), kind: `'group'`, name: `'home' || o`, title: `'Home'`, members_count: '5' },
    'n = 1',
  ],
  // The sixth is of nobody, and indexed.
  [
    'rooms',
    {
      id: 'k',
      uid: UID('k'),
      kind: `'group'`,
      name: `'room' || k`,
      title: `'Room'`,
      posting: `'moderators'`,
      avatar_key: `'file' || k`,
    },
    'n <= 6',
  ],
  [
    'rooms',
    { id: '4000 + k', uid: UID('4000 + k'), kind: `'group'`, name: `'gone' || k`, title: `'Room'`, deleted_at: 'at' },
    FIVE,
  ],
  ['room_members', { room_id: 'k', account_id: 'o' }, FIVE],
  ['room_members', { room_id: HOME, account_id: 'k', joined_at: 'at' }, FIVE],
  ['room_marks', { room_id: 'k', account_id: 'o', read_seq: '0', notify: `'all'` }, FIVE],
  ['room_marks', { room_id: '2', account_id: 'o', read_seq: '0' }, 'n = 1'],
  ['search_positions', { room_id: 'k', seq: '1' }, 'n = 6'],
  [
    'messages',
    {
      id: 'k',
      room_id: HOME,
      seq: 'n',
      author_id: 'o',
      body: `case when n = 6 then '' else 'message ' || k end`,
      deleted_at: 'case when n = 6 then at end',
      key: `case when n <= 5 then 'key' || k end`,
      key_digest: `case when n <= 5 then ${DIGEST('k')} end`,
      created_at: `${LONG_AGO} + make_interval(mins => k)`,
    },
    'n <= 6',
  ],
  ['events', { stream_id: HOME, seq: 'n', kind: `'message.deleted'`, payload: `jsonb_build_object('id', k)` }, 'n > 6'],
  [
    'message_search',
    {
      message_id: 'k',
      room_id: HOME,
      author_id: 'o',
      created_at: 'at',
      words: `to_tsvector('koine', 'message') || array_to_tsvector(array[chr(1) || ${HOME}, chr(2) || o])`,
    },
    FIVE,
  ],
  ['pins', { room_id: HOME, seq: 'n', account_id: `${WRITER}`, created_at: 'at' }, FIVE],
  // Two in the fifth room.
  ['pins', { room_id: 'k - n / 6', seq: '1 + n / 6', account_id: 'o' }, 'n <= 6'],
  ['reactions', { room_id: HOME, seq: '1', emoji: 'k', account_id: 'o', created_at: 'at' }, FIVE],
  ['reaction_counts', { room_id: HOME, seq: '1', emoji: 'k', count: '1', since: 'at' }, FIVE],
  [
    'room_invites',
    {
      code: `repeat('x', 16) || k`,
      room_id: HOME,
      creator_id: 'o',
      uses: 'k',
      max_uses: 'case when n = 7 then k end',
      created_at: 'at',
      expires_at: `case when n = 6 then at + interval '1 day' else ${LATER} end`,
    },
    'n <= 7',
  ],
  [
    'community_invites',
    {
      code: `repeat('x', 16) || k`,
      creator_id: 'o',
      uses: 'k',
      max_uses: 'case when n = 7 then k end',
      created_at: 'at',
      expires_at: `case when n = 6 then at + interval '1 day' else ${LATER} end`,
    },
    'n <= 7',
  ],
  [
    'incoming_hooks',
    { id: '100000000000000000 + k', room_id: HOME, account_id: 'k', digest: DIGEST('k'), created_at: 'at' },
    FIVE,
  ],
  [
    'outgoing_hooks',
    {
      id: UID('k'),
      stream_id: HOME,
      url: `'https://example.org'`,
      kinds: `array['message.created']`,
      secret: `'secret'`,
      seq: '0',
      created_at: 'at',
    },
    FIVE,
  ],
  [
    'outgoing_hooks',
    {
      id: UID('1000 + k'),
      stream_id: 'k',
      url: `'https://example.org'`,
      kinds: `array['message.created']`,
      secret: `'secret'`,
      seq: '0',
      disabled_at: 'case when n = 6 then at end',
    },
    'n <= 6',
  ],
  [
    'hook_deliveries',
    {
      id: 'k',
      hook_id: UID('10 * o + 1'),
      seq: 'k',
      kind: `'message.created'`,
      attempt: '1',
      status: '200',
      duration: '1',
    },
    FIVE,
  ],
];

const MODERATION: readonly Fill[] = [
  [
    'cleanups',
    { id: 'k', account_id: 'o', since: 'at', purges: 'true', phase: `case when n = 6 then 'done' else 'purging' end` },
    'n <= 6',
  ],
  ['sanctions', { id: 'k', kind: `'warning'`, account_id: 'o', reason: `'reason ' || k` }, FIVE],
  [
    'sanctions',
    {
      id: '1000 + k',
      kind: `'ban'`,
      network: `('10.0.' || k || '.0/24')::cidr`,
      created_at: 'at',
      lifted_at: 'case when n = 6 then at end',
      until: `case when n = 7 then at + interval '1 day' end`,
    },
    'n <= 7',
  ],
  [
    'reports',
    { id: 'k', kind: `'account'`, reporter_id: 'o', account_id: 'k', reason: `'spam'`, body: `'body ' || k` },
    FIVE,
  ],
  [
    'reports',
    {
      id: '1000 + k',
      kind: `'account'`,
      reporter_id: 'o',
      account_id: 'k',
      reason: `'spam'`,
      body: `'body ' || 1000 + k`,
      state: `'resolved'`,
      outcome: `'nothing'`,
      handled_at: 'at',
    },
    FIVE,
  ],
  [
    'report_texts',
    {
      report_id: '10 * o + 1',
      position: PLACE,
      author_id: 'o',
      body: `'text ' || k`,
      written_at: 'at',
      is_subject: 'n = 1',
    },
    FIVE,
  ],
  ['audit', { id: 'k', actor_id: `${WRITER}`, action: `'sanction.warning'`, account_id: 'o' }, FIVE],
];

export async function seedFewRows(sql: Sql): Promise<void> {
  const ranks = RANKS.map((rank, index) => `(${index + 1}, ${rank})`);
  const fills = [...PEOPLE, ...CREDENTIALS, ...BOARD, ...ROOMS, ...MODERATION].map(
    ([table, columns, where]) => `
      insert into ${table} (${Object.keys(columns)}) overriding system value
      select ${Object.values(columns)} from filled where ${where};`,
  );
  await sql.unsafe(`
    begin;
    set local session_replication_role = replica;
    create table filled as
    select o, n, 10 * o + n as k, '2020-01-01'::timestamptz + make_interval(days => rank) as at
      from unnest(array[${OWNERS}]) as o, (values ${ranks}) as ranks (n, rank);
    ${fills.join('')}
    insert into stored_bytes (account_id, bytes) select id, 0 from accounts on conflict do nothing;
    update stored_bytes set bytes = extract(day from at) from filled where account_id = k and ${FIVE};
    -- In each room of the owners, as many messages of another one as its time says; and more of a blocked one.
    insert into messages (id, room_id, seq, author_id, body, created_at) overriding system value
    select 10000 + 100 * k + seq, k, seq, ${WRITER}, 'message', at from filled, generate_series(1, extract(day from at)::int) seq where ${FIVE}
    union all
    select 90000 + 100 * k + seq, k, 50 + seq, 10 * o + 1, 'message', at from filled, generate_series(1, 9) seq where n = 5
    order by 1;
    commit;`);
}
