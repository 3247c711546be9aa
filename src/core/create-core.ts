/** Wires core by hand: each part gets its dependencies. */
import type { Buckets } from '../limits/buckets.ts';
import type { Outgoing } from '../limits/outgoing.ts';
import type { Rates } from '../limits/rates.ts';
import type { Registration } from '../store/community.ts';
import type { Sql } from '../store/database.ts';
import type { Partials } from '../store/partials.ts';
import { type AccountRates, withAccountRates } from './account-rates.ts';
import { createAccountAccess } from './accounts/account-access.ts';
import { createAccounts, createShowPerson } from './accounts/accounts.ts';
import { withoutLocalAccounts } from './accounts/local-accounts.ts';
import { createNewAccounts } from './accounts/new-accounts.ts';
import { createOwnExports } from './accounts/own-exports.ts';
import { createOwnRemoval } from './accounts/own-removal.ts';
import { createProfiles } from './accounts/profiles.ts';
import { createStorage } from './accounts/storage.ts';
import { createAdministration, type ShownSettings } from './administration/administration.ts';
import { createBots } from './bots/bots.ts';
import { createCatchUp } from './catch-up/catch-up.ts';
import { createAdmission } from './community/admission.ts';
import { createCommunityParts } from './community/create-community.ts';
import type { Core } from './core.ts';
import { createAccessTokens } from './credentials/access-tokens.ts';
import { createCredentials } from './credentials/create-credentials.ts';
import { createChanges } from './events/changes.ts';
import { pruneEvents } from './events/event-log.ts';
import { ACCOUNTS_STREAM, type KoineHub } from './events/events.ts';
import { startHookLane } from './hooks/hook-lane.ts';
import { createHookParts } from './hooks/hook-parts.ts';
import type { EventText } from './hooks/hook-sender.ts';
import { createIncomingHooks } from './hooks/incoming-hooks.ts';
import { createOutgoingHooks } from './hooks/outgoing-hooks.ts';
import { createLive } from './live/live.ts';
import { createAddresses } from './mail/addresses.ts';
import { createNotices } from './mail/notices.ts';
import { createOutbox } from './mail/outbox.ts';
import { createPasswordResets } from './mail/password-resets.ts';
import { createVerifiedWriters } from './mail/verified-writers.ts';
import { createMediaParts } from './media/create-media.ts';
import type { MediaOptions } from './media/media.ts';
import { createModeration } from './moderation/create-moderation.ts';
import type { Standings } from './moderation/standings.ts';
import { createNotifications } from './notifications/notifications.ts';
import { createNotify } from './notifications/notify.ts';
import { createBlocks } from './people/blocks.ts';
import { createFriends } from './people/friends.ts';
import { createMutes } from './people/mutes.ts';
import { createPeopleSearch } from './people/people-search.ts';
import { createBoardParts } from './posts/create-board.ts';
import { createPresence } from './presence/presence.ts';
import type { ProviderOptions } from './providers/provider.ts';
import { createProviders } from './providers/providers.ts';
import { createPush } from './push/subscriptions.ts';
import { createInvites } from './rooms/invites.ts';
import { withoutAccount } from './rooms/kept-messages.ts';
import { createLobby } from './rooms/lobby.ts';
import { createMemberships } from './rooms/memberships.ts';
import { createMessageCommands } from './rooms/message-commands.ts';
import { createMessages } from './rooms/messages.ts';
import { createRoomChanges } from './rooms/room-changes.ts';
import { createRoomMarks } from './rooms/room-marks.ts';
import { createRoomMessages } from './rooms/room-messages.ts';
import { createRooms } from './rooms/rooms.ts';
import { createSearch } from './search/search.ts';
import { createSignIn, type SignInOptions } from './sessions/create-sign-in.ts';
import type { Sessions } from './sessions/sessions.ts';
import { createTokenPairs, type TokenPairLifetimes } from './sessions/token-pairs.ts';

