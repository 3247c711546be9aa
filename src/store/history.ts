/** The servers' measurements: a row a minute and node. */
import type { Db } from './database.ts';

export type Measures = Readonly<Record<string, number>>;
export type HistoryPoint = { at: Date; values: Measures };

/** In place of another one of that minute. */
export async function saveMeasures(db: Db, node: string, measures: Measures): Promise<void> {
  await db`
    insert into history (at, node, measures) values (date_trunc('minute', now()), ${node}, ${JSON.stringify(measures)}::text::jsonb)
    on conflict (at, node) do update set measures = excluded.measures`;
}

/**
 * Of all nodes together, a point for each `step` seconds, the oldest first. `worst`: of these the largest value counts, of the others
 * their sum over the nodes, on average of the minutes.
 */
export async function listHistory(
  db: Db,
  { seconds, step, worst }: { seconds: number; step: number; worst: readonly string[] },
): Promise<HistoryPoint[]> {
  return db<HistoryPoint[]>`
    select at, jsonb_object_agg(name, value) as values
      from (
        select date_bin(make_interval(secs => ${step}), h.at, 'epoch') as at, v.key as name,
               case when v.key = any(${worst as string[]}::text[]) then max(v.value::float8)
                    else sum(v.value::float8) / count(distinct h.at) end as value
          from history h cross join lateral jsonb_each_text(h.measures) as v
         where h.at > now() - make_interval(secs => ${seconds})
         group by 1, 2) as point
     group by at order by at`;
}

/** @returns how many */
export async function deleteHistoryBefore(db: Db, hours: number, limit: number): Promise<number> {
  const { count } = await db`
    delete from history
     where (at, node) in (select at, node from history
                           where at < now() - make_interval(hours => ${hours}) order by at limit ${limit})`;
  return count;
}
