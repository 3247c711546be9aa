/** messenger: `/accounts/api`, `/profiles/api`, `/messenger/api` and the sockets of rooms. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { NewAccount } from '../../core/accounts/accounts.ts';
import type { Core } from '../../core/core.ts';
import { isBlank } from '../../core/text.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import type { Dialect } from '../dialect.ts';
import { takeForms, takeJson } from '../shared/bodies.ts';
import { BEARER_SCHEME } from '../shared/credentials.ts';
import { validateTogether } from '../shared/validation.ts';
import { actorOf, type Members, prepareMembers } from './callers.ts';
import {
  badRefresh,
  nobodyFound,
  noCredentials,
  noProfile,
  nothingToSearch,
  presentError,
  unknownUser,
} from './errors.ts';
import { readCharField, readParameter } from './fields.ts';
import { presentChatroom, presentMessage, presentPost, presentProfile, presentUser } from './present.ts';
import { serveProfile } from './profile.ts';
import * as schema from './schema.ts';
import { chatSocket } from './socket.ts';

export type MessengerCore = Pick<
  Core,
  'accounts' | 'sessions' | 'tokenPairs' | 'profiles' | 'posts' | 'friends' | 'chats' | 'media'
>;

/** Characters. */
export type MessengerOptions = {
  readonly messageLength: number;
  readonly postLength: number;
  readonly titleLength: number;
  readonly bioLength: number;
};

/** Entries of a page. */
const PAGE = 100;

export function createMessenger(core: MessengerCore, options: MessengerOptions): Dialect {
  return {
    name: 'messenger',
    prefixes: ['/accounts', '/profiles', '/messenger'],
    title: 'Koine messenger',
    description:
      'Token pairs, profiles with posts and friends, and chatrooms over HTTP and a socket each. Bodies are JSON or forms' +
      ' of texts. Texts are trimmed, as Django REST framework does it, except passwords.',
    tokens: { bearer: BEARER_SCHEME },
    errorBodies: schema.ERROR_BODIES,
    example: `curl "$KOINE/accounts/api/users/" -d username=ann -d email=ann@example.org -d 'password=ann likes tea'
curl "$KOINE/accounts/api/token/" -d username=ann -d 'password=ann likes tea'   # answers a pair of tokens`,
    presentError,
    sockets: [chatSocket(core)],
    routes: (app) => {
      takeJson(app);
      app.addHook('preValidation', readNothingAsEmpty);
      validateTogether(app, { parameter: readParameter, body: readCharField });
      const members = prepareMembers(app, core.sessions);
      void app.register(async (scope) => {
        takeForms(scope);
        serveAccounts(scope, core, members);
        serveTokens(scope, core);
        servePosts(scope, core, members, options);
        serveFriends(scope, core, members);
        serveChatrooms(scope, core, members);
        serveMessages(scope, core, members, options);
      });
      void app.register(async (scope) => serveProfile(scope, core, members, options));
    },
  };
}

/** A request without a body has an empty one. */
async function readNothingAsEmpty(request: FastifyRequest): Promise<void> {
  if (request.routeOptions.schema?.body !== undefined && request.body === undefined) request.body = {};
}

function serveAccounts(instance: FastifyInstance, { accounts }: MessengerCore, members: Members): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/accounts/api/users/',
    {
      ...members,
      schema: {
        operationId: 'listUsers',
        summary: 'All users, by id',
        errors: ['unauthenticated', noCredentials()],
        querystring: schema.PageQuery,
        response: { 200: schema.Users },
      },
    },
    async (request) => (await accounts.list(actorOf(request), pageOf(request.query))).map(presentUser),
  );

  app.post(
    '/accounts/api/users/',
    {
      config: { findMore: ({ body }) => accounts.findIssues(newAccountIn(body)) },
      schema: {
        operationId: 'createUser',
        summary: 'Make an account',
        errors: ['username_taken', 'email_taken', 'accounts_elsewhere', 'overloaded'],
        body: schema.UserBody,
        response: { 201: schema.User },
      },
    },
    async ({ body: { username, email, password }, ip }, reply) => {
      const account = await accounts.signUp({ username, email, password }, ip);
      return reply.code(201).send(presentUser(accounts.show({ ...account, isAdmin: false }, account)));
    },
  );
}

