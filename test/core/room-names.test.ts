/** The migration that returns the names that clients compute to direct rooms. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../src/store/database.ts';
import { knownMigrations, migrate, runOnce } from '../../src/store/migrate.ts';
import { atEnd } from '../support/conditions.ts';
import { emptyDatabase } from '../support/harness.ts';

const MIGRATION = '0016-room-names.sql';

test('the migration gives direct rooms the names that clients compute, and removes names of deleted people', async (t) => {
  const sql = openDatabase(await emptyDatabase(t), 2);
  atEnd(t, () => sql.end());
  for (const name of await knownMigrations()) if (name < MIGRATION) await sql.begin((tx) => runOnce(tx, name));
  const names = ['ann', 'bob', 'eve', 'a_b', 'c', 'a', 'b_c', 'c-2'];
  await sql`
    insert into accounts (username, username_key, password_hash) select name, name, 'x' from unnest(${names}::text[]) as n (name)`;
  const room = async (kind: 'direct' | 'group', name: string, pair: readonly string[] = []) => {
    const [{ id }] = await sql<[{ id: number }]>`
      with s as (insert into streams default values returning id)
      insert into rooms (id, kind, name, title) select id, ${kind}, ${name}, ${kind === 'group' ? name : null} from s returning id`;
    if (pair.length > 0)
      await sql`
        insert into direct_rooms (room_id, low_id, high_id)
        select ${id}, min(id), max(id) from accounts where username = any(${pair as string[]}::text[])`;
    return id;
  };
  const ids = {
    trap: await room('group', 'ann_bob'),
    victims: await room('direct', 'ann_bob-2', ['ann', 'bob']),
    plain: await room('group', 'Team'),
    like: await room('group', 'ann-bob'),
    first: await room('direct', 'a_b_c', ['a_b', 'c']),
    second: await room('direct', 'a_b_c-3', ['a', 'b_c']),
    numbered: await room('direct', 'ann_c-2', ['ann', 'c-2']),
    held: await room('group', 'b_c_eve'),
    freed: await room('direct', 'b_c_eve-2', ['b_c', 'eve']),
    leftAlone: await room('direct', 'bob_someone'),
  };
  assert.ok((await migrate(sql)).includes(MIGRATION));
  const nameOf = async (id: number) => (await sql<[{ name: string }]>`select name from rooms where id = ${id}`)[0].name;
  assert.match(await nameOf(ids.trap), /^ann-bob-[0-9a-f]{12}$/);
  assert.match(await nameOf(ids.held), /^b-c-eve-[0-9a-f]{12}$/);
  assert.match(await nameOf(ids.leftAlone), /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  const kept: [number, string][] = [
    [ids.victims, 'ann_bob'],
    [ids.plain, 'Team'],
    [ids.like, 'ann-bob'],
    [ids.first, 'a_b_c'],
    [ids.second, 'a_b_c-3'],
    [ids.numbered, 'ann_c-2'],
    [ids.freed, 'b_c_eve'],
  ];
  for (const [id, name] of kept) assert.equal(await nameOf(id), name);
  await assert.rejects(room('group', 'ann_eve'), /rooms_group_names/);
});
