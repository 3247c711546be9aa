/**
 * The cost of each function of core to the account that calls it, and whether silenced accounts may call it. Rates are over all sockets and
 * HTTP together: messages, other changes, and bytes of text. The table below must name every function of core that a dialect can call, or
 * it does not compile.
 */
import { AppError } from '../errors.ts';
import type { Buckets } from '../limits/buckets.ts';
import type { Core } from './core.ts';
import type { RequireVerified } from './mail/verified-writers.ts';
import type { Actor } from './model.ts';
import { MAX_MENTIONS } from './rooms/mentions.ts';

export type AccountRates = {
  readonly messages: Buckets;
  /** Creating, editing and deleting posts, comments, likes, friendships, rooms and profiles. */
  readonly changes: Buckets;
  /** Bytes of text in messages and changes. */
  readonly bytes: Buckets;
};

/**
 * `free`: reads, or has a rate limit of its own (passwords, sign-ups, sign-ins, arrivals, uploads). The others take the actor first.
 * `message`, `change`: not by silenced accounts. `own`: costs as `change`, and is for silenced accounts too, since it takes something back
 * or is not seen by others.
 */
type Cost = 'free' | 'message' | 'change' | 'own';
type Anything = (...args: never[]) => unknown;
type Part = Exclude<keyof Core, 'load' | 'standings' | 'serveHooks' | 'flush' | 'expireNodes' | 'close' | 'prune'>;
type Costs<T> = { readonly [K in keyof T as T[K] extends Anything ? K : never]: Cost };

