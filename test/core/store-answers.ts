/** The answer of each list of src/store to a database with the rows of test/support/few-rows.ts. */

import { listAccessTokens } from '../../src/store/access-tokens.ts';
import {
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
} from '../../src/store/account-exports.ts';
import { findLargestAccounts, listAccountOverviews } from '../../src/store/account-overviews.ts';
import {
  findFriendIds,
  findLikesCounts,
  findMemberships,
  findMessagesOf,
  findPicturedRooms,
} from '../../src/store/account-traces.ts';
import { findAccountsByUids, listAccounts, listWithoutSkeleton } from '../../src/store/accounts.ts';
import { listAppPasswords } from '../../src/store/app-passwords.ts';
import { listApplications } from '../../src/store/applications.ts';
import { listAudit, listAuditAfter } from '../../src/store/audit.ts';
import { findHidden, listBlocks } from '../../src/store/blocks.ts';
import { findBookmarked, listBookmarked } from '../../src/store/bookmarks.ts';
import { listBotIds, listBots } from '../../src/store/bots.ts';
import { findLikedPosts, listBusyRooms } from '../../src/store/catch-up.ts';
import { findJoinedBy, findMessagesBefore, findPendingCleanups } from '../../src/store/cleanups.ts';
import { listComments, listCommentsByIds, listNewestComments } from '../../src/store/comments.ts';
import { listCommunityInvites } from '../../src/store/community-invites.ts';
import type { Db } from '../../src/store/database.ts';
import { findHeads, listEventsAfter, listLatestEvents } from '../../src/store/events.ts';
import { listFriendRequests } from '../../src/store/friend-requests.ts';
import { listFriends } from '../../src/store/friendships.ts';
import { listHistory } from '../../src/store/history.ts';
import { listIdentities } from '../../src/store/identities.ts';
import { findAccountIds, findPostIds, findRoomIds } from '../../src/store/imports.ts';
import { listIncomingHooks } from '../../src/store/incoming-hooks.ts';
import { listInvites } from '../../src/store/invites.ts';
import { listLikers, listNewestLikers } from '../../src/store/likes.ts';
import { findMentioned } from '../../src/store/mentions.ts';
import { listPinned } from '../../src/store/message-pages.ts';
import {
  findKeyedMessages,
  findMessages,
  findQuotes,
  findReadOnly,
  listLatestMessages,
  listMessagesAfterSkip,
  listMessagesBefore,
} from '../../src/store/messages.ts';
import { listMutes } from '../../src/store/mutes.ts';
import { listNotifications, listNotificationsByIds } from '../../src/store/notifications.ts';
import { listObjectsOf } from '../../src/store/objects.ts';
import { listAllHooks, listDeliveries, listHookedStreams, listOutgoingHooks } from '../../src/store/outgoing-hooks.ts';
import { listCredentialIds, listPasskeys } from '../../src/store/passkeys.ts';
import { listPeopleByName, listPeopleByUsername } from '../../src/store/people.ts';
import { findPositions, listMissedEvents } from '../../src/store/positions.ts';
import { listPostImages } from '../../src/store/post-images.ts';
import { findSeenPosts } from '../../src/store/post-views.ts';
import {
  listFeed,
  listFeedOf,
  listFeedOfFriends,
  listFeedOfIds,
  listPosts,
  listPostsByIds,
  listPostsOf,
} from '../../src/store/posts.ts';
import { findOnline, findUsernames, listEntries } from '../../src/store/presence.ts';
import { findUnwelcome } from '../../src/store/privacy.ts';
import { listPostNews, listRoomNews } from '../../src/store/pushes.ts';
import { listReactions } from '../../src/store/reactions.ts';
import { listReaders } from '../../src/store/readers.ts';
import {
  listTextsAroundComment,
  listTextsAroundMessage,
  listTextsOfAccount,
  listTextsOfPost,
} from '../../src/store/report-subjects.ts';
import { listReports, listReportTexts } from '../../src/store/reports.ts';
import { listStaff } from '../../src/store/roles.ts';
import { listRoomMembers } from '../../src/store/room-members.ts';
import { listMarks, listRoomViews, listRoomViewsByActivity } from '../../src/store/room-views.ts';
import {
  findDeletedRooms,
  listAllRooms,
  listFirstMembers,
  listMemberRooms,
  listMembers,
  listRoomsByActivity,
  listRoomsOf,
} from '../../src/store/rooms.ts';
import { listSanctionsOf, listSignUpBans } from '../../src/store/sanctions.ts';
import {
  findMessagesByIndex,
  findPostsByIndex,
  findSearchedRooms,
  listFoundMessages,
  listFoundPosts,
  listRoomsLike,
} from '../../src/store/search.ts';
import { listUnindexedRooms } from '../../src/store/search-index.ts';
import { findLiveSessions, listProviderAccounts, listSessionsOf } from '../../src/store/sessions.ts';
import { findKnownUploads } from '../../src/store/uploads.ts';
import { WRITER } from '../support/few-rows.ts';

