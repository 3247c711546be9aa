/** `/profiles/api`: finding users, adding and removing friends. */
import { isBlank } from '../../../core/text.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { renameErrors } from '../../shared/rename-errors.ts';
import { nobodyFound, noCredentials, noProfile, nothingToSearch, unknownUser } from '../errors.ts';
import type { MessengerParts } from '../parts.ts';
import { PAGE } from '../parts.ts';
import { presentProfile } from '../present.ts';
import * as schema from '../schema.ts';

export function serveFriends(app: App, { core: { profiles, posts, friends }, member }: MessengerParts): void {
  app.get(
    '/profiles/api/search-user/',
    {
      ...member,
      schema: {
        operationId: 'findUser',
        summary: 'Find a user by username',
        errors: ['unauthenticated', noCredentials(), nothingToSearch(), nobodyFound()],
        querystring: schema.SearchQuery,
        response: { 200: schema.Profile },
      },
    },
    async (request) => {
      const actor = callerOf(request);
      const { username = '' } = request.query;
      if (isBlank(username)) throw nothingToSearch();
      const unknown = { not_found: nobodyFound };
      const profile = await renameErrors(profiles.get(actor, { username }), unknown);
      const [theirFriends, theirPosts] = await Promise.all([
        renameErrors(friends.listFriends(actor, { uid: profile.uid }), unknown),
        posts.listOf(actor, profile, { page: 0, size: PAGE }, []),
      ]);
      return presentProfile(profile, theirFriends, theirPosts);
    },
  );

  app.post(
    '/profiles/api/add-friend/',
    {
      ...member,
      schema: {
        operationId: 'addFriend',
        summary: 'Add a friend: both are friends at once, or the other one is asked',
        errors: [
          'unauthenticated',
          noCredentials(),
          unknownUser('username'),
          'already_friends',
          'self_friend',
          'forbidden',
        ],
        body: schema.FriendBody,
        response: { 200: schema.Said, 202: schema.Said },
      },
    },
    async (request, reply) => {
      const adding = friends.addFriend(callerOf(request), { username: request.body.username });
      const { person, isAsked } = await renameErrors(adding, { not_found: () => unknownUser('username') });
      if (isAsked)
        return reply.code(202).send({ message: `Запрос отправлен: ${person.username} решит, дружить ли с вами.` });
      return { message: `${person.username} добавлен в друзья.` };
    },
  );

  app.post(
    '/profiles/api/remove-friend/',
    {
      ...member,
      schema: {
        operationId: 'removeFriend',
        summary: 'Remove a friend',
        errors: ['unauthenticated', noCredentials(), 'not_friends', noProfile()],
        body: schema.FriendBody,
        response: { 200: schema.Said },
      },
    },
    async (request) => {
      const removing = friends.removeFriend(callerOf(request), { username: request.body.username });
      const { username } = await renameErrors(removing, { not_found: noProfile });
      return { message: `${username} удален из друзей.` };
    },
  );
}