const COSTS: { readonly [P in Part]: Costs<Core[P]> } = {
  accounts: {
    signUp: 'free',
    changeEmail: 'own',
    getAccountByUid: 'free',
    getClaimed: 'free',
    findIssues: 'free',
    show: 'free',
    showOwn: 'free',
    identify: 'free',
    prove: 'free',
    getAccount: 'free',
    getAccountByUsername: 'free',
    list: 'free',
  },
  access: {
    changePassword: 'free',
    resetPassword: 'free',
    disable: 'free',
    shutOut: 'free',
    enable: 'free',
    requirePassword: 'free',
    leave: 'free',
  },
  administration: {
    record: 'free',
    readHistory: 'free',
    pruneHistory: 'free',
    listAccounts: 'free',
    readStorage: 'free',
    readSettings: 'free',
  },
  addresses: {
    isMailOn: 'free',
    welcome: 'free',
    replace: 'free',
    change: 'own',
    resend: 'own',
    verify: 'free',
    findPending: 'free',
  },
  resets: { request: 'free', complete: 'free', flush: 'free' },
  removal: { removeOwn: 'free', removeAtOnce: 'free', resumeAll: 'free', stop: 'free' },
  community: {
    get: 'free',
    change: 'change',
    setPicture: 'change',
    removePicture: 'change',
    setUp: 'free',
    createInvite: 'change',
    listInvites: 'free',
    revokeInvite: 'change',
    pruneInvites: 'free',
    listApplications: 'free',
    approve: 'change',
    refuse: 'change',
    pruneApplications: 'free',
    setRole: 'change',
    listStaff: 'free',
  },
  exports: { open: 'own' },
  sessions: {
    start: 'free',
    authenticate: 'free',
    authenticateConnection: 'free',
    bind: 'free',
    closeEnded: 'free',
    end: 'free',
    endAll: 'free',
    listOwn: 'free',
    endOwn: 'own',
    endOthers: 'own',
    endOfAppPassword: 'free',
    endOfProvider: 'free',
    prune: 'free',
  },
  credentials: {
    createAccessToken: 'own',
    listAccessTokens: 'free',
    revokeAccessToken: 'own',
    createAppPassword: 'own',
    listAppPasswords: 'free',
    revokeAppPassword: 'own',
    getSecondFactor: 'free',
    prepareSecondFactor: 'own',
    turnOnSecondFactor: 'own',
    renewRecoveryCodes: 'own',
    turnOffSecondFactor: 'own',
    confirm: 'free',
    preparePasskey: 'own',
    addPasskey: 'own',
    listPasskeys: 'free',
    renamePasskey: 'own',
    removePasskey: 'own',
    challengePasskey: 'free',
    provePasskey: 'free',
    confirmByPasskey: 'free',
  },
  bots: {
    createBot: 'change',
    listBots: 'free',
    changeBot: 'change',
    removeBot: 'own',
    createBotToken: 'own',
    listBotTokens: 'free',
    revokeBotToken: 'own',
  },
  outgoingHooks: {
    createOutgoing: 'change',
    listOutgoing: 'free',
    changeOutgoing: 'change',
    removeOutgoing: 'own',
    listDeliveries: 'free',
    redeliver: 'change',
  },
  incomingHooks: {
    createHook: 'change',
    listHooks: 'free',
    changeHook: 'change',
    renewHook: 'change',
    removeHook: 'own',
    openHook: 'free',
    post: 'message',
    editPost: 'change',
    removePost: 'own',
    getPost: 'free',
  },
  providers: {
    offered: 'free',
    beginProvider: 'free',
    beginLink: 'own',
    arrive: 'free',
    endByProvider: 'free',
    listIdentities: 'free',
    removeIdentity: 'own',
  },
  tokenPairs: { start: 'free', refresh: 'free' },
  live: { admit: 'free', snapshot: 'free', locate: 'free', stream: 'free', poll: 'free' },
  lobby: { approach: 'free', attend: 'free', joinExclusively: 'free', send: 'message', isIn: 'free' },
  posts: {
    create: 'change',
    edit: 'change',
    editText: 'change',
    remove: 'own',
    get: 'free',
    list: 'free',
    listOf: 'free',
    positionOfFeed: 'free',
    listFeed: 'free',
  },
  likes: { setLike: 'change', listLikers: 'free' },
  comments: { add: 'change', edit: 'change', remove: 'own', listComments: 'free' },
  bookmarks: { setBookmark: 'own', listBookmarks: 'free' },
  board: { watch: 'free' },
  people: { listPeople: 'free' },
  search: { searchMessages: 'free', searchPosts: 'free', searchRooms: 'free' },
  catchUp: { whatHappened: 'free' },
  blocks: { block: 'own', unblock: 'own', listBlocks: 'free' },
  mutes: { mute: 'own', unmute: 'own', listMutes: 'free' },
  moderation: {
    report: 'own',
    appeal: 'own',
    appealOutside: 'free',
    listReports: 'free',
    getReport: 'free',
    countReports: 'free',
    changeReport: 'change',
    pruneReports: 'free',
    sanction: 'change',
    listSanctions: 'free',
    listOwnSanctions: 'free',
    lift: 'change',
    banSignUps: 'change',
    listSignUpBans: 'free',
    purge: 'change',
    endRaid: 'change',
    getCleanup: 'free',
    resumeCleanups: 'free',
    stopCleanups: 'free',
    listAudit: 'free',
    exportAudit: 'free',
    pruneAudit: 'free',
    pruneModeration: 'free',
  },
  friends: {
    addFriend: 'change',
    removeFriend: 'own',
    dropRequest: 'own',
    listRequests: 'free',
    areFriends: 'free',
    listFriends: 'free',
  },
  rooms: {
    createRoom: 'change',
    openDirectRoom: 'change',
    getRoom: 'free',
    listRoomsByActivity: 'free',
    listRooms: 'free',
    listOwnRooms: 'free',
    createGroup: 'change',
    openDirectView: 'change',
    getView: 'free',
    listViews: 'free',
    setMember: 'change',
    removeMember: 'own',
    listMembers: 'free',
    changeRoom: 'change',
    setPicture: 'change',
    removePicture: 'own',
    removeRoom: 'own',
    clearDeleted: 'free',
    markRead: 'own',
    setNotify: 'own',
    createInvite: 'change',
    listInvites: 'free',
    revokeInvite: 'own',
    getInvitation: 'free',
    acceptInvite: 'change',
    pruneInvites: 'free',
    approachRoom: 'free',
    openRoom: 'free',
    sendMessage: 'message',
    listMessagePage: 'free',
    listTrustedMessagePage: 'free',
    listMessages: 'free',
  },
  messages: {
    send: 'message',
    edit: 'change',
    remove: 'own',
    react: 'change',
    unreact: 'own',
    pin: 'change',
    unpin: 'change',
    list: 'free',
    position: 'free',
    get: 'free',
    listPins: 'free',
    listReaders: 'free',
  },
  media: {
    receive: 'free',
    receiveFile: 'free',
    fileUrl: 'free',
    previewUrl: 'free',
    discard: 'free',
    prepare: 'free',
    release: 'free',
    withAvatar: 'free',
    setAvatar: 'change',
    removeAvatar: 'own',
    url: 'free',
    pictureUrl: 'free',
    avatarUrl: 'free',
    sweep: 'free',
    waiting: 'free',
  },
  notifications: { listNotifications: 'free', countUnread: 'free', markRead: 'own', prune: 'free' },
  files: { create: 'change', describe: 'change', getReadable: 'free', open: 'free', usage: 'free' },
  uploads: { begin: 'change', find: 'free', append: 'change', cancel: 'own', sweep: 'free' },
  push: { pushKey: 'free', subscribe: 'own', unsubscribe: 'own' },
  contents: { isToken: 'free', refuseToken: 'free', check: 'free' },
  profiles: { own: 'free', ownAccount: 'free', update: 'change', get: 'free' },
};

