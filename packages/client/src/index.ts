/** What the package offers. */
export { type Client, type ClientEvent, type ClientOptions, createClient } from './client.ts';
export type { NewPost } from './commands/feed.ts';
export type { Upload } from './commands/files.ts';
export type { Invite, NewRoom, Reader } from './commands/rooms.ts';
export type { NewAccount, Profile, Session } from './commands/session.ts';
export * from './events.ts';
export { Problem } from './problem.ts';
export { apply } from './reducer.ts';
export type { CallOptions, Fetch, Method } from './rest.ts';
export type * from './shapes.ts';
export * from './state.ts';
export type { KeyedSlice, Listener } from './store.ts';
