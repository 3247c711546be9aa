/** How each kind of record is stored: many at once, in one transaction, those that are there already left out. */

import { notFound } from '../../errors.ts';
import { type AccountRow, findAccount } from '../../store/accounts.ts';
import type { Db } from '../../store/database.ts';
import { isConflict, isOutage } from '../../store/database.ts';
import {
  adoptRoom,
  findAccountIds,
  findPostIds,
  findRoomIds,
  type ImportedPair,
  insertImportedAccounts,
  insertImportedComments,
  insertImportedFriendships,
  insertImportedLikes,
  insertImportedMembers,
  insertImportedMessages,
  insertImportedPosts,
  markImported,
} from '../../store/imports.ts';
import { appointOwners } from '../../store/room-members.ts';
import { findDirectRoom, insertDirectPair, insertMembers, lockDirectPair } from '../../store/rooms.ts';
import { checkAvatarUrl, checkEmail, checkUsername, comparisonKey, emailKey } from '../account-rules.ts';
import { skeletonOf } from '../accounts/confusables.ts';
import { makeDirectRoom, makeRoom } from '../rooms/room-creation.ts';
import { groupName } from '../rooms/room-names.ts';
import { checkCharacters, checkText } from '../text.ts';
import type { Kind, RecordOf } from './records.ts';
import { importedTime } from './times.ts';
import { LOBBY, roomRefOf, type SourceUid, uidOf } from './uids.ts';

/** `source`: keeps the ids of one source from those of another. */
export type ImportOptions = { readonly source: string };

/** @returns for each record whether it was added; throws an Error where one of them cannot be */
export type Store<K extends Kind> = (
  tx: Db,
  records: readonly RecordOf<K>[],
  options: ImportOptions,
) => Promise<boolean[]>;

/** Longer than what may be written here now, and as much as is stored. */
const TEXT_MAX = 100_000;
const TITLE_MAX = 1_000;
const ROOM_TITLE_MAX = 200;
/** Salt and digest of 8 to 64 bytes, in base64. */
const ARGON2 =
  /^\$argon2(?:id|i|d)\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{11,86}$/;
const HASH_MAX = 300;
/** Costs that each sign-in can be made to pay: KiB, KiB by passes (four passes over the most memory), lanes. */
const COST_MAX = { memory: 262_144, work: 1_048_576, lanes: 16 };

