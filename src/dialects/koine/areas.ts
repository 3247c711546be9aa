/** The areas of koine, by which its document is ordered: the last segment of a path that is listed here decides. */
import type { Area } from '../dialect.ts';
import { INCOMING_HOOKS } from '../shared/hooks/form.ts';

export const AREAS: Readonly<Record<string, Area>> = {
  Accounts: {
    description: 'Signing up, in and out, and the own account.',
    segments: ['accounts', 'session', 'sessions', 'me', 'verifications', 'resets'],
  },
  'Signing in': {
    description: 'Beside the password: a second factor, passkeys, providers, and tokens and passwords for programs.',
    segments: [
      'tokens',
      'app-passwords',
      'second-factor',
      'recovery-codes',
      'confirmation',
      'passkeys',
      'passkey',
      'sign-in',
      'identities',
    ],
  },
  People: {
    description: 'Other accounts, friends, blocks and mutes.',
    segments: ['people', 'friends', 'friend-requests', 'blocks', 'mutes'],
  },
  Community: {
    description: 'How it is called, how people join it, and who may do what.',
    segments: ['server', 'metrics', 'settings', 'storage', 'community', 'setup', 'applications', 'staff', 'role'],
  },
  Moderation: {
    description: 'Reports, sanctions and the answers to them, what moderators delete, and the log of it.',
    segments: ['reports', 'sanctions', 'appeal', 'appeals', 'sign-up-bans', 'purges', 'raids', 'cleanups', 'audit'],
  },
  Rooms: {
    description: 'The lobby, groups and rooms of two, and their members; invitations to groups and to the community.',
    segments: ['rooms', 'invites'],
  },
  Messages: { description: 'Messages in rooms.', segments: ['messages', 'pins', 'reads'] },
  Feed: { description: 'Posts, comments, likes and bookmarks.', segments: ['posts', 'comments', 'bookmarks'] },
  Programs: {
    description: 'Bots, and hooks: programs elsewhere write messages here, and are notified of events.',
    segments: ['bots', 'hooks'],
  },
  [INCOMING_HOOKS]: {
    description: "What a program sends to the secret address of an incoming hook, in Slack's form or in Discord's.",
    segments: [],
  },
  Search: { description: 'Finding messages, posts, people and rooms.', segments: ['search'] },
  Files: { description: 'Files, to be attached to posts and messages.', segments: ['files', 'uploads'] },
  Notifications: {
    description: 'Acts of others that concern the caller.',
    segments: ['notifications', 'catch-up', 'push'],
  },
  Events: { description: 'Snapshots, and the changes after them.', segments: ['sync', 'events'] },
};