function serveTokens(instance: FastifyInstance, { accounts, tokenPairs }: MessengerCore): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    '/accounts/api/token/',
    {
      schema: {
        operationId: 'createTokenPair',
        summary: 'Get a pair of tokens',
        errors: ['bad_credentials', 'accounts_elsewhere', 'overloaded'],
        body: schema.TokenBody,
        response: { 200: schema.TokenPair },
      },
    },
    async ({ body: { username, password }, ip: address }) =>
      tokenPairs.start(await accounts.prove({ username }, { password, address })),
  );

  app.post(
    '/accounts/api/token/refresh/',
    {
      schema: {
        operationId: 'refreshTokenPair',
        summary: 'Get a new pair for a refresh token',
        description: 'The refresh token is used up by this: when it comes again later, the whole session ends.',
        errors: [badRefresh(), 'accounts_elsewhere'],
        security: [],
        body: schema.RefreshBody,
        response: { 200: schema.TokenPair },
      },
    },
    async ({ body }) => insteadOf('unauthenticated', badRefresh, tokenPairs.refresh(body.refresh)),
  );
}

function servePosts(
  instance: FastifyInstance,
  { posts }: MessengerCore,
  members: Members,
  options: MessengerOptions,
): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/profiles/api/posts/',
    {
      ...members,
      schema: {
        operationId: 'listPosts',
        summary: "Everybody's posts, newest first",
        errors: ['unauthenticated', noCredentials()],
        querystring: schema.PageQuery,
        response: { 200: schema.Posts },
      },
    },
    async (request) => (await posts.listPage(actorOf(request), request.query.page - 1, PAGE)).map(presentPost),
  );

  app.post(
    '/profiles/api/posts/',
    {
      ...members,
      schema: {
        operationId: 'createPost',
        summary: 'Write a post',
        errors: ['unauthenticated', noCredentials(), 'quota_exceeded'],
        body: schema.PostBody(options.titleLength, options.postLength),
        response: { 201: schema.Post },
      },
    },
    async (request, reply) => {
      const { title, content } = request.body;
      return reply.code(201).send(presentPost(await posts.create(actorOf(request), { title, body: content })));
    },
  );
}

function serveFriends(instance: FastifyInstance, core: MessengerCore, members: Members): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  const { profiles, posts, friends } = core;

  app.get(
    '/profiles/api/search-user/',
    {
      ...members,
      schema: {
        operationId: 'findUser',
        summary: 'The user of that name',
        errors: ['unauthenticated', noCredentials(), nothingToSearch(), nobodyFound()],
        querystring: schema.SearchQuery,
        response: { 200: schema.Profile },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { username = '' } = request.query;
      if (isBlank(username)) throw nothingToSearch();
      const profile = await insteadOf('not_found', nobodyFound, profiles.get(actor, { username }));
      const [theirFriends, theirPosts] = await Promise.all([
        insteadOf('not_found', nobodyFound, friends.listFriends(actor, { uid: profile.uid })),
        posts.listNewestOf(actor, profile, PAGE),
      ]);
      return presentProfile(profile, theirFriends, theirPosts);
    },
  );

  app.post(
    '/profiles/api/add-friend/',
    {
      ...members,
      schema: {
        operationId: 'addFriend',
        summary: 'Make a user a friend, at once and for both',
        errors: ['unauthenticated', noCredentials(), unknownUser('username'), 'already_friends', 'self_friend'],
        body: schema.FriendBody,
        response: { 200: schema.Said },
      },
    },
    async (request) => {
      const adding = friends.addFriend(actorOf(request), { username: request.body.username });
      const { username } = await insteadOf('not_found', () => unknownUser('username'), adding);
      return { message: `${username} добавлен в друзья.` };
    },
  );

  app.post(
    '/profiles/api/remove-friend/',
    {
      ...members,
      schema: {
        operationId: 'removeFriend',
        summary: 'Be friends no more',
        errors: ['unauthenticated', noCredentials(), 'not_friends', noProfile()],
        body: schema.FriendBody,
        response: { 200: schema.Said },
      },
    },
    async (request) => {
      const removing = friends.removeFriend(actorOf(request), { username: request.body.username });
      const { username } = await insteadOf('not_found', noProfile, removing);
      return { message: `${username} удален из друзей.` };
    },
  );
}