/** How numbers of rows (test/support/few-rows.ts) follow each other. `latestFirst`: of two of a time, the lower first. */
export type Order = 'byId' | 'newestId' | 'byTime' | 'latest' | 'latestFirst' | 'byTimeAlone' | 'none';
/** The fields of rows that marks are made of. */
export type LastRow = {
  readonly id: number;
  readonly seq: number;
  readonly at: number;
  readonly key: string;
  readonly payload: Record<string, unknown>;
  readonly activeAt: Date;
  readonly active_at: Date;
  readonly joined_at: Date;
  readonly invite: { readonly createdAt: Date; readonly code: string };
};
/** A page: of how many rows, after how many, after which. `id`: of `last`; it may be all that there is of a row. */
export type Asked = {
  readonly limit: number;
  readonly skip: number;
  readonly id: number | null;
  readonly last: LastRow | null;
};

/**
 * What a list gives of test/support/few-rows.ts.
 * `pages`: how its pages go on: after the last row or so many rows (`next`), before the first row (`back`); or it has but a
 * bound, and gives its first or its last rows.
 */
export type Answer = {
  readonly order: Order;
  readonly pages: 'next' | 'back' | 'first' | 'last' | null;
  /** The numbers n of the rows of each owner. */
  readonly rows: readonly number[];
  /** Of both owners, in one list. */
  readonly ofAll: boolean;
  readonly read: (db: Db, owner: number, asked: Asked) => Promise<readonly unknown[]>;
  /** The number of a row; null: it is of neither owner, and belongs in the list. */
  readonly numberOf: (row: never) => number | null;
};

type Given = { readonly rows?: readonly number[]; readonly ofAll?: true };
type Read<R> = (db: Db, owner: number, asked: Asked) => Promise<readonly R[]>;

const FIVE = [1, 2, 3, 4, 5];
const SIX = [...FIVE, 6];
const SEVEN = [...SIX, 7];
const EVERYBODY = { ofAll: true } as const;
const MOST = 1_000_000;
const SINCE = new Date('2019-01-01');

const listed =
  (pages: Answer['pages']) =>
  <R>(order: Order, numberOf: (row: R) => number | null, read: Read<R>, given: Given = {}): Answer => ({
    order,
    pages,
    rows: FIVE,
    ofAll: false,
    read,
    numberOf: numberOf as Answer['numberOf'],
    ...given,
  });
const whole = listed(null);
const first = listed('first');
const newest = listed('last');
const paged = listed('next');
const pagedBack = listed('back');

/** The three digits at its end. */
const numberIn = (text: unknown) => Number(/(\d{1,3})\D*$/.exec(String(text))?.[1]);
const byId = ({ id }: { id: unknown }) => numberIn(id);
const own = ({ id }: { id: number }) => id;
const itself = (value: unknown) => numberIn(value);
const by =
  (...names: string[]) =>
  (row: object) =>
    numberIn(names.map((name) => (row as Record<string, unknown>)[name]).find((value) => value != null));
const payloadId = ({ payload }: { payload: Record<string, unknown> | null }) => numberIn(payload?.id);
const keyOf = ([key]: readonly [unknown, unknown]) => numberIn(key);
const idOfEntry = ([, value]: readonly [unknown, unknown]) => numberIn(value);
/** The lobby, whose id is random, is everybody's. */
const roomOf = (uid: unknown) => (String(uid).startsWith('00000000-') ? numberIn(uid) : null);
/** The lobby is everybody's. */
const room = ({ id }: { id: number }) => (id === 2 ? null : numberIn(id));

/** The owners have another friend each. */
const friend = ({ id }: { id: number }) => (id < 100 ? null : id);

