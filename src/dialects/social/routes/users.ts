/** `/api/users`: the own account and friends. */

import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../../../core/model.ts';
import { entryBytes, fitPage } from '../../../core/pages.ts';
import type { PersonRef } from '../../../core/people/people.ts';
import { AppError, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf, viewerOf } from '../../shared/callers.ts';
import { renameErrors } from '../../shared/rename-errors.ts';
import { NOT_SELF } from '../callers.ts';
import type { SocialParts } from '../parts.ts';
import * as schema from '../schema.ts';

const EMAIL_TAKEN = new AppError('email_taken', { message: 'Этот адрес уже занят!' });

export function serveUsers(app: App, parts: SocialParts): void {
  const { core, callers, present } = parts;

  app.patch(
    '/api/users/:user_id',
    {
      ...callers.self,
      schema: {
        operationId: 'updateEmail',
        summary: 'Change the own e-mail address',
        errors: ['unauthenticated', NOT_SELF, EMAIL_TAKEN],
        params: schema.UserPath,
        body: schema.EmailBody,
        response: { 200: schema.User },
      },
    },
    async (request) => {
      const changing = core.accounts.changeEmail(callerOf(request), request.body.email);
      return present.user(await renameErrors(changing, { email_taken: () => EMAIL_TAKEN }));
    },
  );

  serveFriendLists(app, parts);
  serveFriendships(app, parts);
}

function serveFriendLists(app: App, { core, callers, present }: SocialParts): void {
  const { friends, accounts } = core;

  async function list(viewer: Viewer, ref: PersonRef, after: string | undefined) {
    const last = after === undefined ? 0 : (await accounts.getAccountByUid(after)).id;
    const page = await friends.listFriends(viewer, ref, { after: last });
    return fitPage(page, ({ username, email, avatarUrl }) => entryBytes(username, email, avatarUrl)).map(present.user);
  }

  const common = {
    errors: ['unauthenticated', notFound('account')],
    querystring: schema.FriendsQuery,
    response: { 200: schema.Users },
  } as const;

  app.get(
    '/api/users/friends/all',
    {
      ...callers.reader,
      schema: { operationId: 'listOwnFriends', summary: "List the caller's friends, 1,000 a page", ...common },
    },
    async (request) => {
      const viewer = viewerOf(request);
      // A reader without a token, where social is open, has no friends.
      return viewer === null ? [] : list(viewer, viewer, request.query.after);
    },
  );

  app.get(
    '/api/users/:user_id/friends/all',
    {
      ...callers.reader,
      schema: {
        operationId: 'listFriends',
        summary: 'List the friends of a user, 1,000 a page',
        params: schema.UserPath,
        ...common,
      },
    },
    async (request) => list(viewerOf(request), { uid: request.params.user_id }, request.query.after),
  );
}

function serveFriendships(app: App, { core, callers }: SocialParts): void {
  const { friends } = core;

  app.get(
    '/api/users/:user_id/friends/:friend_id',
    {
      ...callers.reader,
      schema: {
        operationId: 'checkFriendship',
        summary: 'Check whether two users are friends',
        errors: ['unauthenticated', notFound('account')],
        params: schema.FriendPath,
        response: { 200: schema.IsFriend },
      },
    },
    async (request) => {
      const { user_id: one, friend_id: other } = request.params;
      return { user_is_friend: await friends.areFriends(viewerOf(request), { uid: one }, { uid: other }) };
    },
  );

  app.post(
    '/api/users/:user_id/friends/add/:friend_id',
    {
      ...callers.self,
      schema: {
        operationId: 'addFriend',
        summary: 'Add a friend',
        errors: ['unauthenticated', NOT_SELF, notFound('account'), 'self_friend', 'already_friends', 'forbidden'],
        params: schema.FriendPath,
        response: { 200: schema.Done, 202: schema.Done },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { person, isAsked } = await friends.addFriend(caller, { uid: request.params.friend_id });
      if (isAsked) return reply.code(202).send({ detail: `Запрос в друзья отправлен пользователю ${person.username}` });
      return { detail: `Пользователь ${caller.username} успешно добавил ${person.username} в друзья` };
    },
  );

  const remove = (operationId: string) =>
    ({
      ...callers.self,
      schema: {
        operationId,
        summary: 'Remove a friend',
        errors: ['unauthenticated', NOT_SELF, notFound('account'), 'not_friends'],
        params: schema.FriendPath,
        response: { 200: schema.Done },
      },
    }) as const;
  const removeFriend = async (request: FastifyRequest<{ Params: { friend_id: string } }>) => {
    const caller = callerOf(request);
    const friend = await friends.removeFriend(caller, { uid: request.params.friend_id });
    return { detail: `Пользователь ${caller.username} успешно удалил ${friend.username} из друзей` };
  };
  app.post('/api/users/:user_id/friends/remove/:friend_id', remove('removeFriend'), removeFriend);
  app.delete('/api/users/:user_id/friends/remove/:friend_id', remove('removeFriendByDelete'), removeFriend);
}
