import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { atEnd, folder } from '../../test/support/conditions.ts';
import { emptyDatabase } from '../../test/support/harness.ts';
import { openDatabase } from './database.ts';
import { runOnce } from './migrate.ts';

const FAULTS: Record<string, [text: string, says: string]> = {
  'where the syntax is wrong': [
    '-- Pins: 📌\ncreate table pins (id int);\n\ncreate tabel likes ();\n',
    'migrations/1.sql:4: syntax error at or near "tabel"',
  ],
  'where a name is unknown': [
    'create table pins (id int);\nalter table pins\n  drop column place;\n',
    'migrations/1.sql: column "place" of relation "pins" does not exist',
  ],
  'in the first line': ['selec 1', 'migrations/1.sql:1: syntax error at or near "selec"'],
  'and rows that are in the way': [
    'create table pins (id int);\ninsert into pins values (7), (7);\nalter table pins add primary key (id);\n',
    'migrations/1.sql: could not create unique index "pins_pkey" (Key (id)=(7) is duplicated.)',
  ],
};

for (const [what, [text, says]] of Object.entries(FAULTS))
  test(`a migration that fails names its file and the line, ${what}`, async (t) => {
    const sql = openDatabase(await emptyDatabase(t), 1);
    atEnd(t, () => sql.end());
    const place = await folder(t);
    await writeFile(join(place, '1.sql'), text);
    const run = sql.begin((tx) => runOnce(tx, '1.sql', pathToFileURL(`${place}/`)));
    await assert.rejects(run, { message: says });
    assert.deepEqual([...(await sql`select to_regclass('pins') as pins`)], [{ pins: null }]);
  });
