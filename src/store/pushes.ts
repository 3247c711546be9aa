/** Rows of pushes: the rooms and posts that browsers are to be notified of, and the content of the notifications. */
import type { Db } from './database.ts';
import { type AuthorColumns, authorColumns } from './posts.ts';
import { type PushSettings, pushSettings } from './push-settings.ts';
import type { RoomReader } from './room-views.ts';
import type { RoomKind } from './rooms.ts';
import { isLetIn } from './sanctions.ts';

/** Seconds: `delay` until a push is due, `lasts` until it expires. `most`: that wait for one browser. */
export type PushTimes = { readonly delay: number; readonly lasts: number; readonly most: number };

/** Messages after the mark of which one is looked for: the newest. */
const LOOKED_AT = 100;
/** Characters. */
const EXCERPT = 160;

/** Records pushes for accounts that want notifications of all messages of these rooms. */
export async function insertRoomPushes(db: Db, roomIds: readonly number[], times: PushTimes): Promise<void> {
  const ids = roomIds as number[];
  // A null is `all` but in the lobby, which has no members' rows (core/rooms/room-views.ts).
  await insertPushes(
    db,
    db`select account_id, room_id, null::int as post_id from room_marks where room_id = any(${ids}::int[]) and notify = 'all'
       union all
       select k.account_id, k.room_id, null from room_members m
         join room_marks k on k.account_id = m.account_id and k.room_id = m.room_id
        where m.room_id = any(${ids}::int[]) and k.notify is null`,
    times,
  );
}

/** For the accounts of these notifications. */
export async function insertNoticePushes(db: Db, ids: readonly number[], times: PushTimes): Promise<void> {
  await insertPushes(
    db,
    db`select distinct account_id, room_id, case when room_id is null then post_id end as post_id
         from notifications where id = any(${ids as number[]}::bigint[]) and num_nonnulls(room_id, post_id) > 0`,
    times,
  );
}

/**
 * `told`: (account_id, room_id, post_id). One that waits already stays as it is; one that is being sent, or is tried again, begins
 * anew. The subscriptions are locked first, in one order, as by a session that ends.
 */
async function insertPushes(
  db: Db,
  recipients: ReturnType<typeof db>,
  { delay, lasts, most }: PushTimes,
): Promise<void> {
  await db`
    with browsers as (
      select s.id, t.room_id, t.post_id, now() + make_interval(secs => ${lasts}) as expires_at,
             greatest(now() + make_interval(secs => ${delay}), s.free_at) as due_at
        from (${recipients}) as t
        join push_subscriptions s on s.account_id = t.account_id
       where exists (select from push_subscriptions)
         and (select count(*) from pushes p where p.subscription_id = s.id) < ${most}
       order by s.id
         for key share of s
    )
    insert into pushes as p (subscription_id, room_id, post_id, due_at, expires_at)
    select id, room_id, post_id, due_at, expires_at from browsers order by id, room_id, post_id
    on conflict (subscription_id, coalesce(room_id, 0), coalesce(post_id, 0)) do update
      set due_at = excluded.due_at, expires_at = excluded.expires_at, attempts = 0
      where p.attempts > 0`;
}

export type DuePushRow = {
  id: number;
  /** With this one. */
  attempts: number;
  roomId: number | null;
  postId: number | null;
  /** Seconds until it expires; negative: it has expired. */
  lasts: number;
  subscriptionId: string;
  endpoint: string;
  p256dh: Uint8Array;
  auth: Uint8Array;
  /** Failed calls for its browser since the last success. */
  failures: number;
  accountId: number;
  language: string | null;
  settings: PushSettings;
  /** Whether the session is still good. */
  isLive: boolean;
};

/** Takes pushes that are due, one for each browser, so that no other node sends them within `lease` seconds. */
export async function takeDuePushes(db: Db, lease: number, limit: number): Promise<DuePushRow[]> {
  return db<DuePushRow[]>`
    with due as (
      select id, subscription_id, due_at from pushes where due_at <= now() order by due_at limit ${limit} for update skip locked
    ), first as (
      select distinct on (subscription_id) id from due order by subscription_id, due_at
    ), taken as (
      update pushes p set due_at = now() + make_interval(secs => ${lease}), attempts = attempts + 1
        from first where p.id = first.id
      returning p.*
    )
    select t.id, t.attempts, t.room_id as "roomId", t.post_id as "postId", extract(epoch from t.expires_at - now())::int as lasts,
           s.id as "subscriptionId", s.endpoint, s.p256dh, s.auth, s.failures, a.id as "accountId", a.language,
           ${pushSettings(db)} as settings,
           o.expires_at > now() and o.ended_at is null and a.disabled_at is null and ${isLetIn(db, 'a.id')} as "isLive"
      from taken t
      join push_subscriptions s on s.id = t.subscription_id
      join sessions o on o.id = s.session_id
      join accounts a on a.id = s.account_id`;
}

