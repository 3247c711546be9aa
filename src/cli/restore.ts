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
  parameters: ['file'],
  summary: 'restore a backup into an empty installation',
  details: `The target is the configured PostgreSQL (embedded or not) and file storage (folder or S3), of any kind, whatever the backup
came from. Nothing is overwritten: the target must have no accounts, no files and no running server. A truncated or altered
backup is refused and leaves nothing behind. An older one is migrated to the current schema.
All sessions end, so that none comes back that was ended after the backup. For a move, --keep-sessions keeps them; they
need the same secret as well: JWT_SECRET, or a copy of DATA_DIR/secrets.`,
  options: { 'keep-sessions': { type: 'boolean', summary: 'keep all sessions' } },
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
