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
  listExportedBlocks,
  listExportedBookmarks,
  listExportedBots,
  listExportedBrowsers,
  listExportedFiles,
  listExportedIdentities,
  listExportedInvites,
  listExportedKeys,
  listExportedMails,
  listExportedMarks,
  listExportedMutes,
  listExportedNotifications,
  listExportedPins,
  listExportedProofs,
  listExportedReactions,
  listExportedReports,
  listExportedRequests,
  listExportedSanctions,
  listExportedSessions,
  listExportedUploads,
} from '../../store/account-exports.ts';
import type { Content } from '../../store/backup/container.ts';
import type { Blobs } from '../../store/blobs.ts';
import type { Db, Sql } from '../../store/database.ts';

/** A file of the export. */
export type ExportedFile = { readonly name: string; readonly content: Content };

export type ExportOptions = { readonly signal: AbortSignal; readonly onProgress: (records: number) => void };

/** Approximate size of a file of records, in bytes. */
const CHUNK = 4 * 1024 * 1024;

/**
 * Exports a snapshot: `account.json`, records in the import format under `records/`, files under `files/`.
 * @returns the number of records and files
 */
export async function exportAccount(
  sql: Sql,
  blobs: Pick<Blobs, 'open'>,
  accountId: number,
  add: (file: ExportedFile) => Promise<void>,
  { signal, onProgress }: ExportOptions,
): Promise<{ records: number; files: number }> {
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    const { avatarKey, ...account } = await findExportedAccount(tx, accountId);
    const pictures = avatarKey === null ? [] : [avatarKey];
    const avatar = avatarKey === null ? null : `files/${avatarKey}`;
    const lists = await readLists(tx, accountId);
    await add({
      name: 'account.json',
      content: Buffer.from(`${JSON.stringify({ ...account, avatar, ...lists }, null, 2)}\n`),
    });

    const records = createRecordFiles(add);
    await records.write(accountRecord(account));
    for (const list of [exportFriendships, exportPosts, exportComments, exportLikes, exportRooms, exportMessages])
      for await (const rows of list(tx, accountId)) {
        signal.throwIfAborted();
        for (const row of rows) {
          for (const keys of [row.images, row.files]) if (Array.isArray(keys)) pictures.push(...(keys as string[]));
          await records.write(row);
        }
        onProgress(records.count());
      }
    await records.end();

    let files = 0;
    for (const key of pictures) {
      signal.throwIfAborted();
      const content = await blobs.open(key);
      if (content === null) continue;
      await add({ name: `files/${key}`, content });
      files += 1;
    }
    return { records: records.count(), files };
  });
}

/** Data for which the import format has no records. */
async function readLists(tx: Db, accountId: number) {
  return {
    identities: await listExportedIdentities(tx, accountId),
    sessions: await listExportedSessions(tx, accountId),
    bots: await listExportedBots(tx, accountId),
    invites: await listExportedInvites(tx, accountId),
    keys: await listExportedKeys(tx, accountId),
    friendRequests: await listExportedRequests(tx, accountId),
    pins: await listExportedPins(tx, accountId),
    marks: await listExportedMarks(tx, accountId),
    notifications: await listExportedNotifications(tx, accountId),
    mutes: await listExportedMutes(tx, accountId),
    sanctions: await listExportedSanctions(tx, accountId),
    reports: await listExportedReports(tx, accountId),
    mails: await listExportedMails(tx, accountId),
    browsers: await listExportedBrowsers(tx, accountId),
    links: await listExportedProofs(tx, accountId),
    files: await listExportedFiles(tx, accountId),
    uploads: await listExportedUploads(tx, accountId),
    bookmarks: await listExportedBookmarks(tx, accountId),
    blocks: await listExportedBlocks(tx, accountId),
    reactions: await listExportedReactions(tx, accountId),
  };
}

function accountRecord({ uid, username, email, bio, avatarUrl, createdAt }: ExportedRow): ExportedRow {
  return { type: 'account', uid, username, email, bio, avatarUrl, createdAt };
}

type RecordFiles = {
  end(): Promise<void>;
  count(): number;
  /** Omits null and absent fields. */
  write(record: ExportedRow): Promise<void>;
};

function createRecordFiles(add: (file: ExportedFile) => Promise<void>): RecordFiles {
  let lines: string[] = [];
  let size = 0;
  let number = 0;
  let count = 0;
  async function end(): Promise<void> {
    if (lines.length === 0) return;
    number += 1;
    const name = `records/${String(number).padStart(4, '0')}.ndjson`;
    await add({ name, content: Buffer.from(`${lines.join('\n')}\n`) });
    lines = [];
    size = 0;
  }
  return {
    end,
    count: () => count,
    write: async (record): Promise<void> => {
      const line = JSON.stringify(record, (_key, value: unknown) => value ?? undefined);
      lines.push(line);
      size += line.length;
      count += 1;
      if (size >= CHUNK) await end();
    },
  };
}
