/** `koine backup`: a consistent snapshot of everything in one file, while the server runs. */
import { resolve } from 'node:path';
import { version } from '../config/version.ts';
import { writeBackup } from '../store/backup/write.ts';
import { type Command, UsageError } from './command.ts';
import { withDatabaseAsItIs } from './database.ts';
import { withFiles } from './files.ts';
import { summaryOf } from './summary.ts';

export const backup: Command = {
  words: ['backup'],
  takes: ['file'],
  does: 'write everything into one file ("-": standard output), while the server serves',
  details: `The file shows one moment: the database, and every file that it refers to. It is a gzipped tar, readable by its
owner only; a file that is there already is not overwritten. It holds no secret that signs tokens (DATA_DIR/secrets,
JWT_SECRET), but password hashes and all that people wrote: keep it as you keep the data itself.`,
  options: {
    'skip-missing': { type: 'boolean', does: 'go on where a stored file is gone, and name it in the manifest' },
  },
  example: 'koine backup koine-2026-01-31.tar.gz',
  run: async ({ config: configOf, signal, progress }, [file = ''], values) => {
    const config = configOf();
    const path = file === '-' ? process.stdout : resolve(file);
    if (path === process.stdout && process.stdout.isTTY)
      throw new UsageError('a backup is no text for a terminal: send standard output somewhere');
    const written = await withFiles(config, (blobs) =>
      withDatabaseAsItIs(config, signal, (sql) =>
        writeBackup(
          path,
          { sql, blobs, version },
          { signal, onProgress: progress, onMissing: values['skip-missing'] ? () => undefined : refuse },
        ),
      ),
    );
    return path === process.stdout
      ? { ...summaryOf('backed up to standard output', written), outputIsTaken: true }
      : summaryOf(`backed up to ${path}`, written);
  },
};

function refuse(key: string): never {
  throw new Error(`the stored file ${key} is gone; with --skip-missing, the backup does without it`);
}
