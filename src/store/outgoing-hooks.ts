/** Rows of outgoing hooks, and of what was sent to them. */
import type { Db } from './database.ts';
import { isLetIn } from './sanctions.ts';

export type OutgoingHookRow = {
  id: string;
  /** A room or the board. */
  streamId: number;
  /** Null: the board. */
  roomUid: string | null;
  url: string;
  kinds: string[];
  createdAt: Date;
  /** Since when nothing got through; null: the last event did. */
  failingSince: Date | null;
  /** Null: it is on. */
  disabledAt: Date | null;
};

/** A hook to which something is due. `secret`: sealed. */
export type DueHookRow = Pick<OutgoingHookRow, 'id' | 'streamId' | 'roomUid' | 'url' | 'kinds' | 'failingSince'> & {
  creatorId: number | null;
  secret: Uint8Array;
  /** The seq of the last event that was processed. */
  seq: number;
  attempts: number;
};

/** `head`: of the stream. `host`: of the URL, without the port. */
export type TakenHookRow = DueHookRow & { head: number; host: string };

/** Which due hooks are taken. */
export type HooksWanted = {
  /** Whether those whose last delivery took no longer than `quick` ms and went well, or the others: slow, failing and new ones. */
  readonly isQuick: boolean;
  readonly quick: number;
  readonly limit: number;
  /** Most hooks of a host, those `taken` before included. */
  readonly ofHost: number;
  readonly taken: ReadonlyMap<string, number>;
};

/** `kinds`: of events. `secret`: sealed. */
export type NewOutgoingHook = {
  id: string;
  streamId: number;
  creatorId: number;
  url: string;
  kinds: readonly string[];
  secret: Uint8Array;
};

/** It begins with the next event. @returns null: the stream has `most` */
export async function insertOutgoingHook(db: Db, hook: NewOutgoingHook, most: number): Promise<OutgoingHookRow | null> {
  const { id, streamId, creatorId, url, kinds, secret } = hook;
  const [row] = await db<OutgoingHookRow[]>`
    with h as (
      insert into outgoing_hooks (id, stream_id, creator_id, url, kinds, secret, seq)
      select ${id}::uuid, s.id, ${creatorId}::int, ${url}::text, ${kinds as string[]}::text[], ${secret}::bytea, s.head
        from streams s
       where s.id = ${streamId} and (select count(*) from outgoing_hooks where stream_id = ${streamId}) < ${most}
      returning *
    )
    select ${columns(db)} from h left join rooms r on r.id = h.stream_id`;
  return row ?? null;
}

/** Those of a stream, the newest first. */
export async function listOutgoingHooks(db: Db, streamId: number, limit: number): Promise<OutgoingHookRow[]> {
  return db<OutgoingHookRow[]>`
    select ${columns(db)} from outgoing_hooks h left join rooms r on r.id = h.stream_id
     where h.stream_id = ${streamId} order by h.created_at desc, h.id limit ${limit}`;
}

/** All, by id; `after`: with a greater one. */
export async function listAllHooks(db: Db, after: string, limit: number): Promise<OutgoingHookRow[]> {
  return db<OutgoingHookRow[]>`
    select ${columns(db)} from outgoing_hooks h left join rooms r on r.id = h.stream_id
     where h.id > ${after} order by h.id limit ${limit}`;
}

export async function findOutgoingHook(db: Db, id: string): Promise<(OutgoingHookRow & DueHookRow) | null> {
  const [row] = await db<(OutgoingHookRow & DueHookRow)[]>`
    select ${columns(db)}, ${dueColumns(db)} from outgoing_hooks h left join rooms r on r.id = h.stream_id
     where h.id = ${id}`;
  return row ?? null;
}

