/** `koine import`: imports accounts and their content from a file or another server's database. */
import { createReadStream, readFileSync } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { importRecords, type Sourced } from '../core/import/importer.ts';
import { recordsOfLines, recordsOfRelay } from '../core/import/sources.ts';
import { indexPending } from '../core/search/indexer.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { openDatabase, type Sql } from '../store/database.ts';
import { type Command, type Context, type Report, UsageError, type Values } from './command.ts';
import { withDatabase } from './database.ts';
import { printableLine } from './printable.ts';

const SOURCE = {
  source: {
    type: 'string',
    value: 'name',
    summary: 'a name of the source, if there are several; use the same when repeating an import',
  },
} as const;
/** One line per kind of record. */
const EXAMPLE = new URL('examples/import.ndjson', PACKAGE_ROOT);
/** Refusals beyond this are only counted. */
const REFUSALS_SHOWN = 100;

const importFile: Command = {
  words: ['import'],
  parameters: ['file'],
  summary: 'import accounts and their content from NDJSON ("-": standard input)',
  get details() {
    return `Each line is a JSON object in UTF-8, as in docs/operating.md and in this example. A record comes after those that it refers to:
accounts, friendships, posts, comments, likes, rooms, members, messages. Ids and uids may be strings or whole numbers; times
are ISO 8601, in UTC unless they name a zone. The import is idempotent: repeating it duplicates nothing. An account with an existing name is taken
for the same person. Refused lines are reported and the others are imported; then the exit code is 1.

${readFileSync(EXAMPLE, 'utf8').trim()}`;
  },
  options: SOURCE,
  example: 'koine import people.ndjson',
  run: (context, [file = ''], values) => take(context, values, 'file', recordsOfLines(bytesOf(file, context.signal))),
};

const importRelay: Command = {
  words: ['import', 'relay'],
  parameters: ['database url'],
  summary: 'import the users and messages of another server of the relay API',
  details: `It reads the tables "users" and "messages" of the relay document and changes nothing there. Passwords cannot be
imported: set new ones with "koine user reset-password". Leave the password out of the URL and set PGPASSWORD.`,
  options: SOURCE,
  example: 'PGPASSWORD=… koine import relay postgres://relay@localhost/relay',
  run: async (context, [url = ''], values) => {
    const sql = openOther(url);
    try {
      return await take(context, values, 'relay', recordsOfRelay(sql));
    } finally {
      await sql.end();
    }
  },
};

export const IMPORT_COMMANDS = [importRelay, importFile];

function openOther(url: string): Sql {
  try {
    return openDatabase(url, 1);
  } catch (error) {
    throw new UsageError(`the database url ${(error as Error).message}`);
  }
}

/** Opened lazily, where a failure is handled. */
async function* bytesOf(file: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  yield* addAbortSignal(signal, file === '-' ? process.stdin : createReadStream(file));
}

async function take(
  { config: configOf, json, signal, progress }: Context,
  values: Values,
  defaultSource: string,
  records: AsyncIterable<Sourced>,
): Promise<Report> {
  let shown = 0;
  const onRefusal = (where: string, reason: string) => {
    shown += 1;
    if (shown <= REFUSALS_SHOWN)
      process.stderr.write(`${printableLine(json ? JSON.stringify({ where, reason }) : `${where}: ${reason}`)}\n`);
  };
  const counts = await withDatabase(configOf(), signal, async (sql) => {
    const imported = await importRecords(sql, records, {
      source: String(values.source ?? defaultSource),
      signal,
      onRefusal,
      onProgress: (count) => progress('records', count, 0),
    });
    await indexPending(sql, { signal, onProgress: (count) => progress('indexing', count, 0) });
    return imported;
  });
  const added = Object.entries(counts.added).filter(([, count]) => count > 0);
  const listed = added.map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`).join(', ');
  return {
    text: `imported ${listed || 'nothing'}; ${counts.there} existed already, ${counts.refused} were refused`,
    data: counts,
    failed: counts.refused > 0,
  };
}
