/** Rows of access tokens: sessions with a name and the digest of a secret. */
import type { Db } from './database.ts';
import type { Scope } from './sessions.ts';

/** `usedAt` null: never. */
export type AccessTokenRow = {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: Date;
  usedAt: Date | null;
  expiresAt: Date;
};

function columns(db: Db) {
  return db`
    id, name, scopes, created_at as "createdAt", nullif(used_at, to_timestamp(0)) as "usedAt", expires_at as "expiresAt"`;
}

export type NewAccessTokenRow = {
  id: string;
  accountId: number;
  name: string;
  digest: Uint8Array;
  scopes: readonly Scope[];
  /** Seconds. */
  lasts: number;
};

/** @returns null: the account has `most` good ones */
export async function insertAccessToken(
  db: Db,
  token: NewAccessTokenRow,
  most: number,
): Promise<AccessTokenRow | null> {
  const { id, accountId, name, digest, scopes, lasts } = token;
  const [row] = await db<AccessTokenRow[]>`
    insert into sessions (id, account_id, name, digest, scopes, used_at, expires_at)
    select ${id}::uuid, ${accountId}::int, ${name}, ${digest}::bytea, ${scopes as Scope[]}::text[], to_timestamp(0),
           now() + make_interval(secs => ${lasts})
     where (select count(*) from sessions
             where account_id = ${accountId} and digest is not null and expires_at > now()) < ${most}
    returning ${columns(db)}`;
  return row ?? null;
}

/** The account's good ones, the newest first. */
export async function listAccessTokens(db: Db, accountId: number, limit: number): Promise<AccessTokenRow[]> {
  return db<AccessTokenRow[]>`
    select ${columns(db)} from sessions
     where account_id = ${accountId} and digest is not null and expires_at > now()
     order by created_at desc, id limit ${limit}`;
}

/** Null: it is none of the account's. */
export async function findAccessTokenName(db: Db, accountId: number, id: string): Promise<string | null> {
  const [row] = await db<{ name: string }[]>`
    select name from sessions where id = ${id} and account_id = ${accountId} and digest is not null`;
  return row?.name ?? null;
}
