/** Rows of push subscriptions: browsers that are notified while the web client is closed. */
import type { Db } from './database.ts';

export type NewPushSubscriptionRow = {
  readonly accountId: number;
  readonly sessionId: string;
  readonly endpoint: string;
  readonly p256dh: Uint8Array;
  readonly auth: Uint8Array;
};

/** The session stays until the transaction ends. @returns whether it is there and has not ended */
export async function holdSession(db: Db, id: string): Promise<boolean> {
  return (await db`select from sessions where id = ${id} and ended_at is null for key share`).length > 0;
}

/** One that has the endpoint becomes this one. The account keeps the newest, `most` at most. @returns its id */
export async function savePushSubscription(
  db: Db,
  { accountId, sessionId, endpoint, p256dh, auth }: NewPushSubscriptionRow,
  most: number,
): Promise<string> {
  const [row] = await db<[{ id: string }]>`
    with beyond as (
      delete from push_subscriptions
       where id in (select id from push_subscriptions where account_id = ${accountId} and endpoint <> ${endpoint}
                     order by created_at desc, id offset ${most - 1})
    )
    insert into push_subscriptions (account_id, session_id, endpoint, p256dh, auth)
    values (${accountId}, ${sessionId}, ${endpoint}, ${p256dh}, ${auth})
    on conflict (endpoint) do update
      set account_id = excluded.account_id, session_id = excluded.session_id, p256dh = excluded.p256dh, auth = excluded.auth,
          free_at = now(), failures = 0
    returning id`;
  return row.id;
}

/** @returns whether it was there */
export async function deletePushSubscription(db: Db, accountId: number, id: string): Promise<boolean> {
  const { count } = await db`delete from push_subscriptions where id = ${id} and account_id = ${accountId}`;
  return count > 0;
}

/** The push service does not know it any more. */
export async function dropPushSubscription(db: Db, id: string): Promise<void> {
  await db`delete from push_subscriptions where id = ${id}`;
}