/** An attempt whose lease has run out, or after which there was news, decides nothing any more. */
type Attempt = Pick<DuePushRow, 'id' | 'attempts'>;

/** It was sent, or need not be. */
export async function deletePush(db: Db, { id, attempts }: Attempt): Promise<void> {
  await db`delete from pushes where id = ${id} and attempts = ${attempts}`;
}

/** Whether the push service accepted the push, and in how many seconds it may be called again; other pushes to it wait as long. */
export async function settleBrowser(
  db: Db,
  { id, subscriptionId }: Pick<DuePushRow, 'id' | 'subscriptionId'>,
  { took, pause }: { readonly took: boolean; readonly pause: number },
): Promise<void> {
  await db`
    with browser as (
      update push_subscriptions
         set failures = case when ${took} then 0 else failures + 1 end, free_at = now() + make_interval(secs => ${pause})
       where id = ${subscriptionId}
      returning id, free_at
    )
    update pushes p set due_at = b.free_at
      from browser b where p.subscription_id = b.id and (p.due_at < b.free_at or p.id = ${id})`;
}

/** The newest that an account has not read of a room or a post. `seq`: of the message. */
export type NewsRow = AuthorColumns & {
  account_id: number;
  kind: 'message' | 'mention' | 'reply' | 'comment';
  room_id: number | null;
  post_id: number | null;
  /** Of the room, or the post. */
  uid: string;
  room_kind: RoomKind | null;
  title: string | null;
  seq: number | null;
  excerpt: string;
  created_at: number;
};

/**
 * The news of each account in the room: who mentioned or answered it there, or the newest message if it wants to hear of all. None
 * of what it has read, of whom it has blocked or muted, or of rooms that it has left.
 */
export async function listRoomNews(db: Db, readers: readonly RoomReader[]): Promise<NewsRow[]> {
  return db<NewsRow[]>`
    select p.account_id, told.kind, r.id as room_id, null as post_id, r.uid, r.kind as room_kind, r.title, told.seq,
           left(m.body, ${EXCERPT}::int) as excerpt, (extract(epoch from m.created_at) * 1000)::bigint as created_at, ${authorColumns(db)}
      from unnest(${readers.map(({ accountId }) => accountId)}::int[], ${readers.map(({ roomId }) => roomId)}::int[])
           as p (account_id, room_id)
      join rooms r on r.id = p.room_id and r.deleted_at is null
      join lateral (
        select read_seq, notify,
               array(select blocked_id from blocks where account_id = p.account_id
                     union all select muted_id from mutes where account_id = p.account_id) as unheard
          from room_marks where room_id = p.room_id and account_id = p.account_id offset 0) as k
        on k.notify is distinct from 'nothing'
      join lateral (
        (select 1 as n, kind, seq from notifications
          where account_id = p.account_id and room_id = p.room_id and seq > k.read_seq and read_at is null
            and kind in ('mention', 'reply') and actor_id <> all (k.unheard)
          order by seq desc limit 1)
        union all
        (select 2, 'message', seq
           from (select seq, author_id, deleted_at from messages
                  where room_id = p.room_id and seq > k.read_seq order by seq desc limit ${LOOKED_AT}) as after
          where (k.notify = 'all' or (k.notify is null and r.kind <> 'lobby'))
            and deleted_at is null and author_id <> all (k.unheard || p.account_id)
          order by seq desc limit 1)
        order by n limit 1
      ) as told on true
      join lateral (select * from messages where room_id = p.room_id and seq = told.seq offset 0) as m on m.deleted_at is null
      join lateral (select * from accounts where id = m.author_id offset 0) as a on true
     where r.kind = 'lobby'
        or (select true from room_members where room_id = p.room_id and account_id = p.account_id)`;
}

/** The newest unread comment on the account's post, or mention there. */
export async function listPostNews(
  db: Db,
  readers: readonly { readonly accountId: number; readonly postId: number }[],
): Promise<NewsRow[]> {
  return db<NewsRow[]>`
    select w.account_id, n.kind, null as room_id, p.id as post_id, p.uid, null as room_kind, p.title, null as seq,
           left(coalesce(c.body, p.body), ${EXCERPT}::int) as excerpt,
           (extract(epoch from n.created_at) * 1000)::bigint as created_at, ${authorColumns(db)}
      from unnest(${readers.map(({ accountId }) => accountId)}::int[], ${readers.map(({ postId }) => postId)}::int[])
           as w (account_id, post_id)
      join lateral (
        select * from notifications
         where account_id = w.account_id and post_id = w.post_id and read_at is null and kind in ('comment', 'mention')
           and not exists (select from blocks where account_id = w.account_id and blocked_id = actor_id)
           and not exists (select from mutes where account_id = w.account_id and muted_id = actor_id)
         order by id desc limit 1) as n on true
      join lateral (select * from posts where id = w.post_id offset 0) as p on true
      join lateral (select * from accounts where id = n.actor_id offset 0) as a on true
      left join lateral (select body from comments where id = n.comment_id offset 0) as c on true`;
}
