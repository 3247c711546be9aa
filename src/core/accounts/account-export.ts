/** Exports all data of an account for its owner: account, texts and pictures, without secrets. */
import {
  type ExportedRow,
  exportComments,
  exportFriendships,
  exportLikes,
  exportMessages,
  exportPosts,
  exportRooms,
  findExportedAccount,
  listExportedIdentities,
  listExportedSessions,
} from '../../store/account-exports.ts';
import type { Blobs } from '../../store/blobs.ts';
import type { Sql } from '../../store/database.ts';

/** A file of the export. */
export type ExportedFile = { readonly name: string; readonly bytes: Buffer };

export type ExportOptions = { readonly signal: AbortSignal; readonly onProgress: (records: number) => void };

/** Approximate size of a file of records, in bytes. */
const CHUNK = 4 * 1024 * 1024;

/**
 * Exports a snapshot: `account.json`, records in the import format under `records/`, pictures under `files/`.
 * @returns the number of records and files
 */
export async function exportAccount(
  sql: Sql,
  blobs: Pick<Blobs, 'read'>,
  accountId: number,
  add: (file: ExportedFile) => Promise<void>,
  { signal, onProgress }: ExportOptions,
): Promise<{ records: number; files: number }> {
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    const { avatarKey, ...account } = await findExportedAccount(tx, accountId);
    const pictures = avatarKey === null ? [] : [avatarKey];
    const avatar = avatarKey === null ? null : `files/${avatarKey}`;
    const sessions = await listExportedSessions(tx, accountId);
    const identities = await listExportedIdentities(tx, accountId);
    await add({
      name: 'account.json',
      bytes: Buffer.from(`${JSON.stringify({ ...account, avatar, identities, sessions }, null, 2)}\n`),
    });

    const records = createRecordFiles(add);
    await records.write(accountRecord(account));
    for (const list of [exportFriendships, exportPosts, exportComments, exportLikes, exportRooms, exportMessages])
      for await (const rows of list(tx, accountId)) {
        signal.throwIfAborted();
        for (const row of rows) {
          if (Array.isArray(row.images)) pictures.push(...(row.images as string[]));
          await records.write(row);
        }
        onProgress(records.count());
      }
    await records.end();

    let files = 0;
    for (const key of pictures) {
      signal.throwIfAborted();
      const bytes = await blobs.read(key);
      if (bytes === null) continue;
      await add({ name: `files/${key}`, bytes });
      files += 1;
    }
    return { records: records.count(), files };
  });
}

function accountRecord({ uid, username, email, bio, avatarUrl, createdAt }: ExportedRow): ExportedRow {
  return { type: 'account', uid, username, email, bio, avatarUrl, createdAt };
}

function createRecordFiles(add: (file: ExportedFile) => Promise<void>) {
  let lines: string[] = [];
  let size = 0;
  let number = 0;
  let count = 0;
  async function end(): Promise<void> {
    if (lines.length === 0) return;
    number += 1;
    const name = `records/${String(number).padStart(4, '0')}.ndjson`;
    await add({ name, bytes: Buffer.from(`${lines.join('\n')}\n`) });
    lines = [];
    size = 0;
  }
  return {
    end,
    count: () => count,
    /** Omits null and absent fields. */
    write: async (record: ExportedRow): Promise<void> => {
      const line = JSON.stringify(record, (_key, value: unknown) => value ?? undefined);
      lines.push(line);
      size += line.length;
      count += 1;
      if (size >= CHUNK) await end();
    },
  };
}