export type CoreOptions = SignInOptions & {
  /** The unique id of this node: a UUID that was never used before. */
  readonly node: string;
  readonly tokenPairs: TokenPairLifetimes;
  /** External identity providers. */
  readonly providers: readonly ProviderOptions[];
  /** Addresses that may be called where people name them. */
  readonly outgoing: Outgoing;
  /** The server's key of Web Push; null: nothing is pushed. */
  readonly pushKey: string | null;
  /** Makes the secrets of links in mail; null: there is no mail server. */
  readonly mailKey: Uint8Array | null;
  /** Whether only accounts with a verified e-mail address write. */
  readonly emailRequired: boolean;
  /** Seconds until an account that leaves is deleted. */
  readonly deletionGrace: number;
  /** The settings in force, for admins, without secrets. */
  readonly shown: ShownSettings;
  /** How people join; undefined: the community decides. */
  readonly registration: Registration | undefined;
  /** Whether there is sign-up and sign-in with passwords. */
  readonly localAccounts: boolean;
  /** Characters. */
  readonly messageLength: number;
  readonly postLength: number;
  readonly titleLength: number;
  readonly commentLength: number;
  readonly bioLength: number;
  /** E-mails are shown only to their owners and to admins. */
  readonly hideEmails: boolean;
  /** Bytes; infinite: no quota. */
  readonly storagePerAccount: number;
  /** Seconds between two pings of a socket. */
  readonly sockets: { readonly heartbeat: number };
  /** The text of an event in outgoing hooks; without it, none are sent. */
  readonly eventText?: EventText;
  readonly media: Omit<MediaOptions, 'uploads'>;
  readonly partials: Partials;
  /** Days that handled reports and entries of the audit log are kept. */
  readonly reportDays: number;
  readonly auditDays: number;
  readonly rates: {
    /** Uploaded pictures, by account. */
    readonly uploads: Rates;
    /** Arrivals in the lobby, by account. */
    readonly arrivals: Buckets;
    readonly writes: AccountRates;
  };
};

