/** A call of each list of src/store, on a database with many rows (test/support/many-rows.ts). */

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
import { listAccountOverviews } from '../../src/store/account-overviews.ts';
import {
  findFriendIds,
  findLikesCounts,
  findMemberships,
  findMessagesOf,
  findPicturedRooms,
} from '../../src/store/account-traces.ts';
import { findAccountsByUids, listAccounts } from '../../src/store/accounts.ts';
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
import { listPeopleAlike, listPeopleByName, listPeopleByUsername } from '../../src/store/people.ts';
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
import { findUsernames, listEntries } from '../../src/store/presence.ts';
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

const IDS = [7, 8, 9, 4_000];
const UIDS = IDS.map((n) => `00000000-0000-4000-8000-00000000${String(n).padStart(4, '0')}`);
const HOOK = '00000000-0000-4000-8000-000000000007';
const BUSY = 4;
/** Of test/support/many-rows.ts. */
const LAST_ROOM = 30_003;
const READERS = IDS.map((roomId) => ({ accountId: 7, roomId }));
const WANTED = {
  query: { words: "'message' & '150000'", starts: [] },
  authorId: null,
  hasFiles: false,
  before: null,
  after: null,
  mark: null,
};
const MARKING = { query: WANTED.query, begin: '<', end: '>' };
const PAGE = { skip: 500, limit: 50, bytes: 1_000_000 };

