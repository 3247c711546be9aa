/** Makes the database refuse references to rows of earlier transactions, as it does if the row was deleted a moment ago. */
import { LOBBY_STREAM } from '../../src/core/events/events.ts';
import type { Sql } from '../../src/store/database.ts';

/** References that requests cannot make stale: what they refer to is made in the same transaction, or by the server itself. */
const LASTING = ['streams', 'nodes', 'objects'];

/** @returns the tables that others refer to */
export async function prepareVanishing(sql: Sql): Promise<string[]> {
  await sql.unsafe(`
    create table vanished (name text not null);
    create function refuse_reference() returns trigger language plpgsql as $$
    declare
      key text := to_jsonb(new) ->> tg_argv[1];
      is_older boolean := false;
    begin
      if key is not null and exists (select from vanished where name = tg_argv[0])
         -- The lobby stays.
         and (tg_argv[0], key) <> ('rooms', '${LOBBY_STREAM}') then
        execute format('select xmin <> pg_current_xact_id()::xid from %s where %I::text = $1 limit 1', tg_argv[0], tg_argv[2])
          into is_older using key;
      end if;
      if is_older then
        raise foreign_key_violation using
          message = format('insert or update on table "%s" violates foreign key constraint "%s"', tg_table_name, tg_name),
          detail = format('Key (%s)=(0) is not present in table "%s".', tg_argv[1], tg_argv[0]);
      end if;
      return new;
    end $$`);
  const references = await sql<{ name: string; of: string; column: string; to: string; key: string }[]>`
    select c.conname as name, c.conrelid::regclass::text as of, a.attname as column,
           c.confrelid::regclass::text as to, k.attname as key
      from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      join pg_attribute k on k.attrelid = c.confrelid and k.attnum = c.confkey[1]
     where c.contype = 'f' and c.confrelid::regclass::text <> all(${LASTING})`;
  for (const { name, of, column, to, key } of references)
    await sql.unsafe(`
      create trigger refuse_${name} before insert or update of ${column} on ${of}
        for each row execute function refuse_reference('${to}', '${column}', '${key}')`);
  return [...new Set(references.map(({ to }) => to))].sort();
}

/** References to rows of these tables are refused while `act` runs. */
export async function whileVanished<T>(sql: Sql, tables: readonly string[], act: () => Promise<T>): Promise<T> {
  await sql`insert into vanished select unnest(${tables as string[]}::text[])`;
  try {
    return await act();
  } finally {
    await sql`delete from vanished`;
  }
}
