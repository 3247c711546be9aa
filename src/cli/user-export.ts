/** `koine user export`: all data about one person, for that person. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type ExportedFile, exportAccount } from '../core/accounts/account-export.ts';
import { writeContainer } from '../store/backup/container.ts';
import { makeFolder } from '../store/folders.ts';
import { getNamed } from './accounts.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';
import { withFiles } from './files.ts';

type Add = (file: ExportedFile) => Promise<void>;

export const userExport: Command = {
  words: ['user', 'export'],
  parameters: ['username', 'folder or file'],
  summary: 'write all data about a person: account, content and pictures',
  details: `The target is a new or empty folder or, if its name ends in .tar.gz, one file. account.json has the account and its sessions;
records/*.ndjson has friendships, posts, comments, likes, chats with their members, and the person's own messages, in the
format that "koine import" reads; files/ has the pictures. Passwords and tokens are not included.`,
  example: 'koine user export ann ann.tar.gz',
  run: async ({ config: configOf, signal, progress }, [username = '', target = '']) => {
    const config = configOf();
    const path = resolve(target);
    return withFiles(config, (blobs) =>
      withDatabase(config, signal, async (sql) => {
        const { id, username: name } = await getNamed(sql, username);
        const onProgress = (records: number) => progress('records', records, 0);
        const fill = (add: Add) => exportAccount(sql, blobs, id, add, { signal, onProgress });
        const written = path.endsWith('.tar.gz') ? await intoFile(path, signal, fill) : await intoFolder(path, fill);
        const { records, files } = written;
        return {
          text: `${name}: ${records} records and ${files} files are in ${path}`,
          data: { username: name, path, records, files },
        };
      }),
    );
  },
};

async function intoFile<T>(path: string, signal: AbortSignal, fill: (add: Add) => Promise<T>): Promise<T> {
  let result: T | undefined;
  await writeContainer(path, signal, async (add) => {
    result = await fill(({ name, content }) => add(name, content));
  });
  return result as T;
}

/** Removes the folder if the export fails. */
async function intoFolder<T>(path: string, fill: (add: Add) => Promise<T>): Promise<T> {
  await makeFolder(path);
  if ((await readdir(path)).length > 0) throw new Error(`${path} is not empty`);
  try {
    return await fill(async ({ name, content }) => {
      await makeFolder(dirname(join(path, name)));
      await writeFile(join(path, name), Buffer.isBuffer(content) ? content : content.stream, {
        flag: 'wx',
        mode: 0o600,
      });
    });
  } catch (error) {
    await rm(path, { recursive: true, force: true });
    throw error;
  }
}