export const STORE_LISTS: Record<string, (db: Db) => Promise<unknown>> = {
  'account-exports.ts: listExportedFiles': (db) => listExportedFiles(db, 7),
  'account-exports.ts: listExportedBookmarks': (db) => listExportedBookmarks(db, 7),
  'account-exports.ts: listExportedBlocks': (db) => listExportedBlocks(db, 7),
  'account-exports.ts: listExportedReactions': (db) => listExportedReactions(db, 7),
  'account-exports.ts: listExportedSessions': (db) => listExportedSessions(db, 7),
  'account-exports.ts: listExportedInvites': (db) => listExportedInvites(db, 7),
  'account-exports.ts: listExportedMarks': (db) => listExportedMarks(db, 7),
  'account-exports.ts: listExportedNotifications': (db) => listExportedNotifications(db, 7),
  'account-exports.ts: listExportedPins': (db) => listExportedPins(db, 7),
  'account-exports.ts: listExportedKeys': (db) => listExportedKeys(db, 7),
  'account-exports.ts: listExportedRequests': (db) => listExportedRequests(db, 7),
  'account-exports.ts: listExportedMutes': (db) => listExportedMutes(db, 7),
  'account-exports.ts: listExportedReports': (db) => listExportedReports(db, 7),
  'account-exports.ts: listExportedSanctions': (db) => listExportedSanctions(db, 7),
  'account-exports.ts: listExportedBrowsers': (db) => listExportedBrowsers(db, 7),
  'account-exports.ts: listExportedMails': (db) => listExportedMails(db, 7),
  'account-exports.ts: listExportedProofs': (db) => listExportedProofs(db, 7),
  'account-exports.ts: listExportedIdentities': (db) => listExportedIdentities(db, 7),
  'account-overviews.ts: listAccountOverviews': (db) => listAccountOverviews(db, 9_000, 100),
  'account-traces.ts: findLikesCounts': (db) => findLikesCounts(db, IDS),
  'accounts.ts: listAccounts': (db) => listAccounts(db, { skip: 500, limit: 100 }),
  'account-traces.ts: findMessagesOf': (db) => findMessagesOf(db, 7, 100),
  'account-traces.ts: findMemberships': (db) => findMemberships(db, 7),
  'account-traces.ts: findPicturedRooms': (db) => findPicturedRooms(db, 7),
  'account-exports.ts: listExportedUploads': (db) => listExportedUploads(db, 7),
  'uploads.ts: findKnownUploads': (db) => findKnownUploads(db, [crypto.randomUUID()]),
  'account-traces.ts: findFriendIds': (db) => findFriendIds(db, 7),
  'accounts.ts: findAccountsByUids': (db) => findAccountsByUids(db, UIDS),
  'applications.ts: listApplications': (db) => listApplications(db, 7, 100),
  'audit.ts: listAudit': (db) => listAudit(db, { before: 9_000, accountId: 7, limit: 100 }),
  'audit.ts: listAuditAfter': (db) => listAuditAfter(db, 9_000, 100),
  'blocks.ts: findHidden': (db) => findHidden(db, IDS),
  'blocks.ts: listBlocks': (db) => listBlocks(db, 7, 0, 100),
  'bookmarks.ts: findBookmarked': (db) => findBookmarked(db, 7, IDS),
  'bookmarks.ts: listBookmarked': (db) =>
    listBookmarked(db, 7, { before: { at: 8.64e15, id: Number.MAX_SAFE_INTEGER }, ...PAGE }),
  'catch-up.ts: listBusyRooms': (db) => listBusyRooms(db, 7, new Date(), 20),
  'catch-up.ts: findLikedPosts': (db) => findLikedPosts(db, 7, new Date(0), 10),
  'cleanups.ts: findPendingCleanups': (db) => findPendingCleanups(db, 100),
  'cleanups.ts: findJoinedBy': (db) =>
    findJoinedBy(db, { code: `${'x'.repeat(16)}7`, since: new Date(0), after: 7, limit: 25 }),
  'cleanups.ts: findMessagesBefore': (db) =>
    findMessagesBefore(db, { accountId: 7, since: new Date(), before: 100_000, limit: 256 }),
  'comments.ts: listComments': (db) => listComments(db, 7, 7, { after: 0, ...PAGE }),
  'comments.ts: listCommentsByIds': (db) => listCommentsByIds(db, IDS),
  'comments.ts: listNewestComments': (db) =>
    listNewestComments(
      db,
      IDS.map((postId) => ({ postId })),
      { each: 50, bytes: PAGE.bytes },
    ),
  'community-invites.ts: listCommunityInvites': (db) =>
    listCommunityInvites(db, { createdAt: new Date(), code: 'x' }, 100),
  'events.ts: findHeads': (db) => findHeads(db, IDS),
  'events.ts: listEventsAfter': (db) => listEventsAfter(db, BUSY, { seq: 500, limit: 500, bytes: PAGE.bytes }),
  'events.ts: listLatestEvents': (db) => listLatestEvents(db, BUSY, 100),
  'friend-requests.ts: listFriendRequests': (db) => listFriendRequests(db, 7, { sent: false, after: 0, limit: 100 }),
  'friendships.ts: listFriends': (db) => listFriends(db, 7, 0, 100),
  'history.ts: listHistory': (db) => listHistory(db, { seconds: 3_600, step: 60, worst: ['requestTime'] }),
  'imports.ts: findAccountIds': (db) => findAccountIds(db, ['user7', 'user8']),
  'imports.ts: findPostIds': (db) => findPostIds(db, UIDS),
  'imports.ts: findRoomIds': (db) => findRoomIds(db, UIDS),
  'invites.ts: listInvites': (db) => listInvites(db, BUSY, 50),
  'likes.ts: listLikers': (db) =>
    listLikers(db, 7, 7, { before: { at: 8.64e15, id: Number.MAX_SAFE_INTEGER }, limit: 50 }),
  'likes.ts: listNewestLikers': (db) => listNewestLikers(db, IDS, { each: 10, bytes: PAGE.bytes }),
  'mentions.ts: findMentioned': (db) =>
    findMentioned(
      db,
      IDS.map((id) => ({ roomId: BUSY, authorId: id, key: `user${id}` })),
    ),
  'message-pages.ts: listPinned': (db) => listPinned(db, BUSY, 7, 50),
  'messages.ts: findReadOnly': (db) => findReadOnly(db, READERS),
  'mutes.ts: listMutes': (db) => listMutes(db, 7, 0, 100),
  'report-subjects.ts: listTextsAroundComment': (db) => listTextsAroundComment(db, { postId: 7, commentId: 7 }, 5),
  'report-subjects.ts: listTextsAroundMessage': (db) => listTextsAroundMessage(db, BUSY, 500, 5),
  'report-subjects.ts: listTextsOfAccount': (db) => listTextsOfAccount(db, 7, 5),
  'report-subjects.ts: listTextsOfPost': (db) => listTextsOfPost(db, 7),
  'reports.ts: listReports': (db) => listReports(db, 'resolved', 9_000, 50),
  'reports.ts: listReportTexts': (db) => listReportTexts(db, IDS),
  'sanctions.ts: listSanctionsOf': (db) => listSanctionsOf(db, 7, 9_000, 100),
  'sanctions.ts: listSignUpBans': (db) => listSignUpBans(db, 9_000_000, 100),
  'messages.ts: findKeyedMessages': (db) =>
    findKeyedMessages(
      db,
      IDS.map((id) => ({ authorId: id, key: `key${id}` })),
    ),
  'messages.ts: findQuotes': (db) =>
    findQuotes(
      db,
      IDS.map((seq) => ({ roomId: BUSY, seq, accountId: 7 })),
    ),
  'messages.ts: findMessages': (db) => findMessages(db, BUSY, IDS),
  'messages.ts: listMessagesAfterSkip': (db) => listMessagesAfterSkip(db, BUSY, 500, 50),
  'messages.ts: listMessagesBefore': (db) => listMessagesBefore(db, BUSY, 5_000, 50),
  'messages.ts: listLatestMessages': (db) => listLatestMessages(db, BUSY, 50),
  'notifications.ts: listNotifications': (db) => listNotifications(db, 7, null, 100),
  'notifications.ts: listNotificationsByIds': (db) => listNotificationsByIds(db, IDS),
  'objects.ts: listObjectsOf': (db) => listObjectsOf(db, 7),
  'positions.ts: findPositions': (db) =>
    findPositions(db, 3, [
      { accountId: 7, uids: UIDS, ids: IDS, newest: 100 },
      { accountId: 8, newest: 100 },
    ]),
  'positions.ts: listMissedEvents': (db) =>
    listMissedEvents(
      db,
      IDS.map((streamId) => ({ streamId, seq: 500, upTo: 900 })),
      PAGE.bytes,
    ),
  'post-images.ts: listPostImages': (db) => listPostImages(db, IDS),
  'post-views.ts: findSeenPosts': (db) => findSeenPosts(db, 7, IDS),
  'posts.ts: listFeed': (db) => listFeed(db, 7, { before: 9_000, ...PAGE }),
  'posts.ts: listFeedOf': (db) => listFeedOf(db, 7, 8, { before: Number.MAX_SAFE_INTEGER, ...PAGE }),
  'posts.ts: listFeedOfIds': (db) => listFeedOfIds(db, 7, { ids: IDS, bytes: PAGE.bytes }),
  'posts.ts: listFeedOfFriends': (db) => listFeedOfFriends(db, 7, { before: Number.MAX_SAFE_INTEGER, ...PAGE }),
  'posts.ts: listPostsByIds': (db) => listPostsByIds(db, IDS),
  'posts.ts: listPosts': (db) => listPosts(db, 7, PAGE),
  'posts.ts: listPostsOf': (db) => listPostsOf(db, 7, null, { skipSlots: 100, slots: 50 }),
  'presence.ts: listEntries': (db) => listEntries(db, IDS),
  'presence.ts: findUsernames': (db) => findUsernames(db, IDS),
  'people.ts: listPeopleByUsername': (db) => listPeopleByUsername(db, 'user7', 'user70', 50),
  'people.ts: listPeopleByName': (db) => listPeopleByName(db, 'user7', { key: 'user70', id: 7 }, 50),
  'people.ts: listPeopleAlike': (db) => listPeopleAlike(db, 'usr70', { skipped: 10, limit: 50 }),
  'roles.ts: listStaff': (db) => listStaff(db, 7, 100),
  'room-members.ts: listRoomMembers': (db) => listRoomMembers(db, BUSY, { joinedAt: new Date(0), id: 7 }, 100),
  'room-views.ts: listRoomViews': (db) => listRoomViews(db, READERS),
  'room-views.ts: listRoomViewsByActivity': (db) =>
    listRoomViewsByActivity(db, 7, { activeAt: new Date(), id: 100 }, 50),
  'room-views.ts: listMarks': (db) => listMarks(db, READERS),
  'rooms.ts: findDeletedRooms': (db) => findDeletedRooms(db, 100),
  'rooms.ts: listFirstMembers': (db) => listFirstMembers(db, IDS, 10),
  'privacy.ts: findUnwelcome': (db) => findUnwelcome(db, 7, IDS, 'write'),
  'pushes.ts: listRoomNews': (db) => listRoomNews(db, READERS),
  'pushes.ts: listPostNews': (db) =>
    listPostNews(
      db,
      IDS.map((postId) => ({ accountId: 7, postId })),
    ),
  'reactions.ts: listReactions': (db) => listReactions(db, { roomId: BUSY, seq: 40 }, 7),
  'readers.ts: listReaders': (db) => listReaders(db, BUSY, 50),
  'rooms.ts: listMembers': (db) => listMembers(db, IDS, 100),
  'rooms.ts: listRoomsByActivity': (db) => listRoomsByActivity(db, 7, { activeAt: new Date(), id: 100 }, 50),
  'rooms.ts: listRoomsOf': (db) => listRoomsOf(db, 7, 100, 50),
  'rooms.ts: listMemberRooms': (db) => listMemberRooms(db, 7, 100, 50),
  'rooms.ts: listAllRooms': (db) => listAllRooms(db, 500, 50),
  'account-exports.ts: listExportedBots': (db) => listExportedBots(db, 7),
  'bots.ts: listBots': (db) => listBots(db, 7, 20),
  'bots.ts: listBotIds': (db) => listBotIds(db, 7),
  'incoming-hooks.ts: listIncomingHooks': (db) => listIncomingHooks(db, BUSY, 20),
  'outgoing-hooks.ts: listOutgoingHooks': (db) => listOutgoingHooks(db, BUSY, 10),
  'outgoing-hooks.ts: listAllHooks': (db) => listAllHooks(db, HOOK, 50),
  'outgoing-hooks.ts: listHookedStreams': (db) => listHookedStreams(db, LAST_ROOM - 5, 100),
  'outgoing-hooks.ts: listDeliveries': (db) => listDeliveries(db, HOOK, 100, 50),
  'access-tokens.ts: listAccessTokens': (db) => listAccessTokens(db, 7, 50),
  'app-passwords.ts: listAppPasswords': (db) => listAppPasswords(db, 7, 50),
  'search-index.ts: listUnindexedRooms': (db) => listUnindexedRooms(db, LAST_ROOM - 5, 100),
  'search.ts: findMessagesByIndex': (db) => findMessagesByIndex(db, IDS, WANTED, 50),
  'search.ts: findPostsByIndex': (db) =>
    findPostsByIndex(db, { ...WANTED, query: { words: "'15000'", starts: [] } }, 50),
  'search.ts: findSearchedRooms': (db) => findSearchedRooms(db, 7, 100),
  'search.ts: listFoundMessages': (db) => listFoundMessages(db, IDS, 7, MARKING),
  'search.ts: listFoundPosts': (db) => listFoundPosts(db, IDS, MARKING),
  'search.ts: listRoomsLike': (db) => listRoomsLike(db, 7, 'room', { before: null, limit: 50 }),
  'identities.ts: listIdentities': (db) => listIdentities(db, 7, 20),
  'sessions.ts: listProviderAccounts': (db) =>
    listProviderAccounts(db, { issuer: 'https://id.example.org', subject: 'subject7', session: null }, 100),
  'passkeys.ts: listPasskeys': (db) => listPasskeys(db, 7, 20),
  'passkeys.ts: listCredentialIds': (db) => listCredentialIds(db, { accountId: 7, rpId: 'koine.example' }, 20),
  'sessions.ts: listSessionsOf': (db) => listSessionsOf(db, 7, 100),
  'sessions.ts: findLiveSessions': (db) => findLiveSessions(db, UIDS, { freshness: 900, usedEvery: 300 }),
};

/** Lists that may scan a whole table, with the reason. */
export const UNBOUNDED: Record<string, string> = {
  'account-overviews.ts: findLargestAccounts':
    'by an index each message would have to keep; admins ask, once a minute at most',
  'accounts.ts: listWithoutSkeleton': 'once, at the first start after an upgrade',
  'presence.ts: findOnline': 'everybody who is online: once, when a node opens the stream',
  'relay-source.ts: readRelayUsers': 'another database, which is imported with a cursor',
  'relay-source.ts: readRelayMessages': 'another database, which is imported with a cursor',
};
