/** Notes every row that is written to the tables that requests can change, by triggers. Rows of rolled back transactions are none. */
import type { Sql } from '../../src/store/database.ts';

/** By table: columns that change later by themselves, such as counts of views, calls of browsers, and the progress of cleanups. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  accounts: [],
  sessions: ['used_at'],
  posts: ['views'],
  comments: [],
  likes: [],
  friendships: [],
  rooms: [],
  room_members: [],
  messages: [],
  objects: [],
  uploads: [],
  post_images: [],
  message_files: [],
  mentions: [],
  reactions: [],
  pins: [],
  room_marks: [],
  room_invites: [],
  bookmarks: [],
  blocks: [],
  notifications: [],
  community: [],
  community_invites: [],
  app_passwords: [],
  one_time_secrets: [],
  recovery_codes: [],
  passkeys: [],
  push_subscriptions: ['free_at', 'failures'],
  applications: [],
  mutes: [],
  reports: [],
  sanctions: [],
  cleanups: ['phase', 'after_id', 'accounts', 'texts'],
  audit: [],
};

/** Begins to note changes. */
export async function watchChanges(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create table noted_changes (id int generated always as identity primary key, what text not null);
    create function note_change() returns trigger language plpgsql as $$
    declare
      -- Null without arguments.
      others text[] := coalesce(tg_argv, '{}');
    begin
      if tg_op <> 'UPDATE' or to_jsonb(old) - others <> to_jsonb(new) - others then
        insert into noted_changes (what) values (tg_op || ' ' || tg_table_name);
      end if;
      return null;
    end $$`);
  for (const [table, columns] of Object.entries(TABLES))
    await sql.unsafe(`
      create trigger note_change after insert or update or delete on ${table}
        for each row execute function note_change(${columns.map((name) => `'${name}'`).join()})`);
}

/** Reads the changes in order. */
export class Changes {
  readonly #sql: Sql;
  #last = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** All changes since the call before. */
  async next(): Promise<string[]> {
    const rows = await this.#sql<{ id: number; what: string }[]>`
      select id, what from noted_changes where id > ${this.#last} order by id`;
    this.#last = rows.at(-1)?.id ?? this.#last;
    return rows.map(({ what }) => what);
  }
}