/** `isOn`: turned on, it goes on with the next event. One that waits for another attempt is due; a lease stays. */
export async function updateOutgoingHook(
  db: Db,
  id: string,
  { url, kinds, isOn }: { url: string; kinds: readonly string[]; isOn: boolean },
): Promise<OutgoingHookRow | null> {
  const [row] = await db<OutgoingHookRow[]>`
    with h as (
      update outgoing_hooks o
         set url = ${url}, kinds = ${kinds as string[]}::text[], attempts = 0,
             due_at = case when o.attempts = 0 and o.disabled_at is null then o.due_at else now() end,
             seq = case when o.disabled_at is not null and ${isOn} then (select head from streams where id = o.stream_id) else o.seq end,
             failing_since = case when ${isOn} then null else o.failing_since end,
             disabled_at = case when ${isOn} then null else coalesce(o.disabled_at, now()) end
       where o.id = ${id}
      returning o.*
    )
    select ${columns(db)} from h left join rooms r on r.id = h.stream_id`;
  return row ?? null;
}

export async function deleteOutgoingHook(db: Db, id: string): Promise<boolean> {
  return (await db`delete from outgoing_hooks where id = ${id} returning 1`).length > 0;
}

/** The streams of hooks that are on, in order of id; `after`: with a greater one. */
export async function listHookedStreams(db: Db, after: number, limit: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    select distinct stream_id as id from outgoing_hooks
     where stream_id > ${after} and disabled_at is null order by stream_id limit ${limit}`;
  return rows.map(({ id }) => id);
}

/**
 * Takes hooks to which something is due, so that no other node serves them within `lease` seconds. Those of an account that is excluded
 * wait.
 */
export async function takeDueHooks(db: Db, lease: number, wanted: HooksWanted): Promise<TakenHookRow[]> {
  const { isQuick, quick, limit, ofHost, taken } = wanted;
  return db<TakenHookRow[]>`
    with behind as materialized (
      select h.id, h.creator_id, h.url, h.due_at, s.head
        from outgoing_hooks h join streams s on s.id = h.stream_id
       where h.disabled_at is null and h.due_at <= now() and s.head > h.seq
    ), due as (
      select h.id, h.due_at, h.head, u.host, row_number() over (partition by u.host order by h.due_at) as nth
        from behind h
             cross join lateral (select substring(h.url from '^https?://(\\[[^]]*\\]|[^/:]*)') as host) u
       where not exists (
           select from accounts a
            where a.id = h.creator_id and (a.disabled_at is not null or not ${isLetIn(db, 'a.id')}))
         and coalesce((
           select d.status between 200 and 299 and d.duration <= ${quick}
             from hook_deliveries d where d.hook_id = h.id order by d.id desc limit 1), false) = ${isQuick}
    ), fitting as (
      select due.* from due left join unnest(${[...taken.keys()]}::text[], ${[...taken.values()]}::int[]) as t (host, count) using (host)
       where due.nth + coalesce(t.count, 0) <= ${ofHost}
       order by due.due_at limit ${limit}
    ), locked as (
      select h.id, f.head, f.host from outgoing_hooks h join fitting f on f.id = h.id
       where h.disabled_at is null and h.due_at <= now() for update of h skip locked
    ), h as (
      update outgoing_hooks o set due_at = now() + make_interval(secs => ${lease}) from locked where o.id = locked.id
      returning o.*, locked.head, locked.host
    )
    select h.id, h.head, h.host, h.stream_id as "streamId", r.uid as "roomUid", h.url, h.kinds,
           h.failing_since as "failingSince", ${dueColumns(db)}
      from h left join rooms r on r.id = h.stream_id`;
}

/** Everything up to `seq` is dealt with. `isWell`: the last event got through. @returns whether it is still on */
export async function advanceHook(db: Db, id: string, seq: number, isWell: boolean): Promise<boolean> {
  const [row] = await db<{ isOn: boolean }[]>`
    update outgoing_hooks
       set attempts = case when ${seq} > seq then 0 else attempts end, seq = greatest(seq, ${seq}),
           failing_since = case when ${isWell} then null else failing_since end
     where id = ${id}
    returning disabled_at is null as "isOn"`;
  return row?.isOn ?? false;
}

/** It may be taken again at once. */
export async function releaseHook(db: Db, id: string): Promise<void> {
  await db`update outgoing_hooks set due_at = now() where id = ${id}`;
}

/** The next event did not get through. `seconds`: until it is tried again. @returns seconds for which nothing got through */
export async function deferHook(db: Db, id: string, seconds: number): Promise<number> {
  const [row] = await db<{ failing: number }[]>`
    update outgoing_hooks
       set attempts = attempts + 1, due_at = now() + make_interval(secs => ${seconds}),
           failing_since = coalesce(failing_since, now())
     where id = ${id}
    returning extract(epoch from now() - failing_since)::float8 as failing`;
  return row?.failing ?? 0;
}

/** @returns whether it was on */
export async function disableHook(db: Db, id: string): Promise<boolean> {
  const rows = await db`
    update outgoing_hooks set disabled_at = now() where id = ${id} and disabled_at is null returning 1`;
  return rows.length > 0;
}

/** Those that an account made for a room. */
export async function disableHooksOf(db: Db, roomId: number, accountId: number): Promise<void> {
  await db`
    update outgoing_hooks set disabled_at = now()
     where stream_id = ${roomId} and creator_id = ${accountId} and disabled_at is null`;
}

export type DeliveryRow = {
  id: number;
  seq: number;
  kind: string;
  attempt: number;
  status: number | null;
  error: string | null;
  /** Ms. */
  duration: number;
  createdAt: Date;
};

/** Records an attempt, and keeps the newest `most` of the hook. */
export async function insertDelivery(
  db: Db,
  hookId: string,
  delivery: Omit<DeliveryRow, 'id' | 'createdAt'>,
  most: number,
): Promise<DeliveryRow | null> {
  const { seq, kind, attempt, status, error, duration } = delivery;
  const [row] = await db<DeliveryRow[]>`
    with old as (
      delete from hook_deliveries
       where hook_id = ${hookId}
         and id <= (select id from hook_deliveries where hook_id = ${hookId} order by id desc offset ${most - 1} limit 1)
    )
    insert into hook_deliveries as d (hook_id, seq, kind, attempt, status, error, duration)
    select id, ${seq}::bigint, ${kind}::text, ${attempt}::int, ${status}::int, ${error}::text, ${duration}::int
      from outgoing_hooks where id = ${hookId}
    returning ${deliveryColumns(db)}`;
  return row ?? null;
}

/** The newest first, below the id `before`. */
export async function listDeliveries(
  db: Db,
  hookId: string,
  before: number | null,
  limit: number,
): Promise<DeliveryRow[]> {
  return db<DeliveryRow[]>`
    select ${deliveryColumns(db)} from hook_deliveries d
     where d.hook_id = ${hookId} and d.id < ${before ?? Number.MAX_SAFE_INTEGER}::bigint
     order by d.id desc limit ${limit}`;
}

export async function findDelivery(db: Db, hookId: string, id: number): Promise<DeliveryRow | null> {
  const [row] = await db<DeliveryRow[]>`
    select ${deliveryColumns(db)} from hook_deliveries d where d.hook_id = ${hookId} and d.id = ${id}::bigint`;
  return row ?? null;
}

function columns(db: Db) {
  return db`
    h.id, h.stream_id as "streamId", r.uid as "roomUid", h.url, h.kinds, h.created_at as "createdAt",
    h.failing_since as "failingSince", h.disabled_at as "disabledAt"`;
}

function dueColumns(db: Db) {
  return db`h.creator_id as "creatorId", h.secret, h.seq, h.attempts`;
}

function deliveryColumns(db: Db) {
  return db`d.id, d.seq, d.kind, d.attempt, d.status, d.error, d.duration, d.created_at as "createdAt"`;
}
