/** `koine restore`: restores a backup into an empty installation. */
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { restoreBackup } from '../store/backup/restore.ts';
import type { Db } from '../store/database.ts';
import { migrateIn } from '../store/migrate.ts';
import { endEverySession } from '../store/sessions.ts';
import { openSpool } from '../store/spool.ts';
import type { Command } from './command.ts';
import { withDatabaseAsItIs } from './database.ts';
import { withFiles } from './files.ts';
import { summaryOf } from './summary.ts';

export const restore: Command = {
  words: ['restore'],
  takes: ['file'],
  does: 'read a backup into an empty place',
  details: `The place is what the settings name: an embedded or another PostgreSQL, a folder or S3; it need not be what the backup
came from. Nothing is overwritten: there must be no accounts and no files, and no server running. A backup that is cut
short or altered is refused, and leaves nothing behind. An older one is brought up to date.
Everybody signs in again, so that no session comes back that was ended since. For a move, --keep-sessions keeps people
signed in; that takes the same secret, too: JWT_SECRET, or a copy of DATA_DIR/secrets.`,
  options: { 'keep-sessions': { type: 'boolean', does: 'people stay signed in' } },
  example: 'DATABASE_URL=postgres://… koine restore koine-2026-01-31.tar.gz',
  run: async ({ config: configOf, signal, progress }, [file = ''], values) => {
    const config = configOf();
    const path = resolve(file);
    // Fail before anything is created.
    await access(path);
    const restored = await withFiles(config, (blobs) =>
      withDatabaseAsItIs(config, signal, async (sql) => {
        const spool = await openSpool(join(config.dataDir, 'tmp'));
        const also = values['keep-sessions'] ? migrateIn : migrateAndEndSessions;
        return restoreBackup(path, { sql, blobs, spool }, { signal, onProgress: progress, also });
      }),
    );
    return summaryOf(`restored ${path}`, restored);
  },
};

async function migrateAndEndSessions(tx: Db): Promise<void> {
  await migrateIn(tx);
  await endEverySession(tx);
}