export function createCore(sql: Sql, hub: KoineHub, options: CoreOptions): Core {
  const show = createShowPerson(options);
  const changes = createChanges(sql, hub);
  const outbox = createOutbox(options.mailKey);
  const notices = createNotices(outbox);
  const addresses = createAddresses(sql, { changes, outbox, notices });
  const signIn = createSignIn(sql, hub, { ...options, changes, notices });
  const { passwords, guard, tokens, contents, standings, identities, sessions, tickets } = signIn;
  const hooks = createHookParts(sql, { ...options, seal: signIn.seal, show });
  const newAccounts = createNewAccounts(sql, { passwords, guard, contents });
  const storage = createStorage(sql, options.storagePerAccount);
  const notify = createNotify(show);
  const messages = createMessages(sql, hub, { ...options, contents, storage, notify }, show);
  const notifications = createNotifications(sql, changes, show);
  const presence = createPresence(sql, hub, options.node);
  const lobby = createLobby(sql, hub, { ...standings, messages, presence, sessions, arrivals: options.rates.arrivals });
  const { media, files, uploads } = createMediaParts(sql, {
    ...{ ...options, changes, contents },
    rates: options.rates.uploads,
  });
  const board = createBoardParts(sql, hub, { ...options, media, contents, changes, notify, show });
  const roomParts = { changes, contents, notify, show };
  const access = createAccountAccess(sql, hub, { passwords, guard, notices });
  const removal = createOwnRemoval(sql, { changes, access, blobs: options.media.blobs, grace: options.deletionGrace });
  const resets = createPasswordResets(sql, hub, { passwords, guard, outbox, notices });
  const admission = createAdmission(sql, options);
  const accounts = createAccounts(sql, {
    ...{ ...signIn, addresses, newAccounts, admission, show },
    emailRequired: options.emailRequired,
  });
  const accessTokens = createAccessTokens(sql, { contents, notices, sessions });
  const messageCommands = createMessageCommands(sql, { ...options, changes, messages, contents, notify }, show);
  const core: Core = {
    accounts,
    community: createCommunityParts(sql, {
      ...{ ...options, newAccounts, addresses, outbox, changes, contents, media, show },
    }),
    administration: createAdministration(sql, { ...options, show }),
    access,
    addresses,
    resets,
    removal,
    exports: createOwnExports(sql, options.media.blobs),
    sessions,
    providers: createProviders(sql, { ...options, tickets, guard, identities, admission, sessions }),
    credentials: createCredentials(sql, { ...signIn, notices, tokens: accessTokens }),
    bots: createBots(sql, { contents, tokens: accessTokens, removal, show }),
    outgoingHooks: createOutgoingHooks(sql, hooks),
    incomingHooks: createIncomingHooks(sql, {
      ...{ ...roomParts, accounts, messages: messageCommands },
      messageRate: options.rates.writes.messages,
    }),
    contents,
    tokenPairs: createTokenPairs(sql, sessions, tokens, options.tokenPairs),
    lobby,
    ...board.core,
    live: createLive(sql, hub, { lobby, presence, sessions, show, heartbeat: options.sockets.heartbeat }),
    notifications,
    push: createPush({ ...options, changes }),
    people: createPeopleSearch(sql, show),
    friends: createFriends(sql, { changes, notify, show }),
    blocks: createBlocks(sql, { changes, show }),
    catchUp: createCatchUp(sql, { show, showPosts: board.showPosts }),
    search: createSearch(sql, { show, showPosts: board.showPosts }),
    mutes: createMutes(sql, { changes, show }),
    moderation: createModeration(sql, {
      ...{ ...options, ...board.core, ...accounts, changes, contents, show },
      reader: board.reader,
      messages: messageCommands,
    }),
    standings,
    rooms: {
      ...createRooms(sql, roomParts),
      ...createMemberships(sql, roomParts),
      ...createRoomChanges(sql, { ...roomParts, media }),
      ...createRoomMarks(sql, hub, changes),
      ...createInvites(sql, roomParts),
      ...createRoomMessages(sql, hub, { ...standings, messages, lobby, sessions, show }),
    },
    messages: messageCommands,
    media,
    files: { ...files, usage: storage.usage },
    uploads,
    profiles: createProfiles(sql, { ...options, changes, media, contents }, show),
    load: {
      lanes: [messages.load, board.load],
      queues: {
        passwords: passwords.waiting,
        pictures: media.waiting,
        views: board.waitingViews,
      },
    },
    serveHooks: (how) => startHookLane(sql, hub, { ...hooks, ...how, notices }),
    flush: async () => {
      await Promise.all([messages.flush(), board.flush(), presence.flush(), resets.flush()]);
      await storage.flush();
    },
    expireNodes: presence.expireNodes,
    close: async () => {
      await removal.stop();
      await core.moderation.stopCleanups();
      await presence.close();
    },
    prune: async () => {
      for (const part of [sessions, signIn.knownNetworks, tickets, notifications]) await part.prune();
      await pruneEvents(sql);
      await outbox.prune(sql);
      await removal.resumeAll();
      await pruneCommands(core);
    },
  };
  const bounded = withAccountRates(core, options.rates.writes, {
    requireVoice: standings.requireVoice,
    requireVerified: createVerifiedWriters(sql, options.emailRequired),
  });
  return options.localAccounts ? bounded : withoutLocalAccounts(bounded);
}

async function pruneCommands({ administration, rooms, community, moderation }: Core): Promise<void> {
  await administration.pruneHistory();
  await rooms.clearDeleted();
  await rooms.pruneInvites();
  await community.pruneInvites();
  await community.pruneApplications();
  await moderation.resumeCleanups();
  await moderation.pruneModeration();
}

/**
 * Reacts to events of accounts, on every node: closes the sockets of ended sessions, drops messages of deleted accounts, and reads again
 * what it remembers of those that changed.
 */
export async function actOnEvents(
  hub: KoineHub,
  { sessions, standings }: { sessions: Pick<Sessions, 'closeEnded'>; standings: Pick<Standings, 'refresh'> },
): Promise<void> {
  await hub.listen(ACCOUNTS_STREAM, {
    event: (event) => {
      if (event.kind === 'session.ended') sessions.closeEnded(event.data.accountId, event.data.sessionId);
      if (event.kind === 'account.changed') void standings.refresh(event.data.accountId).catch(() => {});
      if (event.kind === 'account.deleted') hub.revise(withoutAccount(event.data.accountId));
    },
  });
}
