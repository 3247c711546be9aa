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
  parameters: ['file'],
  summary: 'write a snapshot of everything into one file ("-": standard output)',
  details: `The file is a consistent snapshot of the database and every file that it refers to, taken while the server runs. It is a
gzipped tar, readable by its owner only; an existing file is not overwritten. It contains no secret that signs tokens
(DATA_DIR/secrets, JWT_SECRET), but password hashes and everybody's content: protect it like the data itself.`,
  options: {
    'skip-missing': { type: 'boolean', summary: 'leave out missing files, and list them in the manifest' },
  },
  example: 'koine backup koine-2026-01-31.tar.gz',
  run: async ({ config: configOf, signal, progress }, [file = ''], values) => {
    const config = configOf();
    const path = file === '-' ? process.stdout : resolve(file);
    if (path === process.stdout && process.stdout.isTTY)
      throw new UsageError('standard output is a terminal: redirect the backup to a file or a pipe');
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
      ? { ...summaryOf('backed up to standard output', written), outputIsData: true }
      : summaryOf(`backed up to ${path}`, written);
  },
};

function refuse(key: string): never {
  throw new Error(`the stored file ${key} is missing; pass --skip-missing to leave it out`);
}
