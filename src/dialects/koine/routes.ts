/** koine, the native API: `/v1`. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Core } from '../../core/core.ts';
import type { Dialect } from '../dialect.ts';
import { takeJson } from '../shared/bodies.ts';
import { compressAnswers } from '../shared/compression.ts';
import { createCookies } from '../shared/cookies.ts';
import { BEARER_SCHEME } from '../shared/credentials.ts';
import { type ReadField, validateTogether } from '../shared/validation.ts';
import { AREAS } from './areas.ts';
import { createKoineCallers, NOT_FROM_HERE } from './callers.ts';
import { ERROR_HELP, presentError } from './errors.ts';
import { createEventTexts } from './events/event-texts.ts';
import { createLiveFrames } from './live-frames.ts';
import type { KoineOptions, KoineParts } from './parts.ts';
import { createPresenter } from './present.ts';
import { Problem } from './problem-schema.ts';

import { serveAccessTokens } from './routes/access-tokens.ts';
import { serveAdministration } from './routes/administration.ts';
import { serveAppPasswords } from './routes/app-passwords.ts';
import { serveAppeals } from './routes/appeals.ts';

import { serveApplications } from './routes/applications.ts';
import { serveAudit } from './routes/audit.ts';
import { serveBlocks } from './routes/blocks.ts';
import { serveBotTokens } from './routes/bot-tokens.ts';
import { serveBots } from './routes/bots.ts';
import { serveCatchUp } from './routes/catch-up.ts';
import { serveCleanups } from './routes/cleanups.ts';
import { serveComments } from './routes/comments.ts';
import { serveCommunity } from './routes/community.ts';
import { serveCommunityInvites } from './routes/community-invites.ts';
import { serveEmail } from './routes/email.ts';
import { serveEvents } from './routes/events.ts';
import { serveFile } from './routes/file.ts';
import { serveFileContents } from './routes/file-contents.ts';
import { serveFiles } from './routes/files.ts';
import { serveFriendRequests } from './routes/friend-requests.ts';
import { serveFriends } from './routes/friends.ts';
import { serveHookDeliveries } from './routes/hook-deliveries.ts';
import { serveHooks } from './routes/hooks.ts';
import { serveIdentities } from './routes/identities.ts';
import { serveIncomingHooks } from './routes/incoming-hooks.ts';
import { serveInvites } from './routes/invites.ts';
import { serveMe } from './routes/me.ts';
import { serveMembers } from './routes/members.ts';
import { serveMessage } from './routes/message.ts';
import { serveMessages } from './routes/messages.ts';
import { serveMutes } from './routes/mutes.ts';
import { serveNotifications } from './routes/notifications.ts';
import { servePasskeySession } from './routes/passkey-session.ts';
import { servePasskeys } from './routes/passkeys.ts';
import { servePeople } from './routes/people.ts';
import { servePins } from './routes/pins.ts';
import { servePostLists } from './routes/post-lists.ts';
import { servePostMarks } from './routes/post-marks.ts';
import { servePosts } from './routes/posts.ts';
import { serveProviders } from './routes/providers.ts';
import { servePush } from './routes/push.ts';
import { serveReactions } from './routes/reactions.ts';
import { serveReports } from './routes/reports.ts';
import { serveResets } from './routes/resets.ts';
import { serveRoles } from './routes/roles.ts';
import { serveRoomMarks } from './routes/room-marks.ts';
import { serveRooms } from './routes/rooms.ts';
import { serveSanctions } from './routes/sanctions.ts';
import { serveSearch } from './routes/search.ts';
import { serveSecondFactor } from './routes/second-factor.ts';
import { serveServer } from './routes/server.ts';
import { serveSession } from './routes/session.ts';
import { serveSessions } from './routes/sessions.ts';
import { serveSignUpBans } from './routes/sign-up-bans.ts';
import { serveSync } from './routes/sync.ts';
import { serveUploads } from './routes/uploads.ts';
import { liveSocket } from './socket.ts';
import { takeFiles } from './uploads.ts';

const COOKIE = 'koine';
/** The routes that take no files. */
const ROUTES = [
  serveSession,
  serveSessions,
  serveAccessTokens,
  serveAppPasswords,
  serveSecondFactor,
  servePasskeys,
  servePasskeySession,
  serveProviders,
  serveIdentities,
  serveMe,
  serveEmail,
  serveResets,
  serveSync,
  serveEvents,
  servePeople,
  serveFriends,
  serveFriendRequests,
  serveBlocks,
  servePostLists,
  servePosts,
  servePostMarks,
  serveComments,
  serveNotifications,
  servePush,
  serveFile,
  serveFileContents,
  serveSearch,
  serveCatchUp,
  serveMessages,
  serveMessage,
  serveReactions,
  servePins,
  serveRooms,
  serveRoomMarks,
  serveMembers,
  serveInvites,
  serveIncomingHooks,
  serveHooks,
  serveHookDeliveries,
  serveBots,
  serveBotTokens,
  serveServer,
  serveAdministration,
  serveCommunity,
  serveCommunityInvites,
  serveApplications,
  serveRoles,
  serveMutes,
  serveReports,
  serveSanctions,
  serveAppeals,
  serveSignUpBans,
  serveCleanups,
  serveAudit,
];
/** Digits of a whole number. */
const WHOLE = /^-?\d{1,16}$/;

export function createKoine(core: Core, options: KoineOptions): Dialect {
  const cookies = createCookies(COOKIE, NOT_FROM_HERE, options);
  const callers = createKoineCallers(core, cookies);
  const present = createPresenter(core);
  const frames = createLiveFrames(present, createEventTexts(present));
  const parts: KoineParts = { core, options, cookies, callers, present, frames };
  return {
    name: 'koine',
    prefixes: ['/v1'],
    title: 'Koine',
    description:
      'The native API: all that this server can do. People, rooms, messages, posts and files over HTTP, and one socket' +
      ' that reports every change and resumes where it ended.',
    tokens: {
      bearer: BEARER_SCHEME,
      cookie: {
        type: 'apiKey',
        in: 'cookie',
        name: COOKIE,
        description: 'Set by signing in and up. With it, writes need the `Origin` of this server.',
      },
    },
    errorBodies: { common: Problem },
    areas: AREAS,
    documentsHooks: true,
    errorsOfWrites: [NOT_FROM_HERE],
    errorHelp: ERROR_HELP,
    example: `curl "$KOINE/v1/accounts" -d '{"username":"ann","password":"ann likes tea"}'   # answers a token
curl "$KOINE/v1/me" -H "Authorization: Bearer $TOKEN"`,
    presentError,
    sockets: [liveSocket(parts)],
    routes: (app) => {
      takeJson(app);
      compressAnswers(app);
      validateTogether(app, { parameter: readParameter, body: (value) => value });
      callers.prepare(app);
      const typed = app.withTypeProvider<TypeBoxTypeProvider>();
      for (const serve of ROUTES) serve(typed, parts);
      void app.register(async (scope) => {
        takeFiles(scope);
        serveFiles(scope.withTypeProvider<TypeBoxTypeProvider>(), parts);
      });
      void app.register(async (scope) => {
        takeFiles(scope);
        serveUploads(scope.withTypeProvider<TypeBoxTypeProvider>(), parts);
      });
    },
  };
}

/** Parameters are texts on the wire. */
const readParameter: ReadField = (value, { type }) =>
  type === 'integer' && typeof value === 'string' && WHOLE.test(value) ? Number(value) : value;
