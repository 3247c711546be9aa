/** The exports of the package. */
export { type Client, type ClientOptions, createClient } from './client.ts';
export type {
  Application,
  Community,
  CommunityChange,
  CommunityInvite,
  Registration,
  StaffMember,
} from './commands/community.ts';
export type { AccessToken, AppPassword, Identity, Passkey, SecondFactor, SignInWays } from './commands/credentials.ts';
export type { NewPost } from './commands/feed.ts';
export type { Upload } from './commands/files.ts';
export type { Delivery, Hook, IncomingHook, NewIncomingHook } from './commands/hooks.ts';
export type {
  AuditEntry,
  Cleanup,
  NewSanction,
  NewSignUpBan,
  RaidEnd,
  Report,
  ReportChange,
  ReportReason,
  ReportState,
  ReportSubject,
  Reports,
  Sanction,
  SignUpBan,
} from './commands/moderation.ts';
export type { Invite, NewRoom } from './commands/rooms.ts';
export type { NewAccount, Profile, Session, Setup } from './commands/session.ts';
export * from './events.ts';
export type { ClientEvent } from './handlers.ts';
export { indexedDbStorage } from './indexed-db.ts';
export { mentionOf } from './mentions.ts';
export type { NewMessage, PostToPublish } from './outbox.ts';
export { Problem } from './problem.ts';
export { apply } from './reducer.ts';
export type { CallOptions, Fetch, Method } from './rest.ts';
export type * from './shapes.ts';
export * from './state.ts';
export { memoryStorage, type Storage, type WebStorage, webStorage } from './storage.ts';
export type { KeyedSlice, Listener } from './store.ts';
export type { TabPlatform } from './tabs.ts';
export type { AnswerOf, RequestOf } from './typed.ts';
export type { SocketClass, SocketLike } from './wire.ts';
