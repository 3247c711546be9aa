/** A restore drops foreign keys and disables triggers: rows come in any order, and contain the results of the triggers. */
import type { Db } from '../database.ts';
import type { Table } from './tables.ts';

export type ForeignKey = { readonly table: string; readonly name: string; readonly definition: string };

/** Adding the keys again afterwards checks all rows at once. */
export async function dropForeignKeys(tx: Db): Promise<ForeignKey[]> {
  const keys = await tx<ForeignKey[]>`
    select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
      from pg_constraint k
      join pg_class c on c.oid = k.conrelid
     where k.contype = 'f' and k.conparentid = 0 and c.relnamespace = current_schema()::regnamespace
     order by c.relname, k.conname`;
  for (const { table, name } of keys) await tx`alter table ${tx(table)} drop constraint ${tx(name)}`;
  return [...keys];
}

export async function restoreForeignKeys(tx: Db, keys: readonly ForeignKey[]): Promise<void> {
  for (const { table, name, definition } of keys)
    await tx`alter table ${tx(table)} add constraint ${tx(name)} ${tx.unsafe(definition)}`;
}

/** The triggers of the schema maintain counters and the like, whose values the restored rows contain already. */
export async function setTriggers(tx: Db, tables: readonly Table[], state: 'enable' | 'disable'): Promise<void> {
  for (const { name } of tables) await tx`alter table ${tx(name)} ${tx.unsafe(state)} trigger user`;
}