export const STORES: { readonly [K in Kind]: Store<K> } = {
  account: async (tx, records, { source }) => {
    const rows = records.map((record) => {
      const username = checkUsername(record.username);
      const email = record.email === undefined ? null : checkEmail(record.email);
      return {
        uid: record.uid === undefined ? null : uidOf(source, 'account', record.uid),
        username,
        usernameKey: comparisonKey(username),
        skeleton: skeletonOf(username),
        email,
        emailKey: email === null ? null : emailKey(email),
        passwordHash: checkHash(record.passwordHash),
        bio: checkCharacters('bio', record.bio ?? ''),
        avatarUrl: checkAvatarUrl(record.avatarUrl ?? ''),
        at: importedTime(record.createdAt),
      };
    });
    return whichOf(
      rows.map(({ usernameKey }) => usernameKey),
      await insertImportedAccounts(tx, rows),
    );
  },

  friendship: async (tx, records) => {
    const person = await people(
      tx,
      records.flatMap(({ between }) => between),
    );
    const rows = records.map(({ between, createdAt }) => {
      const [one = 0, other = 0] = between.map(person).sort((a, b) => a - b);
      if (one === other) throw new Error('nobody is their own friend');
      return { one, other, at: importedTime(createdAt) };
    });
    return whichPairs(rows, await insertImportedFriendships(tx, rows));
  },

  post: async (tx, records, { source }) => {
    const person = await people(
      tx,
      records.map(({ author }) => author),
    );
    const rows = records.map(({ uid, author, title, body, createdAt, editedAt }) => ({
      uid: uidOf(source, 'post', uid),
      authorId: person(author),
      title: title ? checkText('title', title, TITLE_MAX) : null,
      body: checkText('body', body, TEXT_MAX),
      at: importedTime(createdAt),
      editedAt: editedAt === undefined ? null : importedTime(editedAt),
    }));
    return whichOf(
      rows.map(({ uid }) => uid),
      await insertImportedPosts(tx, rows),
    );
  },

  comment: async (tx, records, { source }) => {
    const person = await people(
      tx,
      records.map(({ author }) => author),
    );
    const post = await posts(
      tx,
      source,
      records.map((record) => record.post),
    );
    const rows = records.map((record) => textRow(record, post(record.post), person(record.author)));
    return storeTexts(tx, 'comment', idsOf(source, records), rows, insertImportedComments);
  },

  like: async (tx, records, { source }) => {
    const person = await people(
      tx,
      records.map(({ by }) => by),
    );
    const post = await posts(
      tx,
      source,
      records.map((record) => record.post),
    );
    const rows = records.map((record) => ({
      one: post(record.post),
      other: person(record.by),
      at: importedTime(record.createdAt),
    }));
    return whichPairs(rows, await insertImportedLikes(tx, rows));
  },

  room: async (tx, records, { source }) => {
    const added: boolean[] = [];
    for (const record of records) added.push(await storeRoom(tx, source, record));
    return added;
  },

  member: async (tx, records, { source }) => {
    const person = await people(
      tx,
      records.map(({ account }) => account),
    );
    const room = await rooms(
      tx,
      source,
      records.map((record) => record.room),
    );
    const rows = records.map((record) => ({
      one: room(record.room),
      other: person(record.account),
      at: importedTime(record.createdAt),
    }));
    const added = await insertImportedMembers(tx, rows);
    await appointOwners(tx, [...new Set(rows.map((row) => row.one))]);
    return whichPairs(rows, added);
  },

  message: async (tx, records, { source }) => {
    const person = await people(
      tx,
      records.map(({ author }) => author),
    );
    const room = await rooms(
      tx,
      source,
      records.map((record) => record.room),
    );
    const rows = records.map((record) => textRow(record, room(record.room), person(record.author)));
    return storeTexts(tx, 'message', idsOf(source, records), rows, insertImportedMessages);
  },
};

async function storeRoom(tx: Db, source: string, record: RecordOf<'room'>): Promise<boolean> {
  const { kind, title, members, createdAt } = record;
  if (record.uid === LOBBY) throw new Error(`a room cannot have the uid "${LOBBY}", by which messages name the lobby`);
  const uid = uidOf(source, 'room', record.uid);
  if ((await findRoomIds(tx, [uid])).has(uid)) return false;
  const person = await people(tx, members);
  const ids = [...new Set(members.map(person))];
  const [one = 0, other = 0] = ids;
  if (kind === 'direct' && ids.length !== 2) throw new Error('a direct room has two members');
  if (kind === 'direct') {
    await lockDirectPair(tx, one, other);
    if ((await findDirectRoom(tx, one, other)) !== null)
      throw new Error('its members have another direct room already');
  }
  const groupTitle = kind === 'group' && title ? checkText('title', title, ROOM_TITLE_MAX) : null;
  const room =
    kind === 'direct'
      ? await makeDirectRoom(tx, await accountOf(tx, one), await accountOf(tx, other))
      : await makeRoom(tx, {
          kind,
          name: groupName(groupTitle ?? members.join(', ')),
          title: groupTitle,
          avatarUrl: null,
          creatorId: one,
        });
  await adoptRoom(tx, room.id, { uid, at: importedTime(createdAt) });
  if (kind === 'direct') await insertDirectPair(tx, room.id, one, other);
  await insertMembers(tx, room.id, ids, kind === 'group' ? one : null);
  return true;
}