/** @throws AppError `silenced` */
export type RequireVoice = (actor: Pick<Actor, 'id' | 'silencedUntil'>) => void;

/** Core with rate limits on each account's writes, and without those of silenced and unverified accounts. */
export function withAccountRates(core: Core, rates: AccountRates, rights: Rights): Core {
  const bounded: Record<string, unknown> = { ...core };
  for (const [part, costs] of Object.entries(COSTS) as [Part, Record<string, Cost>][]) {
    const functions: Record<string, unknown> = { ...core[part] };
    for (const [name, cost] of Object.entries(costs))
      if (cost !== 'free') functions[name] = counted(functions[name] as Write, cost, { ...rates, ...rights });
    bounded[part] = functions;
  }
  return bounded as Core;
}

type Write = (actor: Pick<Actor, 'id' | 'role' | 'silencedUntil'>, ...args: unknown[]) => Promise<unknown>;
type Rights = { readonly requireVoice: RequireVoice; readonly requireVerified: RequireVerified };
type Bounds = AccountRates & Rights;

function counted(
  write: Write,
  cost: Exclude<Cost, 'free'>,
  { messages, changes, bytes, requireVoice, requireVerified }: Bounds,
): Write {
  const times = cost === 'message' ? messages : changes;
  return async (actor, ...args) => {
    if (cost !== 'own') {
      requireVoice(actor);
      await requireVerified(actor);
    }
    const key = String(actor.id);
    const retryAfter = times.take(key, 1 + mentionsIn(args) + namedIn(args)) || bytes.take(key, bytesOf(args));
    if (retryAfter > 0) throw new AppError('rate_limited', { retryAfter });
    return write(actor, ...args);
  };
}

/** Bytes (UTF-16) of a call's texts. */
function bytesOf(args: readonly unknown[]): number {
  let units = 0;
  forTexts(args, (text) => {
    units += text.length;
  });
  return 2 * units;
}

/** How many accounts a call's texts may mention. Each of them would be notified. */
function mentionsIn(args: readonly unknown[]): number {
  let mentions = 0;
  forTexts(args, (text) => {
    for (let at = text.indexOf('@'); at !== -1 && mentions < MAX_MENTIONS; at = text.indexOf('@', at + 1))
      mentions += 1;
  });
  return mentions;
}

/** How many members or files a call names: each is notified, or looked up. */
function namedIn(args: readonly unknown[]): number {
  let named = 0;
  for (const arg of args)
    if (typeof arg === 'object' && arg !== null)
      for (const value of Object.values(arg)) if (Array.isArray(value)) named += value.length;
  return named;
}

/** Passes each text of a call to `use`: arguments, and fields of plain objects. */
function forTexts(args: readonly unknown[], use: (text: string) => void): void {
  for (const arg of args) {
    if (typeof arg === 'string') use(arg);
    else if (typeof arg === 'object' && arg !== null)
      for (const value of Object.values(arg)) if (typeof value === 'string') use(value);
  }
}
