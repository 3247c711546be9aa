/** `koine verify`: proves that a backup is complete and can be restored. */
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { verifyBackup } from '../store/backup/verify.ts';
import type { Command } from './command.ts';
import { summaryOf } from './summary.ts';

export const verify: Command = {
  words: ['verify'],
  parameters: ['file'],
  summary: 'verify a backup: restore it separately and compare counts and checksums',
  details: `It starts a PostgreSQL of its own in a temporary folder (TMPDIR), which needs as much space as the original data, and
leaves nothing behind. The configured database and files are not touched.`,
  example: 'koine verify koine-2026-01-31.tar.gz',
  run: async ({ signal, progress }, [file = '']) => {
    const path = resolve(file);
    await access(path);
    return summaryOf(`${path} is good`, await verifyBackup(path, { signal, onProgress: progress }));
  },
};