const idsOf = (owner: number) => [...SIX].reverse().map((n) => owner * 10 + n);
const uid = (id: number) => `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;
const uidsOf = (owner: number) => idsOf(owner).map(uid);
const home = (owner: number) => 200 + owner;
const other = (owner: number) => (owner === 11 ? 12 : 11);
const readersOf = (owner: number) => FIVE.map((n) => ({ accountId: owner, roomId: owner * 10 + n }));
/** Also those that the owner may not enter. */
const allReaders = (owner: number) =>
  [11, 12].flatMap((o) => FIVE.map((n) => ({ accountId: owner, roomId: o * 10 + n })));
const active = (row: LastRow | null) => row && { activeAt: row.active_at, id: row.id };
const wanted = { starts: [], hasFiles: false, before: null, after: null } as const;
const marking = { query: { words: 'message', starts: [] }, begin: '<', end: '>' };

export const STORE_ANSWERS: Record<string, Answer | readonly Answer[]> = {
  'access-tokens.ts: listAccessTokens': first('latestFirst', byId, (db, o, { limit }) =>
    listAccessTokens(db, o, limit),
  ),
  'account-exports.ts: listExportedSessions': whole('byTimeAlone', by('agent'), listExportedSessions, {
    rows: [...SEVEN, ...SIX],
  }),
  'account-exports.ts: listExportedBots': whole('byId', by('uid'), listExportedBots, { rows: SEVEN }),
  'account-exports.ts: listExportedIdentities': whole('none', by('issuer'), listExportedIdentities),
  'account-exports.ts: listExportedFiles': whole('byTimeAlone', by('key'), listExportedFiles),
  'account-exports.ts: listExportedUploads': whole('byTimeAlone', by('name'), listExportedUploads),
  'account-exports.ts: listExportedMails': whole('byId', by('recipient'), listExportedMails),
  'account-exports.ts: listExportedBrowsers': whole('byTimeAlone', by('service'), listExportedBrowsers),
  'account-exports.ts: listExportedProofs': whole('newestId', by('email'), listExportedProofs, { rows: [1, 2] }),
  'account-exports.ts: listExportedBookmarks': whole('byTimeAlone', by('post'), listExportedBookmarks),
  'account-exports.ts: listExportedBlocks': whole('byTimeAlone', by('username'), listExportedBlocks),
  'account-exports.ts: listExportedReactions': whole('byTimeAlone', by('emoji'), listExportedReactions),
  'account-exports.ts: listExportedInvites': whole('byTimeAlone', by('uses'), listExportedInvites, {
    rows: [...SEVEN, ...SEVEN],
  }),
  'account-exports.ts: listExportedKeys': whole('byTimeAlone', by('name'), listExportedKeys, {
    rows: [...SIX, ...FIVE],
  }),
  'account-exports.ts: listExportedMutes': whole('byId', by('username'), listExportedMutes),
  'account-exports.ts: listExportedSanctions': whole('byId', by('reason'), listExportedSanctions),
  'account-exports.ts: listExportedReports': whole('none', by('body'), listExportedReports, {
    rows: [...FIVE, ...FIVE],
  }),
  'account-exports.ts: listExportedRequests': whole('byTimeAlone', by('to', 'from'), listExportedRequests, {
    rows: [...FIVE, ...SIX],
  }),
  'account-exports.ts: listExportedPins': whole(
    'byId',
    ({ room: uid, seq }: Record<string, unknown>) => numberIn(uid) + Number(seq) - 1,
    listExportedPins,
    { rows: SIX },
  ),
  'account-exports.ts: listExportedMarks': whole(
    'byId',
    ({ room: uid }: Record<string, unknown>) => roomOf(uid),
    listExportedMarks,
  ),
  'account-exports.ts: listExportedNotifications': whole(
    'byId',
    ({ createdAt }: Record<string, unknown>) => Number(createdAt) / 1_000 - Date.UTC(2020, 0) / 1_000,
    listExportedNotifications,
    { rows: SEVEN },
  ),
  'account-overviews.ts: findLargestAccounts': first(
    'latestFirst',
    byId,
    (db, _, { limit }) => findLargestAccounts(db, limit),
    EVERYBODY,
  ),
  'account-overviews.ts: listAccountOverviews': paged(
    'byId',
    own,
    (db, _, { id, limit }) => listAccountOverviews(db, id ?? 0, limit),
    { ...EVERYBODY, rows: [...SEVEN, 8] },
  ),
  'account-traces.ts: findMessagesOf': whole('none', byId, (db, o) => findMessagesOf(db, o, 100), { rows: SIX }),
  'account-traces.ts: findLikesCounts': whole('byId', byId, (db, o) => findLikesCounts(db, idsOf(o))),
  'account-traces.ts: findMemberships': whole('byId', itself, findMemberships),
  'account-traces.ts: findPicturedRooms': whole('none', itself, findPicturedRooms, { rows: SIX }),
  'account-traces.ts: findFriendIds': whole('none', (id: number) => (id < 100 ? null : id), findFriendIds),
  'accounts.ts: listAccounts': paged('byId', own, (db, _, { skip, limit }) => listAccounts(db, { skip, limit }), {
    ...EVERYBODY,
    rows: [...SEVEN, 8],
  }),
  'accounts.ts: findAccountsByUids': whole('byId', byId, (db, o) => findAccountsByUids(db, uidsOf(o)), { rows: SIX }),
  'accounts.ts: listWithoutSkeleton': first(
    'byId',
    own,
    (db, _, { limit }) => listWithoutSkeleton(db, limit),
    EVERYBODY,
  ),
  'app-passwords.ts: listAppPasswords': first('latestFirst', byId, (db, o, { limit }) =>
    listAppPasswords(db, o, limit),
  ),
  'applications.ts: listApplications': paged(
    'byId',
    byId,
    (db, _, { id, limit }) => listApplications(db, id ?? 0, limit),
    EVERYBODY,
  ),
  'audit.ts: listAudit': [
    paged('newestId', byId, (db, o, { id, limit }) => listAudit(db, { before: id, accountId: o, limit })),
    paged('newestId', byId, (db, _, { id, limit }) => listAudit(db, { before: id, limit }), EVERYBODY),
  ],
  'audit.ts: listAuditAfter': paged(
    'byId',
    byId,
    (db, _, { id, limit }) => listAuditAfter(db, id ?? 0, limit),
    EVERYBODY,
  ),
  'blocks.ts: findHidden': whole('none', itself, async (db, o) => (await findHidden(db, [o])).get(o) ?? []),
  'blocks.ts: listBlocks': paged('byId', byId, (db, o, { id, limit }) => listBlocks(db, o, id ?? 0, limit)),
  'bookmarks.ts: findBookmarked': whole('none', itself, (db, o) => findBookmarked(db, o, [...idsOf(11), ...idsOf(12)])),
  'bookmarks.ts: listBookmarked': paged('latest', byId, (db, o, { last, limit }) =>
    listBookmarked(db, o, { before: last, limit, bytes: MOST }),
  ),
  'bots.ts: listBots': first('byId', byId, (db, o, { limit }) => listBots(db, o, limit)),
  'bots.ts: listBotIds': whole('byId', itself, listBotIds, { rows: SEVEN }),
  'catch-up.ts: listBusyRooms': first('latestFirst', byId, (db, o, { limit }) => listBusyRooms(db, o, SINCE, limit)),
  'catch-up.ts: findLikedPosts': first('latest', itself, (db, o, { limit }) =>
    findLikedPosts(db, other(o), SINCE, limit),
  ),
  'cleanups.ts: findPendingCleanups': first(
    'byId',
    itself,
    (db, _, { limit }) => findPendingCleanups(db, limit),
    EVERYBODY,
  ),
  'cleanups.ts: findJoinedBy': paged('byId', itself, (db, o, { id, limit }) =>
    findJoinedBy(db, { code: `${'x'.repeat(16)}${o}`, since: SINCE, after: id ?? 0, limit }),
  ),
  'cleanups.ts: findMessagesBefore': paged(
    'newestId',
    byId,
    (db, o, { id, limit }) => findMessagesBefore(db, { accountId: o, since: SINCE, before: id ?? MOST, limit }),
    { rows: SIX },
  ),
  'comments.ts: listComments': paged('byId', byId, (db, o, { id, limit }) =>
    listComments(db, o * 10 + 1, null, { after: id ?? 0, limit, bytes: MOST }),
  ),
  'comments.ts: listCommentsByIds': whole('byId', byId, (db, o) => listCommentsByIds(db, idsOf(o))),
  'comments.ts: listNewestComments': newest('byId', byId, (db, o, { limit }) =>
    listNewestComments(db, [{ postId: o * 10 + 1 }], { each: limit, bytes: MOST }),
  ),
  'community-invites.ts: listCommunityInvites': paged(
    'latestFirst',
    ({ invite }: { invite: { code: string } }) => numberIn(invite.code),
    (db, _, { last, limit }) => listCommunityInvites(db, last?.invite ?? null, limit),
    EVERYBODY,
  ),
  'events.ts: findHeads': whole('none', byId, (db, o) => findHeads(db, idsOf(o)), { rows: SIX }),
  'events.ts: listEventsAfter': paged(
    'byId',
    payloadId,
    async (db, o, { last, limit }) =>
      (await listEventsAfter(db, home(o), { seq: last?.seq ?? 0, limit, bytes: MOST })).rows,
    { rows: [...SEVEN, 8, 9] },
  ),
  'events.ts: listLatestEvents': newest('byId', payloadId, (db, o, { limit }) => listLatestEvents(db, home(o), limit), {
    rows: [...SEVEN, 8, 9],
  }),
  'friend-requests.ts: listFriendRequests': [false, true].map((sent) =>
    paged('byId', byId, (db, o, { id, limit }) => listFriendRequests(db, o, { sent, after: id ?? 0, limit })),
  ),
  'friendships.ts: listFriends': [
    paged('byId', friend, (db, o, { id, limit }) => listFriends(db, o, id ?? 0, limit)),
    whole('none', own, async (db, o) => (await listFriends(db, o + 2, 0, 10)).map(({ id }) => ({ id: id * 10 + 1 })), {
      rows: [1],
    }),
  ],
  'history.ts: listHistory': whole(
    'byId',
    ({ values }: { values: object }) => numberIn(Object.keys(values)),
    (db) => listHistory(db, { seconds: 36_000, step: 60, worst: [] }),
    EVERYBODY,
  ),
  'identities.ts: listIdentities': first('byTime', by('issuer'), (db, o, { limit }) => listIdentities(db, o, limit)),
  'imports.ts: findAccountIds': whole('none', idOfEntry, async (db, o) => [
    ...(await findAccountIds(
      db,
      FIVE.map((n) => `user${o}${n}`),
    )),
  ]),
  'imports.ts: findPostIds': whole('none', idOfEntry, async (db, o) => [...(await findPostIds(db, uidsOf(o)))]),
  'imports.ts: findRoomIds': whole(
    'none',
    ([ref, id]: [string, number]) => (ref === 'lobby' ? null : id),
    async (db, o) => [...(await findRoomIds(db, uidsOf(o)))],
    { rows: SIX },
  ),
  'incoming-hooks.ts: listIncomingHooks': first('latestFirst', byId, (db, o, { limit }) =>
    listIncomingHooks(db, home(o), limit),
  ),
  'invites.ts: listInvites': first('latestFirst', by('code'), (db, o, { limit }) => listInvites(db, home(o), limit)),
  'likes.ts: listLikers': paged('latest', byId, (db, o, { last, limit }) =>
    listLikers(db, o * 10 + 1, null, { before: last, limit }),
  ),
  'likes.ts: listNewestLikers': first('latest', byId, (db, o, { limit }) =>
    listNewestLikers(db, [o * 10 + 1], { each: limit, bytes: MOST }),
  ),
  'mentions.ts: findMentioned': whole('none', byId, (db, o) =>
    findMentioned(
      db,
      [11, 12].flatMap((of) => FIVE.map((n) => ({ roomId: home(o), authorId: WRITER, key: `user${of}${n}` }))),
    ),
  ),
  'message-pages.ts: listPinned': first('latest', payloadId, (db, o, { limit }) =>
    listPinned(db, home(o), WRITER, limit),
  ),
  'messages.ts: findReadOnly': whole('none', by('room_id'), (db, o) => findReadOnly(db, allReaders(o))),
  'messages.ts: findKeyedMessages': whole('none', payloadId, (db, o) =>
    findKeyedMessages(
      db,
      [11, 12].flatMap((of) => FIVE.map((n) => ({ authorId: o, key: `key${of}${n}` }))),
    ),
  ),
  'messages.ts: findQuotes': whole(
    'none',
    ({ room_id, seq }: { room_id: number; seq: number }) => (room_id - 200) * 10 + seq,
    (db, o) =>
      findQuotes(
        db,
        [11, 12].flatMap((of) => SIX.map((seq) => ({ roomId: home(of), seq, accountId: o * 10 + 1 }))),
      ),
  ),
  'messages.ts: findMessages': whole('byId', payloadId, (db, o) => findMessages(db, home(o), [5, 4, 3, 2, 1])),
  'messages.ts: listMessagesAfterSkip': pagedBack('byId', payloadId, (db, o, { skip, limit }) =>
    listMessagesAfterSkip(db, home(o), skip, limit),
  ),
  'messages.ts: listMessagesBefore': pagedBack('byId', payloadId, (db, o, { last, limit }) =>
    listMessagesBefore(db, home(o), last === null ? MOST : payloadId(last), limit),
  ),
  'messages.ts: listLatestMessages': newest('byId', payloadId, (db, o, { limit }) =>
    listLatestMessages(db, home(o), limit),
  ),
  'mutes.ts: listMutes': paged('byId', byId, (db, o, { id, limit }) => listMutes(db, o, id ?? 0, limit)),
  'notifications.ts: listNotifications': paged('newestId', byId, (db, o, { id, limit }) =>
    listNotifications(db, o, id, limit),
  ),
  'notifications.ts: listNotificationsByIds': whole(
    'byId',
    byId,
    (db, o) => listNotificationsByIds(db, [o * 10 + 7, ...idsOf(o)]),
    { rows: SIX },
  ),
  'objects.ts: listObjectsOf': whole('none', itself, listObjectsOf, { rows: SIX }),
  'outgoing-hooks.ts: listOutgoingHooks': first('latestFirst', byId, (db, o, { limit }) =>
    listOutgoingHooks(db, home(o), limit),
  ),
  'outgoing-hooks.ts: listAllHooks': paged(
    'byId',
    ({ id }: { id: string }) => Number(id.slice(-12)),
    (db, _, { id, limit }) => listAllHooks(db, String(id ?? uid(0)), limit),
    EVERYBODY,
  ),
  'outgoing-hooks.ts: listHookedStreams': paged(
    'byId',
    (id: number) => id,
    (db, _, { id, limit }) => listHookedStreams(db, id ?? 0, limit),
    EVERYBODY,
  ),
  'outgoing-hooks.ts: listDeliveries': paged('newestId', byId, (db, o, { id, limit }) =>
    listDeliveries(db, uid(o * 10 + 1), id, limit),
  ),
  'passkeys.ts: listPasskeys': first('latestFirst', byId, (db, o, { limit }) => listPasskeys(db, o, limit), {
    rows: SIX,
  }),
  'passkeys.ts: listCredentialIds': first(
    'latestFirst',
    (id: Uint8Array) => numberIn(Buffer.from(id).toString()),
    (db, o, { limit }) => listCredentialIds(db, { accountId: o, rpId: 'koine.example' }, limit),
  ),
  'people.ts: listPeopleByUsername': paged('newestId', byId, (db, o, { last, limit }) =>
    listPeopleByUsername(db, `user${o}`, last?.key ?? null, limit),
  ),
  'people.ts: listPeopleByName': paged('byTime', byId, (db, o, { last, limit }) =>
    listPeopleByName(db, `name${o}`, last, limit),
  ),
  'positions.ts: findPositions': whole(
    'latest',
    ({ uid }: { uid: string | null }) => (uid === null ? null : roomOf(uid)),
    async (db, o) => (await findPositions(db, 3, [{ accountId: o, newest: 100 }])).flat(),
  ),
  'positions.ts: listMissedEvents': whole(
    'byId',
    payloadId,
    async (db, o) => (await listMissedEvents(db, [{ streamId: home(o), seq: 1, upTo: 8 }], MOST)).rows,
    { rows: [2, 3, 4, 5, 6, 7, 8] },
  ),
  'post-images.ts: listPostImages': whole('byTime', by('key'), (db, o) => listPostImages(db, [o * 10 + 1])),
  'post-views.ts: findSeenPosts': whole('none', itself, (db, o) => findSeenPosts(db, o, [...idsOf(11), ...idsOf(12)])),
  'posts.ts: listFeed': paged(
    'newestId',
    own,
    (db, _, { id, limit }) => listFeed(db, null, { before: id, limit, bytes: MOST }),
    EVERYBODY,
  ),
  'posts.ts: listFeedOf': paged('newestId', byId, (db, o, { id, limit }) =>
    listFeedOf(db, o, null, { before: id, limit, bytes: MOST }),
  ),
  'posts.ts: listFeedOfFriends': [
    paged('newestId', byId, (db, o, { id, limit }) => listFeedOfFriends(db, o, { before: id, limit, bytes: MOST })),
    paged('newestId', byId, (db, o, { id, limit }) => listFeedOfFriends(db, o + 2, { before: id, limit, bytes: MOST })),
  ],
  'posts.ts: listFeedOfIds': whole('newestId', byId, (db, o) =>
    listFeedOfIds(db, WRITER, { ids: [...idsOf(o)].reverse(), bytes: MOST }),
  ),
  'posts.ts: listPosts': [
    paged('newestId', own, (db, _, { skip, limit }) => listPosts(db, null, { skip, limit, bytes: MOST }), EVERYBODY),
    paged(
      'newestId',
      own,
      (db, _, { skip, limit }) => listPosts(db, null, { skipSlots: skip, slots: limit }),
      EVERYBODY,
    ),
  ],
  'posts.ts: listPostsOf': [
    paged('newestId', byId, (db, o, { skip, limit }) => listPostsOf(db, o, null, { skip, limit, bytes: MOST })),
    paged('newestId', byId, (db, o, { skip, limit }) => listPostsOf(db, o, null, { skipSlots: skip, slots: limit })),
  ],
  'posts.ts: listPostsByIds': whole('byId', byId, (db, o) => listPostsByIds(db, idsOf(o))),
  'presence.ts: listEntries': whole('none', by('account_id'), (db, o) => listEntries(db, idsOf(o))),
  'presence.ts: findUsernames': whole('none', keyOf, async (db, o) => [...(await findUsernames(db, idsOf(o)))], {
    rows: SIX,
  }),
  'presence.ts: findOnline': whole('none', by('account_id'), async (db) => (await findOnline(db, 1)).online, EVERYBODY),
  'privacy.ts: findUnwelcome': whole('none', itself, (db, o) => findUnwelcome(db, WRITER, idsOf(o), 'write')),
  'pushes.ts: listRoomNews': whole('none', by('room_id'), (db, o) => listRoomNews(db, allReaders(o))),
  'pushes.ts: listPostNews': whole('none', by('post_id'), (db, o) =>
    listPostNews(
      db,
      [...idsOf(11), ...idsOf(12)].map((postId) => ({ accountId: o, postId })),
    ),
  ),
  'reactions.ts: listReactions': whole('byTime', by('emoji'), (db, o) =>
    listReactions(db, { roomId: home(o), seq: 1 }, o),
  ),
  'readers.ts: listReaders': whole('byId', byId, (db, o) => listReaders(db, home(o), 5)),
  'report-subjects.ts: listTextsAroundMessage': [
    whole('byId', by('body'), (db, o) => listTextsAroundMessage(db, home(o), 3, 5)),
    whole('byId', by('body'), (db, o) => listTextsAroundMessage(db, home(o), 3, 1), { rows: [2, 3, 4] }),
  ],
  'report-subjects.ts: listTextsOfPost': whole('none', by('body'), (db, o) => listTextsOfPost(db, o * 10 + 1), {
    rows: [1],
  }),
  'report-subjects.ts: listTextsAroundComment': [5, 1].map((each) =>
    whole(
      'byTimeAlone',
      ({ body }: { body: string }) => (body.startsWith('post') ? null : numberIn(body)),
      (db, o) => listTextsAroundComment(db, { postId: o * 10 + 1, commentId: o * 10 + 5 }, each),
      { rows: each === 1 ? [4, 5] : FIVE },
    ),
  ),
  'report-subjects.ts: listTextsOfAccount': [
    whole('byTimeAlone', by('body'), (db, o) => listTextsOfAccount(db, o, 5)),
    whole('byTimeAlone', by('body'), (db, o) => listTextsOfAccount(db, o, 2), { rows: [4, 5] }),
  ],
  'reports.ts: listReports': [
    paged('byId', own, (db, _, { id, limit }) => listReports(db, 'open', id, limit), EVERYBODY),
    paged('newestId', byId, (db, _, { id, limit }) => listReports(db, 'resolved', id, limit), EVERYBODY),
  ],
  'reports.ts: listReportTexts': whole('byTime', by('body'), (db, o) => listReportTexts(db, [o * 10 + 1])),
  'roles.ts: listStaff': paged('byId', own, (db, _, { id, limit }) => listStaff(db, id ?? 0, limit), EVERYBODY),
  'room-members.ts: listRoomMembers': paged('byTime', byId, (db, o, { last, limit }) =>
    listRoomMembers(db, home(o), last && { joinedAt: last.joined_at, id: last.id }, limit),
  ),
  'room-views.ts: listRoomViews': whole('none', byId, (db, o) => listRoomViews(db, allReaders(o))),
  'room-views.ts: listRoomViewsByActivity': paged('latest', room, (db, o, { last, limit }) =>
    listRoomViewsByActivity(db, o, active(last), limit),
  ),
  'room-views.ts: listMarks': whole('byId', by('room_id'), (db, o) => listMarks(db, readersOf(o))),
  'rooms.ts: listMembers': first('byId', byId, (db, o, { limit }) => listMembers(db, [home(o)], limit)),
  'rooms.ts: listRoomsByActivity': paged('latest', byId, (db, o, { last, limit }) =>
    listRoomsByActivity(db, o, active(last), limit),
  ),
  'rooms.ts: listRoomsOf': paged('byId', room, (db, o, { skip, limit }) => listRoomsOf(db, o, skip, limit)),
  'rooms.ts: listMemberRooms': paged('byId', byId, (db, o, { skip, limit }) => listMemberRooms(db, o, skip, limit)),
  'rooms.ts: listAllRooms': paged('byId', byId, (db, _, { skip, limit }) => listAllRooms(db, skip, limit), {
    ...EVERYBODY,
    rows: SIX,
  }),
  'rooms.ts: listFirstMembers': first('byTime', byId, (db, o, { limit }) => listFirstMembers(db, [home(o)], limit)),
  'rooms.ts: findDeletedRooms': first('byId', itself, (db, _, { limit }) => findDeletedRooms(db, limit), EVERYBODY),
  'sanctions.ts: listSanctionsOf': paged('newestId', byId, (db, o, { id, limit }) => listSanctionsOf(db, o, id, limit)),
  'sanctions.ts: listSignUpBans': paged(
    'newestId',
    byId,
    (db, _, { id, limit }) => listSignUpBans(db, id, limit),
    EVERYBODY,
  ),
  'search-index.ts: listUnindexedRooms': paged(
    'byId',
    (id: number) => id,
    (db, _, { id, limit }) => listUnindexedRooms(db, id ?? 0, limit),
    EVERYBODY,
  ),
  'search.ts: findMessagesByIndex': paged('latest', byId, (db, o, { last, limit }) =>
    findMessagesByIndex(
      db,
      [home(o)],
      { ...wanted, query: { words: 'message', starts: [] }, authorId: null, mark: last },
      limit,
    ),
  ),
  'search.ts: findPostsByIndex': paged('newestId', byId, (db, o, { last, limit }) =>
    findPostsByIndex(db, { ...wanted, query: { words: 'post', starts: [] }, authorId: o, mark: last }, limit),
  ),
  'search.ts: findSearchedRooms': whole(
    'none',
    (id: number) => room({ id }),
    (db, o) => findSearchedRooms(db, o, 100),
  ),
  'search.ts: listFoundMessages': whole('none', byId, (db, o) => listFoundMessages(db, idsOf(o), WRITER, marking)),
  'search.ts: listFoundPosts': whole('none', byId, (db, o) => listFoundPosts(db, idsOf(o), marking)),
  'search.ts: listRoomsLike': paged('latest', byId, (db, o, { last, limit }) =>
    listRoomsLike(db, o, 'room', { before: last, limit }),
  ),
  'sessions.ts: findLiveSessions': whole('none', by('session_id'), (db, o) =>
    findLiveSessions(db, [uid(o * 10 + 7), ...uidsOf(o)], { freshness: 900, usedEvery: 300 }),
  ),
  'sessions.ts: listProviderAccounts': whole(
    'none',
    itself,
    async (db, o) =>
      (
        await listProviderAccounts(db, { issuer: 'https://id.example', subject: `subject${o}`, session: null }, 100)
      ).flatMap(({ ids }) => ids),
    { rows: SEVEN },
  ),
  'sessions.ts: listSessionsOf': first('latestFirst', byId, (db, o, { limit }) => listSessionsOf(db, o, limit)),
  'uploads.ts: findKnownUploads': whole('none', itself, (db, o) => findKnownUploads(db, uidsOf(o))),
};

/** Lists without an answer, with the reason. */
export const UNANSWERED: Record<string, string> = {
  'people.ts: listPeopleAlike': 'in order of likeness, not of a column',
  'relay-source.ts: readRelayUsers': 'another database, which the tests of its import read whole',
  'relay-source.ts: readRelayMessages': 'another database, which the tests of its import read whole',
};