/** As they write their name, which records may write in another case. */
async function accountOf(tx: Db, id: number): Promise<AccountRow> {
  const account = await findAccount(tx, id);
  if (account === null) throw notFound('account');
  return account;
}

type TextRow = { place: number; authorId: number; body: string; at: string };

function textRow({ body, createdAt }: { body: string; createdAt?: string }, place: number, authorId: number): TextRow {
  return { place, authorId, body: checkText('body', body, TEXT_MAX), at: importedTime(createdAt) };
}

function idsOf(source: string, records: readonly { id: SourceUid }[]): string[] {
  return records.map(({ id }) => `${source}:${id}`);
}

async function storeTexts(
  tx: Db,
  kind: 'comment' | 'message',
  ids: readonly string[],
  rows: readonly TextRow[],
  insert: (tx: Db, rows: readonly TextRow[]) => Promise<void>,
): Promise<boolean[]> {
  const marks = rows.map(({ authorId }, index) => ({ id: ids[index] as string, authorId }));
  const fresh = whichOf(ids, [...(await markImported(tx, kind, marks))]);
  const added = rows.filter((_, index) => fresh[index]);
  if (added.length > 0) await insert(tx, added);
  return fresh;
}

async function people(tx: Db, names: readonly string[]): Promise<(name: string) => number> {
  return finder('account', await findAccountIds(tx, names.map(comparisonKey)), comparisonKey);
}

async function posts(tx: Db, source: string, uids: readonly SourceUid[]): Promise<(uid: SourceUid) => number> {
  const keyOf = (uid: SourceUid) => uidOf(source, 'post', uid);
  return finder('post', await findPostIds(tx, uids.map(keyOf)), keyOf);
}

async function rooms(tx: Db, source: string, refs: readonly SourceUid[]): Promise<(ref: SourceUid) => number> {
  const keyOf = (ref: SourceUid) => roomRefOf(source, ref);
  const uids = refs.map(keyOf).filter((ref) => ref !== LOBBY);
  return finder('room', await findRoomIds(tx, uids), keyOf);
}

function finder<Name extends SourceUid>(
  what: string,
  ids: ReadonlyMap<string, number>,
  keyOf: (name: Name) => string,
): (name: Name) => number {
  return (name) => {
    const id = ids.get(keyOf(name));
    if (id === undefined) throw new Error(`there is no ${what} "${name}"`);
    return id;
  };
}

/** Tells for each key whether it was added; of duplicates only the first counts as added. */
function whichOf(all: readonly string[], added: readonly string[]): boolean[] {
  const left = new Set(added);
  return all.map((one) => left.delete(one));
}

function whichPairs(all: readonly ImportedPair[], added: readonly Omit<ImportedPair, 'at'>[]): boolean[] {
  const named = ({ one, other }: Omit<ImportedPair, 'at'>) => `${one} ${other}`;
  return whichOf(all.map(named), added.map(named));
}

/** Null: nobody signs in by password. */
function checkHash(hash: string | undefined): string | null {
  if (hash === undefined) return null;
  const [memory = 0, passes = 0, lanes = 0] = (hash.length <= HASH_MAX ? (ARGON2.exec(hash) ?? []) : [])
    .slice(1)
    .map(Number);
  // Argon2 itself wants 8 KiB a lane.
  const isHash = lanes > 0 && passes > 0 && memory >= 8 * lanes;
  if (!isHash) throw new Error('passwordHash must be an argon2 hash ("$argon2id$v=19$m=…")');
  if (memory > COST_MAX.memory || memory * passes > COST_MAX.work || lanes > COST_MAX.lanes)
    throw new Error('passwordHash costs too much: m at most 262144 (256 MiB), m × t at most 1048576, p at most 16');
  return hash;
}

/** Whether the database is to blame, and not the record. */
export function isPassing(error: unknown): boolean {
  return isOutage(error) || isConflict(error);
}
