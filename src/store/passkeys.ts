/** Rows of passkeys: WebAuthn credentials. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

/** `usedAt` null: never. */
export type PasskeyRow = { id: string; name: string; createdAt: Date; usedAt: Date | null };

function columns(db: Db) {
  return db`id, name, created_at as "createdAt", used_at as "usedAt"`;
}

export type NewPasskeyRow = {
  accountId: number;
  credentialId: Uint8Array;
  rpId: string;
  publicKey: Uint8Array;
  counter: number;
  name: string;
};

/** @returns null: the account has `most` @throws a unique violation of `passkeys_credential_id_key` */
export async function insertPasskey(db: Db, passkey: NewPasskeyRow, most: number): Promise<PasskeyRow | null> {
  const { accountId, credentialId, rpId, publicKey, counter, name } = passkey;
  const [row] = await db<PasskeyRow[]>`
    insert into passkeys (account_id, credential_id, rp_id, public_key, counter, name)
    select ${accountId}::int, ${credentialId}::bytea, ${rpId}, ${publicKey}::bytea, ${counter}::bigint, ${name}
     where (select count(*) from passkeys where account_id = ${accountId}) < ${most}
    returning ${columns(db)}`;
  return row ?? null;
}

/** The newest first. */
export async function listPasskeys(db: Db, accountId: number, limit: number): Promise<PasskeyRow[]> {
  return db<PasskeyRow[]>`
    select ${columns(db)} from passkeys where account_id = ${accountId} order by created_at desc, id limit ${limit}`;
}

/** The ids of the account's credentials for that server. */
export async function listCredentialIds(
  db: Db,
  { accountId, rpId }: { accountId: number; rpId: string },
  limit: number,
): Promise<Uint8Array[]> {
  const rows = await db<{ id: Uint8Array }[]>`
    select credential_id as id from passkeys where account_id = ${accountId} and rp_id = ${rpId}
     order by created_at desc, passkeys.id limit ${limit}`;
  return rows.map(({ id }) => id);
}

export type PasskeyKeyRow = { id: string; publicKey: Uint8Array; counter: number; account: AccountRow };

/** With its account, unless that is disabled. */
export async function findPasskey(db: Db, credentialId: Uint8Array, rpId: string): Promise<PasskeyKeyRow | null> {
  const [row] = await db<PasskeyKeyRow[]>`
    select p.id, p.public_key as "publicKey", p.counter, to_jsonb(a) as account
      from passkeys p
      join lateral (select ${accountColumns(db)} from accounts
                     where accounts.id = p.account_id and disabled_at is null offset 0) as a on true
     where p.credential_id = ${credentialId} and p.rp_id = ${rpId}`;
  return row ?? null;
}

/** Notes the use. @returns whether the counter is higher than before, or counts nothing */
export async function notePasskeyUse(db: Db, id: string, counter: number): Promise<boolean> {
  const { count } = await db`
    update passkeys set used_at = now(), counter = ${counter}
     where id = ${id} and (counter < ${counter} or (counter = 0 and ${counter}::bigint = 0))`;
  return count > 0;
}

export async function renamePasskey(db: Db, accountId: number, id: string, name: string): Promise<PasskeyRow | null> {
  const [row] = await db<PasskeyRow[]>`
    update passkeys set name = ${name} where id = ${id} and account_id = ${accountId} returning ${columns(db)}`;
  return row ?? null;
}

/** @returns its name; null: it was not there */
export async function deletePasskey(db: Db, accountId: number, id: string): Promise<string | null> {
  const [row] = await db<{ name: string }[]>`
    delete from passkeys where id = ${id} and account_id = ${accountId} returning name`;
  return row?.name ?? null;
}
