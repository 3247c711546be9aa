/** Importing: records in batches of one kind, each in a transaction; one that cannot be stored keeps no other from it. */
import { type Sql, uniqueViolation } from '../../store/database.ts';
import { isStrangersMessage } from '../../store/messages.ts';
import { type ImportRecord, type Kind, RECORDS } from './records.ts';
import { type ImportOptions, isPassing, STORES, type Store } from './stores.ts';

/** `where`: for people, such as `line 7`. A record that could not be read is an Error. */
export type Sourced = { readonly where: string; readonly record: ImportRecord | Error };

export type ImportCounts = {
  readonly added: Record<Kind, number>;
  /** Were there already. */
  readonly there: number;
  readonly refused: number;
};

export type OnRefusal = (where: string, reason: string) => void;

/** Records of one transaction. */
const BATCH = 500;

/** @throws where the database is away: what was imported until then stays, and is passed over the next time */
export async function importRecords(
  sql: Sql,
  records: AsyncIterable<Sourced>,
  options: ImportOptions & { signal: AbortSignal; onRefusal: OnRefusal; onProgress: (records: number) => void },
): Promise<ImportCounts> {
  const added = Object.fromEntries(Object.keys(RECORDS).map((kind) => [kind, 0])) as Record<Kind, number>;
  let there = 0;
  let refused = 0;
  let batch: { where: string; record: ImportRecord }[] = [];

  function refuse(where: string, error: unknown): void {
    refused += 1;
    options.onRefusal(where, reasonOf(error));
  }

  async function store(part: typeof batch): Promise<void> {
    const { type } = (part[0] as (typeof batch)[number]).record;
    try {
      const kept = part.map(({ record }) => record);
      const results = await sql.begin((tx) => (STORES[type] as Store<Kind>)(tx, kept as never, options));
      const count = results.filter(Boolean).length;
      added[type] += count;
      there += results.length - count;
    } catch (error) {
      if (isPassing(error)) throw error;
      if (part.length === 1) return refuse(part[0]?.where ?? '', error);
      for (const one of part) await store([one]);
    }
  }

  async function flush(): Promise<void> {
    const full = batch;
    batch = [];
    if (full.length > 0) await store(full);
    options.onProgress(Object.values(added).reduce((sum, count) => sum + count, there + refused));
  }

  for await (const { where, record } of records) {
    options.signal.throwIfAborted();
    if (record instanceof Error) {
      refuse(where, record);
      continue;
    }
    if (batch.length === BATCH || (batch[0] !== undefined && batch[0].record.type !== record.type)) await flush();
    batch.push({ where, record });
  }
  await flush();
  return { added, there, refused };
}

function reasonOf(error: unknown): string {
  if (isStrangersMessage(error)) return 'its author is not a member of the room';
  const taken = uniqueViolation(error);
  if (taken === 'accounts_skeleton') return 'its username looks like that of another account';
  if (taken !== null) return `its ${/email/.test(taken) ? 'e-mail' : 'uid'} belongs to another`;
  return (error as Error).message;
}