function serveChatrooms(instance: FastifyInstance, { chats }: MessengerCore, members: Members): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/messenger/api/chatrooms/',
    {
      ...members,
      schema: {
        operationId: 'listChatrooms',
        summary: 'The rooms that the caller may see, by id: their own and public ones; an admin, all',
        errors: ['unauthenticated', noCredentials()],
        querystring: schema.PageQuery,
        response: { 200: schema.Chatrooms },
      },
    },
    async (request) => (await chats.listRooms(actorOf(request), request.query.page - 1)).map(presentChatroom),
  );

  app.get(
    '/messenger/api/user/chatrooms/',
    {
      ...members,
      schema: {
        operationId: 'listOwnChatrooms',
        summary: "The caller's own rooms, by id",
        errors: ['unauthenticated', noCredentials()],
        querystring: schema.PageQuery,
        response: { 200: schema.Chatrooms },
      },
    },
    async (request) => (await chats.listOwnRooms(actorOf(request), request.query.page - 1)).map(presentChatroom),
  );

  app.post(
    '/messenger/api/chatrooms/',
    {
      ...members,
      schema: {
        operationId: 'openChatroom',
        summary: 'The room of the caller and somebody else: made, or the one there is (200)',
        errors: ['unauthenticated', noCredentials(), unknownUser('recipient'), 'self_chat'],
        body: schema.ChatroomBody,
        response: { 200: schema.Chatroom, 201: schema.Chatroom },
      },
    },
    async (request, reply) => {
      const opening = chats.openDirectChat(actorOf(request), request.body.recipient);
      const { chat, created } = await insteadOf('not_found', () => unknownUser('recipient'), opening);
      return reply.code(created ? 201 : 200).send(presentChatroom(chat));
    },
  );
}

function serveMessages(
  instance: FastifyInstance,
  { chats }: MessengerCore,
  members: Members,
  { messageLength }: MessengerOptions,
): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  const errors = ['unauthenticated', noCredentials(), 'not_found'] as const;

  app.get(
    '/messenger/api/chatrooms/:room_name/messages/',
    {
      ...members,
      schema: {
        operationId: 'listMessages',
        summary: 'The newest messages of a room, or those before one of them; oldest first',
        errors,
        params: schema.RoomPath,
        querystring: schema.BeforeQuery,
        response: { 200: schema.Messages },
      },
    },
    async (request) => {
      const { params, query } = request;
      const page = chats.listMessages(actorOf(request), { name: params.room_name }, query.before ?? null);
      return (await page).map(presentMessage);
    },
  );

  app.post(
    '/messenger/api/chatrooms/:room_name/messages/',
    {
      ...members,
      schema: {
        operationId: 'createMessage',
        summary: 'Say something in a room',
        errors: [...errors, 'quota_exceeded', 'overloaded'],
        params: schema.RoomPath,
        body: schema.MessageBody(messageLength),
        response: { 201: schema.Message },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const message = await chats.sendMessage(actorOf(request), { name: params.room_name }, body.content);
      return reply.code(201).send(presentMessage(message));
    },
  );
}

/** Pages are counted from 1. */
function pageOf({ page }: { page: number }): { skip: number; limit: number } {
  return { skip: Math.min((page - 1) * PAGE, Number.MAX_SAFE_INTEGER), limit: PAGE };
}

/** The route's own error in place of core's. */
async function insteadOf<T>(code: ErrorCode, own: () => AppError, act: Promise<T>): Promise<T> {
  return act.catch((error: unknown) => {
    throw error instanceof AppError && error.code === code ? own() : error;
  });
}

/** As much of a new account as is of the right type, so that core can say what is wrong with that. */
function newAccountIn(body: unknown): Partial<NewAccount> {
  const { username, email, password } = (body ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries({ username, email, password }).filter(([, text]) => typeof text === 'string'),
  );
}
