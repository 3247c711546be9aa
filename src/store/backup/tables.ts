/** The tables of the database as its catalog has them, and their rows as JSON. */
import { createHash } from 'node:crypto';
import type { Db } from '../database.ts';
import type { TableSum } from './format.ts';

export type Table = {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of its primary key, as an `order by` that is the same in every database. */
  readonly ordering: string;
};

/** Rows of a chunk come to about this many bytes. */
const CHUNK = 2 * 1024 * 1024;
const ROWS_AT_ONCE = 500;

/**
 * Told of by the header (migrations); of the moment only (which processes serve, who is where), as tables that are not logged are;
 * and of this database only (its epoch: positions in streams that clients kept say nothing about the database that is restored).
 */
const LEFT_OUT = ['koine_migrations', 'nodes', 'places', 'installation'];

/** Columns that are computed are left out. */
export async function listTables(db: Db): Promise<Table[]> {
  return db<Table[]>`
    select c.relname as name,
           array(select a.attname::text from pg_attribute a
                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                  order by a.attnum) as columns,
           (select string_agg(quote_ident(a.attname) || case when a.attcollation <> 0 then ' collate "C"' else '' end,
                              ', ' order by k.n)
              from pg_index i
             cross join unnest(i.indkey::int[]) with ordinality as k (attnum, n)
              join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
             where i.indrelid = c.oid and i.indisprimary) as ordering
      from pg_class c
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relpersistence = 'p' and c.relname <> all(${LEFT_OUT}::text[])
     order by c.relname collate "C"`;
}

export async function countRows(db: Db, { name }: Table): Promise<number> {
  const [row] = await db<[{ count: number }]>`select count(*) from ${db(name)}`;
  return row.count;
}

/** Times read the same in every database. */
export async function settleFormats(tx: Db): Promise<void> {
  await tx`set local timezone = 'UTC'`;
  await tx`set local statement_timeout = 0`;
  await tx`set local lock_timeout = 0`;
  await tx`set local idle_in_transaction_session_timeout = 0`;
}

/** All rows, in the order of their key, in chunks of whole lines. */
export async function* readRows(tx: Db, table: Table): AsyncGenerator<{ rows: number; bytes: Buffer }> {
  const columns = table.columns.map((column) => tx`${tx(column)}`);
  const listed = columns.reduce((list, column) => tx`${list}, ${column}`);
  const lines = tx<{ line: string }[]>`
    select row_to_json(r)::text as line
      from (select ${listed} from ${tx(table.name)} order by ${tx.unsafe(table.ordering)}) as r`.cursor(ROWS_AT_ONCE);
  let chunk: string[] = [];
  let size = 0;
  for await (const page of lines) {
    for (const { line } of page) {
      chunk.push(line);
      size += line.length;
    }
    if (size < CHUNK) continue;
    yield { rows: chunk.length, bytes: Buffer.from(`${chunk.join('\n')}\n`) };
    chunk = [];
    size = 0;
  }
  if (chunk.length > 0) yield { rows: chunk.length, bytes: Buffer.from(`${chunk.join('\n')}\n`) };
}

/** As the manifest of a backup of these rows has it. */
export async function sumOfRows(tx: Db, table: Table): Promise<TableSum> {
  const hash = createHash('sha256');
  let rows = 0;
  for await (const chunk of readRows(tx, table)) {
    rows += chunk.rows;
    hash.update(chunk.bytes);
  }
  return { rows, sha256: hash.digest('hex') };
}

/** Stores rows as `readRows` gave them. */
export async function insertRows(tx: Db, table: Table, lines: string): Promise<number> {
  const columns = table.columns.map((column) => tx`${tx(column)}`);
  const listed = columns.reduce((list, column) => tx`${list}, ${column}`);
  const rows = `[${lines.trimEnd().replaceAll('\n', ',')}]`;
  const result = await tx`
    insert into ${tx(table.name)} (${listed}) overriding system value
    select ${listed} from json_populate_recordset(null::${tx(table.name)}, ${rows}::text::json)`;
  return result.count;
}

export type Sequence = { readonly table: string; readonly column: string; readonly next: number };

/** Read inside a snapshot, they are beyond whatever it shows. */
export async function listSequences(db: Db): Promise<Sequence[]> {
  const columns = await db<{ table: string; column: string; sequence: string }[]>`
    select c.relname as table, a.attname as column,
           pg_get_serial_sequence(quote_ident(c.relname), a.attname)::regclass::text as sequence
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
     where c.relnamespace = current_schema()::regnamespace and c.relpersistence = 'p' and a.attidentity <> ''
     order by c.relname collate "C", a.attname collate "C"`;
  const found: Sequence[] = [];
  for (const { table, column, sequence } of columns) {
    const [row] = await db<[{ next: number }]>`
      select case when is_called then last_value + 1 else last_value end as next from ${db.unsafe(sequence)}`;
    found.push({ table, column, next: row.next });
  }
  return found;
}

export async function setSequence(tx: Db, { table, column, next }: Sequence): Promise<void> {
  await tx`select setval(pg_get_serial_sequence(quote_ident(${table}), ${column}), ${next}, false)`;
}
